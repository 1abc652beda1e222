// The rooms that there are: a column, or tabs across the top of a phone.
import type { JSX } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { hrefOf } from "../address.ts";
import type { BusyRoom } from "../api.ts";
import { Icon, Mark } from "./icons.tsx";

/** Links, so that a room can be bookmarked and opened in another tab. */
export function RoomsList({
  rooms,
  open,
  here,
}: {
  readonly rooms: readonly BusyRoom[];
  readonly open: string | undefined;
  /** How many people are in the open room. */
  readonly here: number;
}): JSX.Element {
  const current = useRef<HTMLAnchorElement>(null);
  useLayoutEffect(() => current.current?.scrollIntoView({ block: "nearest", inline: "nearest" }), [open]);
  return (
    <>
      <p class="brand">
        <Mark />
        <span>Gatewright</span>
      </p>
      <nav class="rooms" aria-label="Rooms">
        <ul role="list" aria-label="Rooms">
          {rooms.map(({ id, name, people }) => {
            const isOpen = id === open;
            const count = isOpen ? here : people;
            return (
              <li key={id}>
                <a href={hrefOf(id)} ref={isOpen ? current : null} aria-current={isOpen ? "page" : undefined}>
                  <Icon name="hash" />
                  <span class="name">{name}</span>
                  {count > 0 && (
                    <span class="count">
                      <span aria-hidden="true">{count}</span>
                      <span class="unseen">, {count} here</span>
                    </span>
                  )}
                </a>
              </li>
            );
          })}
        </ul>
      </nav>
    </>
  );
}

// Who is in the room.
import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import type { ChatUser } from "../../functions/chat.ts";
import { toPersonName } from "../words.ts";
import { Avatar } from "./avatar.tsx";
import { useView } from "./context.ts";
import { Icon } from "./icons.tsx";
import type { Panel } from "./use-panel.ts";

type People = readonly ChatUser[];

/** A column beside the conversation, or a drawer over it. */
export function PeoplePanel({
  people,
  panel,
}: {
  readonly people: People;
  readonly panel: Panel;
}): JSX.Element | null {
  if (!panel.isOpen) return null;
  if (panel.isOver) return <Drawer people={people} panel={panel} />;
  return (
    <aside id="people" class="people" aria-labelledby="people-title">
      <div class="people-head">
        <Title people={people} />
      </div>
      <PeopleList people={people} />
    </aside>
  );
}

/** Takes the focus when it opens. */
function Drawer({ people, panel }: { readonly people: People; readonly panel: Panel }): JSX.Element {
  const close = useRef<HTMLButtonElement>(null);
  useEffect(() => close.current?.focus(), []);
  return (
    <>
      <div class="veil" onClick={() => panel.close()} />
      <div id="people" class="people drawer" role="dialog" aria-modal="true" aria-labelledby="people-title">
        <div class="people-head">
          <Title people={people} />
          <button type="button" class="quiet" ref={close} onClick={() => panel.close()} aria-label="Close">
            <Icon name="close" />
          </button>
        </div>
        <PeopleList people={people} />
      </div>
    </>
  );
}

function Title({ people }: { readonly people: People }): JSX.Element {
  return (
    <h2 id="people-title">
      Here now <span class="count">{people.length}</span>
    </h2>
  );
}

/** The user first, then by name. */
function PeopleList({ people }: { readonly people: People }): JSX.Element {
  const { me } = useView();
  const isMe = ({ userId }: ChatUser): boolean => userId === me.userId;
  const sorted = people.toSorted((a, b) => Number(isMe(b)) - Number(isMe(a)) || a.name.localeCompare(b.name));
  return (
    <ul role="list" aria-label="People here">
      {sorted.map((user) => (
        <li key={user.userId}>
          <Avatar user={user} />
          <span class="name">{toPersonName(user.name)}</span>
          {isMe(user) && <span class="you">you</span>}
        </li>
      ))}
    </ul>
  );
}

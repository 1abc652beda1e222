// The open room: its name, what it is about, who is there.
import type { JSX } from "preact";
import type { ChatUser, Room } from "../../functions/chat.ts";
import { Avatar } from "./avatar.tsx";
import { Icon } from "./icons.tsx";
import type { Panel } from "./use-panel.ts";

/** With the button that shows the people. */
export function RoomHeader({
  room,
  people,
  panel,
}: {
  readonly room: Room | undefined;
  readonly people: readonly ChatUser[];
  readonly panel: Panel;
}): JSX.Element {
  const says = people.length === 1 ? "1 person here" : `${people.length} people here`;
  return (
    <div class="room-header">
      <div class="room-title">
        <h1>{room?.name ?? "\u00A0"}</h1>
        <p>{room?.topic}</p>
      </div>
      <button
        type="button"
        class="quiet who"
        aria-expanded={panel.isOpen}
        aria-controls="people"
        aria-label={says}
        title={says}
        onClick={() => panel.toggle()}
      >
        <span class="stack">
          {people.slice(0, 3).map((user) => (
            <Avatar key={user.userId} user={user} />
          ))}
        </span>
        <Icon name="people" />
        <span aria-hidden="true">{people.length}</span>
      </button>
    </div>
  );
}

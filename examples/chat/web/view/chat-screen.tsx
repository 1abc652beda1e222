// The chat of a signed-in user: rooms, conversation, people.
import type { JSX } from "preact";
import { useEffect, useMemo, useState } from "preact/hooks";
import { hrefOf, readAddress, useAddress } from "../address.ts";
import { startChat, type Chat } from "../chat.ts";
import type { PageConfig } from "../config.ts";
import type { Session } from "../session.ts";
import { useStore } from "../store.ts";
import { rooms as knownRooms } from "../../functions/chat.ts";
import { Banner } from "./banner.tsx";
import { Composer, focusComposer } from "./composer.tsx";
import { type ShownPicture, type View, ViewContext } from "./context.ts";
import { Conversation } from "./conversation.tsx";
import { DropZone } from "./drop-zone.tsx";
import { PeoplePanel } from "./people-panel.tsx";
import { PictureDialog } from "./picture-dialog.tsx";
import { Problem } from "./problem.tsx";
import { RoomHeader } from "./room-header.tsx";
import { RoomsList } from "./rooms-list.tsx";
import { TypingLine } from "./typing-line.tsx";
import { useLeaveGuard } from "./use-leave-guard.ts";
import { usePanel } from "./use-panel.ts";
import { useTitle } from "./use-title.ts";
import { UserCorner } from "./user-corner.tsx";

const firstRoom = knownRooms[0]?.id ?? "";
const roomsEveryMs = 60_000;

/** Starts the chat with the screen, and ends it with the screen. */
export function ChatScreen({
  config,
  session,
  onSignOut,
}: {
  readonly config: PageConfig;
  readonly session: Session;
  readonly onSignOut: () => void;
}): JSX.Element {
  const [chat] = useState(() => startChat(config, session, readAddress() ?? firstRoom));
  const [picture, setPicture] = useState<ShownPicture>();
  const panel = usePanel();
  const state = useStore(chat.store);
  const room = useRoomOfAddress(chat, state.rooms);
  useEffect(() => () => chat.close(), [chat]);
  useTitle(state, room?.name);
  useFreshRooms(chat);
  useLeaveGuard(state.outgoing);
  const view = useMemo<View>(
    () => ({
      chat,
      me: { userId: session.userId, name: session.name },
      showPicture: setPicture,
    }),
    [chat, session],
  );
  const name = room?.name ?? "";
  return (
    <ViewContext.Provider value={view}>
      <div class="chat" data-connection={state.connection} data-people={panel.isOpen ? "open" : "closed"}>
        <button type="button" class="skip" onClick={focusComposer}>
          Skip to the message box
        </button>
        <header class="side" inert={panel.isOver}>
          <RoomsList rooms={state.rooms} open={state.room} here={state.people.length} />
          <UserCorner onSignOut={onSignOut} />
        </header>
        <main class="room" inert={panel.isOver}>
          <RoomHeader room={room} people={state.people} panel={panel} />
          <Banner connection={state.connection} />
          <Problem says={state.problem} onDismiss={() => chat.dismiss()} />
          <DropZone name={name}>
            <Conversation key={state.room} state={state} name={name} />
            <TypingLine typing={state.typing} />
            <Composer key={`write ${state.room}`} room={state.room ?? ""} name={name} />
          </DropZone>
        </main>
        <PeoplePanel people={state.people} panel={panel} />
        {picture && <PictureDialog picture={picture} onClose={() => setPicture(undefined)} />}
      </div>
    </ViewContext.Provider>
  );
}

type KnownRoom = Chat["store"]["state"]["rooms"][number];

/** Opens the room that the address names; an address of no room is put right once the rooms are known. */
function useRoomOfAddress(chat: Chat, rooms: readonly KnownRoom[]): KnownRoom | undefined {
  const id = useAddress() ?? firstRoom;
  const room = rooms.find((each) => each.id === id);
  const isUnknown = rooms.length > 0 && !room;
  useEffect(() => {
    if (isUnknown) location.replace(hrefOf(rooms[0]?.id ?? firstRoom));
    else chat.open(id);
  }, [chat, id, isUnknown, rooms]);
  return room;
}

function useFreshRooms(chat: Chat): void {
  useEffect(() => {
    const refresh = (): void => {
      if (document.visibilityState === "visible") chat.refreshRooms();
    };
    const timer = setInterval(refresh, roomsEveryMs);
    document.addEventListener("visibilitychange", refresh);
    return () => {
      clearInterval(timer);
      document.removeEventListener("visibilitychange", refresh);
    };
  }, [chat]);
}

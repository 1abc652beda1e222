// The chat as the page lives it: rooms, messages in order, what is on its way, what to do after a lost connection.
import { connectSocket, SocketError } from "@gatewright/client";
import type { socket } from "../functions/socket.ts";
import { createApi, type ChatApi } from "./api.ts";
import { nothingYet, type ChatState } from "./chat-state.ts";
import type { PageConfig } from "./config.ts";
import { createEntrance } from "./entrance.ts";
import { createKeptUploads } from "./kept-uploads.ts";
import { createFileLinks, type FileLinks } from "./file-links.ts";
import { createOutbox, type ChatLine } from "./outbox.ts";
import { createRoomView, type Resume, type RoomView } from "./room-view.ts";
import type { Session } from "./session.ts";
import { createStore, type Store } from "./store.ts";

/** What the page can do. Nothing here rejects but `fileUrl`: what goes wrong is in the state. */
export interface Chat {
  readonly store: Store<ChatState>;
  open(room: string): void;
  say(text: string): void;
  drop(files: readonly File[]): void;
  retry(key: string): void;
  discard(key: string): void;
  /** Has a file wait. */
  pause(key: string): void;
  resume(key: string): void;
  loadEarlier(): void;
  typing(): void;
  /** How many people are in which room. */
  refreshRooms(): void;
  /** The user has read of the problem. */
  dismiss(): void;
  readonly fileUrl: FileLinks;
  close(): void;
}

const typingToldEveryMs = 3_000;

/** Connects, and opens a room. */
export function startChat(config: PageConfig, session: Session, firstRoom: string): Chat {
  const api = createApi(config, session);
  const store = createStore<ChatState>(nothingYet);
  const line = openLine(config, session, api);
  const room = createRoomView(store, api, resumeOver(line));
  const outbox = createOutbox({
    store,
    api,
    line,
    kept: createKeptUploads(sessionStorage),
    shown: (message) => room.take(message),
  });
  const typist = createTypist(line, store);

  const refreshRooms = (): void => {
    const keep = (rooms: ChatState["rooms"]): void => store.set({ rooms });
    api.rooms().then(keep, () => undefined); // what was known stays
  };
  const entrance = createEntrance({
    store,
    line,
    view: room,
    entered() {
      outbox.flush();
      refreshRooms();
    },
  });
  line.onState((change) => {
    store.set({ connection: change.state });
    if (change.state === "open") entrance.connected(change.again);
  });
  hear(line, room);
  const open = (id: string): void => {
    if (store.state.room === id) return;
    room.clear(id);
    entrance.changed();
  };
  open(firstRoom);
  refreshRooms();

  return {
    store,
    open,
    say(text) {
      outbox.add({ text });
      typist.rests();
    },
    drop: (files) => files.forEach((file) => outbox.add({ file })),
    retry: (key) => outbox.retry(key),
    discard: (key) => outbox.discard(key),
    pause: (key) => outbox.pause(key),
    resume: (key) => outbox.resume(key),
    loadEarlier: () => void room.loadEarlier(),
    typing: typist.writes,
    refreshRooms,
    dismiss: () => store.set({ problem: undefined }),
    fileUrl: createFileLinks((id, file) => api.fileUrl(id, file)),
    close: () => line.close(),
  };
}

function openLine({ websocket }: PageConfig, session: Session, api: ChatApi): ChatLine {
  return connectSocket<typeof socket>({
    url: websocket,
    protocol: "chat.v1",
    token: (need) => session.token(need),
    ticket: (need) => api.connectTicket(need),
  });
}

/** What was missed comes over the socket, which must be there: the room is joined again before it is asked. */
function resumeOver(line: ChatLine): Resume {
  return (room, after) =>
    line.state === "open"
      ? line.send("resume", { room, after })
      : Promise.reject(new SocketError("LOST", "There is no connection."));
}

function hear(line: ChatLine, view: RoomView): void {
  line.on("message", (message) => view.take(message));
  line.on("presence", ({ room, user, here }) => view.notePresence(room, user, here));
  line.on("typing", ({ room, user }) => view.noteTyping(room, user));
}

/** Tells the room that the user is writing, not more often than the others need to know; after a message, anew. */
function createTypist(line: ChatLine, store: Store<ChatState>): { writes: () => void; rests: () => void } {
  let lastTold = 0;
  return {
    writes() {
      const { room, connection } = store.state;
      if (room === undefined || connection !== "open" || Date.now() - lastTold < typingToldEveryMs) return;
      lastTold = Date.now();
      line.send("typing", { room }).catch(() => undefined); // nobody misses it
    },
    rests() {
      lastTold = 0;
    },
  };
}

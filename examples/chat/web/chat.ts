// The chat as the page lives it: rooms, messages in order, what is on its way, what to do after a lost connection.
import { connectSocket, SocketError } from "@gatewright/client";
import type { socket } from "../functions/socket.ts";
import { createApi, inWords } from "./api.ts";
import { nothingYet, type ChatState } from "./chat-state.ts";
import type { PageConfig } from "./config.ts";
import { createOutbox, passing, type ChatLine } from "./outbox.ts";
import { createRoomView } from "./room-view.ts";
import type { Session } from "./session.ts";
import { createStore, type Store } from "./store.ts";

/** What the page can do. Nothing here rejects: what goes wrong is in the state. */
export interface Chat {
  readonly store: Store<ChatState>;
  open(room: string): void;
  say(text: string): void;
  drop(files: readonly File[]): void;
  retry(key: string): void;
  discard(key: string): void;
  loadEarlier(): void;
  typing(): void;
  fileUrl(room: string, file: string): Promise<string>;
  close(): void;
}

const typingToldEveryMs = 3_000;

/** Connects, and opens a room. */
export function startChat(config: PageConfig, session: Session, firstRoom: string): Chat {
  const api = createApi(config, session);
  const store = createStore<ChatState>(nothingYet);
  const line: ChatLine = connectSocket<typeof socket>({
    url: config.websocket,
    protocol: "chat.v1",
    token: () => session.token(),
  });
  const room = createRoomView(store, api);
  const outbox = createOutbox({ store, api, line, shown: (message) => room.take(message) });
  let lastTold = 0;

  const enter = async (id: string, again: boolean): Promise<void> => {
    try {
      const { people, last } = await line.send("join", { room: id });
      if (store.state.room !== id) return;
      await room.fill({ room: id, people, last, again });
      outbox.flush();
      store.set({ rooms: await api.rooms(), problem: undefined });
    } catch (error) {
      if (error instanceof SocketError && passing.has(error.code)) return; // the next connection joins again
      store.set({ problem: inWords(error), loading: false });
    }
  };

  line.onState((change) => {
    store.set({ connection: change.state });
    const { room: current } = store.state;
    if (change.state === "open" && current !== undefined) void enter(current, change.again);
  });
  line.on("message", (message) => room.take(message));
  line.on("presence", (told) => room.notePresence(told.room, told.user, told.here));
  line.on("typing", (told) => room.noteTyping(told.room, told.user));

  const open = (id: string): void => {
    const { room: current } = store.state;
    if (current === id) return;
    if (current !== undefined) line.send("leave", { room: current }).catch(() => undefined); // gone is gone
    room.clear(id);
    if (line.state === "open") void enter(id, false);
  };
  open(firstRoom);

  return {
    store,
    open,
    say: (text) => outbox.add({ text }),
    drop: (files) => files.forEach((file) => outbox.add({ file })),
    retry: (key) => outbox.retry(key),
    discard: (key) => outbox.discard(key),
    loadEarlier: () => void room.loadEarlier(),
    typing() {
      const { room: current, connection } = store.state;
      if (current === undefined || connection !== "open" || Date.now() - lastTold < typingToldEveryMs) return;
      lastTold = Date.now();
      line.send("typing", { room: current }).catch(() => undefined); // nobody misses it
    },
    fileUrl: (id, file) => api.fileUrl(id, file),
    close: () => line.close(),
  };
}

// What this user has said and the room has not yet: it goes out once, however often the line falls.
import { SocketError, type connectSocket } from "@gatewright/client";
import { upload } from "@gatewright/uploads/client";
import type { ChatMessage } from "../functions/chat.ts";
import type { socket } from "../functions/socket.ts";
import { inWords, type ChatApi } from "./api.ts";
import type { ChatState, Outgoing } from "./chat-state.ts";
import type { Store } from "./store.ts";

/** The chat's socket, typed by the server's table. */
export type ChatLine = ReturnType<typeof connectSocket<typeof socket>>;

/** Codes after which a message goes out again by itself: nobody knows whether it arrived, and twice does no harm. */
export const passing: ReadonlySet<string> = new Set([
  "LOST",
  "TIMEOUT",
  "QUEUE_FULL",
  "NOT_IN_ROOM",
  "INTERNAL",
]);

/** Messages on their way. */
export interface Outbox {
  add(what: { readonly text?: string; readonly file?: File }): void;
  retry(key: string): void;
  discard(key: string): void;
  /** Sends everything that waits for a connection. */
  flush(): void;
}

/** What an outbox works with. */
export interface OutboxParts {
  readonly store: Store<ChatState>;
  readonly api: ChatApi;
  readonly line: ChatLine;
  readonly shown: (message: ChatMessage) => void;
}

/** Starts empty. */
export function createOutbox({ store, api, line, shown }: OutboxParts): Outbox {
  const files = new Map<string, { readonly file: File; readonly stop: AbortController; ticket?: string }>();
  const busy = new Set<string>();

  const change = (key: string, fields: Partial<Outgoing>): void =>
    store.set({
      outgoing: store.state.outgoing.map((each) => (each.key === key ? { ...each, ...fields } : each)),
    });
  const remove = (key: string): void => {
    files.delete(key);
    store.set({ outgoing: store.state.outgoing.filter((each) => each.key !== key) });
  };
  const ticketOf = async ({ key, room }: Outgoing): Promise<string | undefined> => {
    const held = files.get(key);
    if (!held) return undefined;
    if (held.ticket === undefined) {
      const ticket = await api.uploadTicket(room, held.file);
      const onProgress = (part: number): void => change(key, { sent: part * held.file.size });
      await upload(ticket, held.file, { onProgress, signal: held.stop.signal });
      held.ticket = ticket.id;
    }
    return held.ticket;
  };
  const send = async (message: Outgoing): Promise<void> => {
    const { key, room, text } = message;
    if (busy.has(key)) return;
    busy.add(key);
    try {
      const file = await ticketOf(message);
      const said = await line.send("send", {
        room,
        key,
        ...(text !== undefined && { text }),
        ...(file !== undefined && { file }),
      });
      remove(key);
      shown(said);
    } catch (error) {
      const waits = error instanceof SocketError && passing.has(error.code);
      if (!waits && store.state.outgoing.some((each) => each.key === key))
        change(key, { problem: inWords(error) });
      if (waits && line.state === "open") setTimeout(flush, 1_000);
    } finally {
      busy.delete(key);
    }
  };
  const flush = (): void => {
    const { outgoing, room } = store.state;
    for (const message of outgoing) {
      const ready = message.problem === undefined && message.room === room && line.state === "open";
      if (ready) void send(message);
    }
  };
  return {
    add({ text, file }) {
      const { room } = store.state;
      if (room === undefined) return;
      const key = crypto.randomUUID();
      if (file) files.set(key, { file, stop: new AbortController() });
      const message: Outgoing = {
        key,
        room,
        ...(text !== undefined && { text }),
        ...(file && { file: { name: file.name, size: file.size, contentType: file.type }, sent: 0 }),
      };
      store.set({ outgoing: [...store.state.outgoing, message] });
      flush();
    },
    retry(key) {
      store.set({
        outgoing: store.state.outgoing.map(({ problem: _problem, ...each }) =>
          each.key === key || _problem === undefined ? each : { ...each, problem: _problem },
        ),
      });
      flush();
    },
    discard(key) {
      files.get(key)?.stop.abort();
      remove(key);
    },
    flush,
  };
}

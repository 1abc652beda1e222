// The chat's server, in memory: a room with a history, and a line to it that can fall.
import { SocketError } from "@gatewright/client";
import type { PartsCommand } from "@gatewright/uploads/client";
import { ApiError, type ChatApi } from "../web/api.ts";
import type { ChatMessage, ChatUser } from "../functions/chat.ts";
import { createKeptUploads, type KeptUploads } from "../web/kept-uploads.ts";
import type { ChatLine } from "../web/outbox.ts";
import type { Resume } from "../web/room-view.ts";

export const ada: ChatUser = { userId: "u-ada", name: "ada" };
export const grace: ChatUser = { userId: "u-grace", name: "grace" };

/** A message of the lobby with its place. */
export function message(seq: number, from: ChatUser = grace, id = `m${seq}`): ChatMessage {
  return { room: "lobby", seq, id, from, at: 1_000 * seq, text: `text ${seq}` };
}

/** The history of the lobby, by HTTP and by the socket's `resume`; `pageSize` messages a page. */
export function memoryApi(
  history: ChatMessage[],
  pageSize = 50,
): ChatApi & { readonly calls: string[]; isDown: boolean; resume: Resume } {
  const calls: string[] = [];
  const api = {
    calls,
    isDown: false,
    rooms: async () => [],
    async before(_room: string, place = Number.MAX_SAFE_INTEGER) {
      const found = note(`before ${place}`).filter(({ seq }) => seq < place);
      return { messages: found.slice(-pageSize), more: found.length > pageSize };
    },
    async after(_room: string, place: number) {
      const found = note(`after ${place}`).filter(({ seq }) => seq > place);
      return { messages: found.slice(0, pageSize), more: found.length > pageSize };
    },
    async resume(_room: string, after: number) {
      const found = note(`resume ${after}`).filter(({ seq }) => seq > after);
      const [first] = found;
      if (!first) return { messages: [] };
      const messages = found.filter(({ seq }, at) => seq === first.seq + at).slice(0, pageSize);
      const gap = first.seq > after + 1 ? { after, before: first.seq } : undefined;
      return { messages, gap, more: messages.length < found.length };
    },
    uploadTicket: () => Promise.reject(new ApiError(415, "Files of this type cannot be shared here.")),
    connectTicket: async () => `ticket-${calls.push("ticket")}`,
    async uploadParts(_room: string, command: PartsCommand) {
      note(`${command.do} ${command.id}`);
      return {};
    },
    confirmUpload: async (_room: string, file: string) => void note(`confirm ${file}`),
    fileUrl: async (room: string, file: string) =>
      `https://files.example/${room}/${file}?${calls.push("link")}`,
  };
  const note = (call: string): ChatMessage[] => {
    calls.push(call);
    if (api.isDown) throw new ApiError(0, "The server cannot be reached.");
    return history;
  };
  return api;
}

/** Uploads that are kept in memory: what a tab keeps over a reload. */
export function memoryKept(): KeptUploads {
  const items = new Map<string, string>();
  return createKeptUploads({
    getItem: (name) => items.get(name) ?? null,
    setItem: (name, value) => void items.set(name, value),
    removeItem: (name) => void items.delete(name),
  });
}

/** What the other end of a line was asked, to be answered by the test. */
export interface Asked {
  readonly route: string;
  readonly payload: Readonly<Record<string, unknown>>;
  answer(data: unknown): void;
  fail(code: string): void;
}

/** A line whose other end is the test. */
export function memoryLine(): { readonly line: ChatLine; readonly asked: Asked[]; state: string } {
  const asked: Asked[] = [];
  const end = {
    asked,
    state: "open",
    line: {
      get state() {
        return end.state;
      },
      send: (route: string, payload: Record<string, unknown>) =>
        new Promise((answer, reject) => {
          asked.push({
            route,
            payload,
            answer,
            fail: (code) => reject(new SocketError(code, `It failed with ${code}.`)),
          });
        }),
    } as unknown as ChatLine, // what the page's rooms use of it
  };
  return end;
}

/** Lets everything run that waits for nothing but its turn. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
}

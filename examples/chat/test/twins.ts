// The chat's server, in memory: a room with a history, and a line to it that can fall.
import { SocketError } from "@gatewright/client";
import { ApiError, type ChatApi } from "../web/api.ts";
import type { ChatMessage, ChatUser } from "../functions/chat.ts";
import type { ChatLine } from "../web/outbox.ts";

export const ada: ChatUser = { userId: "u-ada", name: "ada" };
export const grace: ChatUser = { userId: "u-grace", name: "grace" };

/** A message of the lobby with its place. */
export function message(seq: number, from: ChatUser = grace, id = `m${seq}`): ChatMessage {
  return { room: "lobby", seq, id, from, at: 1_000 * seq, text: `text ${seq}` };
}

/** The history of the lobby; `pageSize` messages a page. */
export function memoryApi(
  history: ChatMessage[],
  pageSize = 50,
): ChatApi & { readonly calls: string[]; isDown: boolean } {
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
    uploadTicket: () => Promise.reject(new ApiError(415, "Files of this type cannot be shared here.")),
    connectTicket: async () => `ticket-${calls.push("ticket")}`,
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

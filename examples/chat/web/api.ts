// The chat's HTTP API, from the page's side.
import { retrying } from "@gatewright/client";
import type { PartsAnswer, PartsCommand, UploadTicket } from "@gatewright/uploads/client";
import type { ChatMessage, Room } from "../functions/chat.ts";
import type { PageConfig } from "./config.ts";
import type { Session } from "./session.ts";

/** A room with how many people are in it. */
export interface BusyRoom extends Room {
  readonly people: number;
}

/** A page of messages, oldest first. */
export interface Page {
  readonly messages: readonly ChatMessage[];
  readonly more: boolean;
}

/** The API said no, or could not be reached; the message is for the user. */
export class ApiError extends Error {
  override readonly name: string = "ApiError";
  /** 0 where nothing came back. */
  readonly status: number;

  constructor(status: number, message: string, cause?: unknown) {
    super(message, { cause });
    this.status = status;
  }

  /** Whether the same call may well work in a moment. */
  get passes(): boolean {
    return this.status === 0 || this.status === 429 || this.status >= 500;
  }
}

/** The calls that the page makes. All reject with an {@link ApiError}. */
export interface ChatApi {
  rooms(): Promise<readonly BusyRoom[]>;
  before(room: string, place?: number): Promise<Page>;
  after(room: string, place: number): Promise<Page>;
  uploadTicket(room: string, file: File, sha256?: string): Promise<UploadTicket>;
  /** Asks for what an upload in parts needs. */
  uploadParts(room: string, command: PartsCommand): Promise<PartsAnswer>;
  /** Has an upload looked at. */
  confirmUpload(room: string, file: string): Promise<void>;
  fileUrl(room: string, file: string): Promise<string>;
  /** A ticket for the next connection; `fresh` asks for it with a new token. */
  connectTicket(need: { readonly fresh: boolean }): Promise<string>;
}

/** The API for a signed-in user. */
export function createApi({ http }: PageConfig, session: Session): ChatApi {
  const call = async <Answer>(
    path: string,
    init: RequestInit = {},
    need: { readonly fresh?: boolean } = {},
  ): Promise<Answer> => {
    const send = async (): Promise<Response> =>
      fetch(`${http}${path}`, {
        ...init,
        headers: { authorization: `Bearer ${await session.token(need)}`, "content-type": "application/json" },
      });
    const answer = await reach(() => retrying(send, { attempts: 4, firstMs: 250 }));
    const body: unknown = await answer.json().catch(() => ({}));
    if (answer.ok) return body as Answer; // the shape that examples/chat/functions/rooms.ts returns
    const { detail, message } = body as { detail?: string; message?: string };
    throw new ApiError(answer.status, detail ?? message ?? `The server answered ${answer.status}.`);
  };
  const inRoom = (room: string): string => `/rooms/${encodeURIComponent(room)}`;
  return {
    rooms: async () => (await call<{ rooms: readonly BusyRoom[] }>("/rooms")).rooms,
    before: (room, place) =>
      call<Page>(`${inRoom(room)}/messages${place === undefined ? "" : `?before=${place}`}`),
    after: (room, place) => call<Page>(`${inRoom(room)}/messages?after=${place}&limit=100`),
    uploadTicket: (room, file, sha256) =>
      call<UploadTicket>(`${inRoom(room)}/uploads`, {
        method: "POST",
        body: JSON.stringify({
          filename: file.name,
          contentType: file.type || "application/octet-stream",
          size: file.size,
          sha256,
        }),
      }),
    uploadParts: (room, command) =>
      call<PartsAnswer>(`${inRoom(room)}/uploads/parts`, { method: "POST", body: JSON.stringify(command) }),
    confirmUpload: (room, file) =>
      call(`${inRoom(room)}/files/${encodeURIComponent(file)}`, { method: "POST" }),
    fileUrl: async (room, file) =>
      (await call<{ url: string }>(`${inRoom(room)}/files/${encodeURIComponent(file)}`)).url,
    connectTicket: async (need) =>
      (await call<{ ticket: string }>("/tickets", { method: "POST" }, need)).ticket,
  };
}

/** An error in words for the user. */
export function inWords(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

async function reach(call: () => Promise<Response>): Promise<Response> {
  return call().catch((error: unknown) => {
    throw new ApiError(0, "The server cannot be reached. Are you connected?", error);
  });
}

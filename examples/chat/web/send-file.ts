// A file's way into the bucket: a ticket, the bytes, and the server's word that they are what was promised.
import {
  checksumOf,
  startUpload,
  UploadError,
  type Ask,
  type UploadTicket,
} from "@gatewright/uploads/client";
import { wholeAtMost } from "../functions/chat.ts";
import { ApiError, type ChatApi } from "./api.ts";
import type { HeldFile } from "./held-file.ts";
import type { KeptUploads } from "./kept-uploads.ts";

/** A file that is to be sent. */
export interface FileToSend {
  /** Of its message. */
  readonly key: string;
  readonly room: string;
  readonly held: HeldFile;
  readonly kept: KeptUploads;
  /** Called with the bytes that are there. */
  readonly onProgress: (bytes: number) => void;
  /** Called when the bucket has them all. */
  readonly onThere: () => void;
}

const proofTries = 4;

/**
 * Sends a file and has it proven; gives the id to send the message with.
 *
 * What has begun goes on where it was: after a lost connection, a failure, or another load of the page.
 */
export async function sendFile(api: ChatApi, to: FileToSend): Promise<string> {
  const { held, key, room, kept } = to;
  if (held.proven !== undefined) return held.proven;
  try {
    held.ticket ??= await begin(api, to);
    await send(api, held.ticket, to);
    await prove(api, room, held.ticket.id);
    const upload = kept.find(key);
    if (upload) kept.keep({ ...upload, isProven: true });
    held.proven = held.ticket.id;
    return held.proven;
  } catch (error) {
    if (isOver(error)) {
      delete held.ticket;
      kept.forget(key);
    }
    throw error;
  } finally {
    delete held.run;
  }
}

async function begin(api: ChatApi, { key, room, held, kept }: FileToSend): Promise<UploadTicket> {
  const { file } = held;
  // parts have a checksum each
  const sha256 = file.size <= wholeAtMost ? await checksumOf(file) : undefined;
  const ticket = await api.uploadTicket(room, file, sha256);
  if (ticket.method === "PARTS") {
    const { name, type: contentType, lastModified } = file;
    kept.keep({ key, room, ticket, name, contentType, lastModified });
  }
  return ticket;
}

async function send(
  api: ChatApi,
  ticket: UploadTicket,
  { room, held, onProgress, onThere }: FileToSend,
): Promise<void> {
  const { file, stop } = held;
  const tell = (part: number): void => onProgress(part * file.size);
  held.run = startUpload(ticket, file, { ask: askOf(api, room), signal: stop.signal, onProgress: tell });
  if (held.isPaused) held.run.pause();
  await held.run.done;
  onThere();
}

/** What may pass is said in the words of an upload, which then tries again by itself. */
export function askOf(api: ChatApi, room: string): Ask {
  return (command) =>
    api.uploadParts(room, command).catch((error: unknown) => {
      throw error instanceof ApiError && error.passes ? new UploadError("NETWORK", 0, error.message) : error;
    });
}

/** The bucket's own event may have somebody look at the file at the same time. */
async function prove(api: ChatApi, room: string, id: string): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await api.confirmUpload(room, id);
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== 503 || tries >= proofTries) throw error;
      await new Promise((resolve) => setTimeout(resolve, 1_000 * tries));
    }
  }
}

/** Whether what was begun is of no more use. */
function isOver(error: unknown): boolean {
  if (error instanceof UploadError) return error.code !== "NETWORK" && error.status < 500;
  return error instanceof ApiError && !error.passes;
}

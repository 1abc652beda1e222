// A file that waits to be uploaded: what is known of it, and what is wrong with it before anybody is asked.
import { largestFile } from "../functions/chat.ts";
import type { UploadRun, UploadTicket } from "@gatewright/uploads/client";
import type { OutgoingFile } from "./chat-state.ts";

/** A file in the outbox. */
export interface HeldFile {
  readonly file: File;
  readonly described: OutgoingFile;
  readonly stop: AbortController;
  /** Why it cannot be sent. */
  readonly refused: string | undefined;
  /** Set once it has begun. */
  ticket?: UploadTicket;
  /** While it is being sent. */
  run?: UploadRun;
  /** The user wants it to wait. */
  isPaused?: boolean;
  /** The id of its upload, once the server has looked at it. */
  proven?: string;
}

/** What a browser shows of itself; scripted kinds such as SVG are not among them. */
const pictures: ReadonlySet<string> = new Set([
  "image/png",
  "image/jpeg",
  "image/gif",
  "image/webp",
  "image/avif",
]);

/** Whether a file is shown as a picture. */
export function isPicture({ contentType }: { readonly contentType: string }): boolean {
  return pictures.has(contentType);
}

/** Takes a file in. Its preview is an object URL, to be revoked by who drops it. */
export function toHeldFile(file: File): HeldFile {
  const { name, size, type: contentType } = file;
  return {
    file,
    described: {
      name,
      size,
      contentType,
      ...(isPicture({ contentType }) && { preview: URL.createObjectURL(file) }),
    },
    stop: new AbortController(),
    refused: problemOf(file),
  };
}

function problemOf({ size }: File): string | undefined {
  if (size === 0) return "This file is empty.";
  if (size > largestFile)
    return `This file is too large: at most ${largestFile / 1_000_000} MB can be shared.`;
  return undefined;
}

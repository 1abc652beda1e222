// Files that people drop into rooms: straight into the bucket by ticket, shown only once proven to have arrived.
import { failures, uploadTo, type UploadTicket, type Uploads } from "@gatewright/uploads";
import { largestFile, type ChatFile, type ChatUser } from "./chat.ts";
import { setting } from "./settings.ts";

/** What the browser says about the file it wants to send. */
export interface FileOffer {
  readonly filename: string;
  readonly contentType: string;
  /** Bytes. */
  readonly size: number;
}

const rules = {
  maxBytes: largestFile,
  types: ["image/*", "video/*", "audio/*", "text/*", "application/*"],
};

/** Each room has its own folder, so that an id of one room is not good for another. */
function uploadsOf(room: string): Uploads {
  return uploadTo({ bucket: setting("UPLOADS_BUCKET"), prefix: `rooms/${room}`, rules });
}

/** The right to upload one file into a room. */
export function ticketFor(room: string, user: ChatUser, offer: FileOffer): Promise<UploadTicket> {
  return uploadsOf(room).ticket({ ...offer, owner: user.userId });
}

/** The file of a ticket, proven to have arrived as promised. Only who was given the ticket may show it. */
export async function arrivedFile(room: string, user: ChatUser, id: string): Promise<ChatFile> {
  const proof = await uploadsOf(room).confirm(id);
  if (proof.owner !== user.userId) throw failures.create("ID_INVALID", { prefix: `rooms/${room}` });
  return { id, name: proof.filename, contentType: proof.contentType, size: proof.size };
}

/** A link to a file of a room, good for an hour. It is saved, not shown: somebody else made it. */
export function linkTo(room: string, id: string): Promise<string> {
  return uploadsOf(room).downloadUrl(id, { expires: 3600, disposition: "attachment" });
}

/** What a caller is told of a file that cannot be taken or shown; `undefined` where it is not the caller's doing. */
export function problemOf(
  error: unknown,
): { readonly code: string; readonly status: number; readonly says: string } | undefined {
  if (!failures.is(error)) return undefined;
  const problem = problems[error.code];
  return problem && { code: error.code, ...problem };
}

/** In words for people: the failure's own message is for programmers, and names keys of the bucket. */
const problems: Readonly<Record<string, { readonly status: number; readonly says: string }>> = {
  TYPE_NOT_ALLOWED: { status: 415, says: "Files of this type cannot be shared here." },
  TOO_LARGE: {
    status: 413,
    says: `This file is too large: at most ${largestFile / 1_000_000} MB can be shared.`,
  },
  SIZE_INVALID: { status: 400, says: "This file is empty." },
  FILENAME_INVALID: { status: 400, says: "A file of this name cannot be shared. Give it another name." },
  ID_INVALID: { status: 404, says: "There is no such file." },
  NOT_ARRIVED: { status: 409, says: "The file has not arrived. Send it again." },
  NOT_AS_PROMISED: { status: 422, says: "The content of this file is not what its type says." },
};

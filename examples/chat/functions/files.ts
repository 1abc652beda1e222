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
  const status = statuses[error.code];
  return status === undefined ? undefined : { code: error.code, status, says: error.message };
}

const statuses: Readonly<Record<string, number>> = {
  TYPE_NOT_ALLOWED: 415,
  TOO_LARGE: 413,
  SIZE_INVALID: 400,
  FILENAME_INVALID: 400,
  ID_INVALID: 404,
  NOT_ARRIVED: 409,
  NOT_AS_PROMISED: 422,
};

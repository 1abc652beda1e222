// Files that people drop into rooms: tickets straight into the bucket, links to what is proven. Nothing here looks into a file.
import {
  failures,
  ticketsTo,
  type FileChecksum,
  type PartsAnswer,
  type UploadProof,
  type UploadTicket,
} from "@gatewright/uploads/tickets";
import type { ChatFile, ChatUser } from "./chat.ts";
import { allRooms, uploadOptions } from "./upload-options.ts";

/** What the browser says about the file it wants to send. */
export interface FileOffer {
  readonly filename: string;
  readonly contentType: string;
  /** Bytes. */
  readonly size: number;
  /** SHA-256 in base64, of a file that goes in one piece. */
  readonly sha256?: string | undefined;
}

/** The folder of a room. */
export function folderOf(room: string): string {
  return `${allRooms}/${room}`;
}

/** The right to upload one file into a room. */
export function ticketFor(room: string, user: ChatUser, offer: FileOffer): Promise<UploadTicket> {
  const { sha256, ...file } = offer;
  const options = uploadOptions(folderOf(room), file.size);
  const checksum: FileChecksum | undefined =
    sha256 === undefined || options.method === "parts" ? undefined : { algorithm: "sha256", value: sha256 };
  return ticketsTo(options).ticket({ ...file, owner: user.userId, ...(checksum && { checksum }) });
}

/** What the page asks of an upload in parts; only who was given the ticket is heard. */
export function answerParts(room: string, user: ChatUser, command: unknown): Promise<PartsAnswer> {
  return ticketsTo(uploadOptions(folderOf(room))).answerParts(command, { owner: user.userId });
}

/** The file of a ticket, once it is proven. Only who was given the ticket may show it. */
export async function provenFile(room: string, user: ChatUser, id: string): Promise<ChatFile> {
  return toFile(await ticketsTo(uploadOptions(folderOf(room))).proofOf(id), room, user);
}

/** A proof as the room will see it. */
export function toFile(proof: UploadProof, room: string, user: ChatUser): ChatFile {
  if (proof.owner !== user.userId) throw failures.create("ID_INVALID", { prefix: folderOf(room) });
  return { id: proof.id, name: proof.filename, contentType: proof.contentType, size: proof.size };
}

/** A link to a file of a room, good for an hour; only to what is proven. It is saved, not shown: somebody else made it. */
export function linkTo(room: string, id: string): Promise<string> {
  return ticketsTo(uploadOptions(folderOf(room))).downloadUrl(id, {
    expires: 3600,
    disposition: "attachment",
  });
}

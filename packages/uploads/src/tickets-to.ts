// The way into a bucket and out of it, without what looks at files: tickets, parts, links.
import type { Desk } from "./desk.ts";
import { type DownloadOptions, writeDownloadUrl } from "./download-url.ts";
import { failures } from "./failures.ts";
import type { UploadProof } from "./inspect.ts";
import { assertPrefix, makeKey, readId, toArrival } from "./key.ts";
import { toProof } from "./outcome.ts";
import { answerParts, beginTicket, type PartsAnswer } from "./parts-command.ts";
import { findPlace } from "./place.ts";
import { assertAllowed, assertRules, largestObject, largestPiece } from "./rules.ts";
import {
  type Destination,
  type FileToUpload,
  type PostTicket,
  type PutTicket,
  type UploadTicket,
  writePostTicket,
  writePutTicket,
} from "./ticket.ts";
import type { TicketRow } from "./tickets/tickets.ts";
import type { TicketOf, UploadOptions } from "./upload-options.ts";

/** The way into a bucket, and out. */
export interface UploadTickets<Ticket extends UploadTicket = UploadTicket> {
  /**
   * Gives the right to upload one file; S3 itself refuses another key, size, type, checksum, owner or name.
   *
   * Without `proof` nothing is stored and nobody is asked.
   *
   * @throws `TYPE_NOT_ALLOWED`, `TOO_LARGE`, `SIZE_INVALID`, `FILENAME_INVALID`, `METADATA_INVALID`, `CHECKSUM_INVALID`
   */
  ticket(file: FileToUpload): Promise<Ticket>;
  /**
   * Tells the proof of a file that is proven already, from the memory of tickets alone: S3 is not asked.
   *
   * @throws `ID_INVALID`, `TICKET_UNKNOWN`, `NOT_PROVEN`; `TICKETS_MISSING` without `proof`
   */
  proofOf(id: string): Promise<UploadProof>;
  /**
   * Signs a link to an upload. With `proof`, only to one that is proven; without, it does not look: `confirm` first.
   *
   * @throws `ID_INVALID`; with `proof` also `TICKET_UNKNOWN`, `NOT_PROVEN`
   */
  downloadUrl(id: string, options?: DownloadOptions): Promise<string>;
  /** Does what the browser's half asks of an upload in parts. @throws see {@link answerParts} */
  answerParts(command: unknown, by: { readonly owner: string }): Promise<PartsAnswer>;
}

/** Up to here one request carries a file. */
const partsFrom = 100 * 1024 ** 2;
const dayMs = 86_400_000;
/** After a ticket's end a slow upload may still be on its way. */
const graceMs = 60_000;

/**
 * Makes the half of `uploadTo` that never looks into files: for functions that give tickets and links, and leave the proof
 * to another with the same options. Their bundles do without the library that knows kinds of files: 90 KB less.
 *
 * @example
 * const tickets = ticketsTo({ bucket: "cats", rules: { maxBytes: 5_000_000, types: ["image/*"] } });
 * const ticket = await tickets.ticket({ filename: "cat.png", contentType: "image/png", size: 1234, owner: "ada" });
 *
 * @throws `RULES_INVALID`, `PREFIX_INVALID`, `TICKETS_MISSING`
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-HTTPPOSTConstructPolicy.html
 */
export function ticketsTo<const Options extends UploadOptions>(
  options: Options,
): UploadTickets<TicketOf<Options>> {
  return createTickets(options) as UploadTickets<TicketOf<Options>>; // `TicketOf` says what `ticket` does
}

/** The same for options whose tickets are not known. */
export function createTickets(options: UploadOptions): UploadTickets {
  const { rules, prefix = "", expires = 900 } = options;
  const quarantine = toQuarantine(options);
  assertOptions(options);
  const desk = toDesk(options);
  return {
    async ticket(file) {
      assertAllowed(file, rules);
      const key = makeKey(prefix, file.filename);
      const place = await findPlace(options);
      const to = { place, key, arrivesAt: toArrival(key, quarantine), expires };
      return desk ? openTicket(file, to, { desk, options }) : writeTicket(file, to, options);
    },
    async proofOf(id) {
      readId(id, prefix);
      return toProof(await needed(desk, "Telling a proof").tickets.find(id), id);
    },
    async downloadUrl(id, download = {}) {
      const key = readId(id, prefix);
      const filename = desk && toProof(await desk.tickets.find(id), id).filename;
      const named = filename === undefined ? download : { filename, ...download };
      return writeDownloadUrl(await findPlace(options), key, named);
    },
    async answerParts(command, { owner }) {
      return answerParts(command, { owner, expires }, needed(desk, "An upload in parts"));
    },
  };
}

/** @throws `TICKETS_MISSING` where no tickets are remembered. */
export function needed(desk: Desk | undefined, what: string): Desk {
  if (desk) return desk;
  throw failures.create("TICKETS_MISSING", { what });
}

/** The folder where files wait; `null` for none. */
export function toQuarantine({ proof }: UploadOptions): string | null {
  return proof ? (proof.quarantine === undefined ? "quarantine" : proof.quarantine) : null;
}

function assertOptions({ rules, prefix = "", method = "by-size", proof }: UploadOptions): void {
  assertRules(rules, proof && (method === "by-size" || method === "parts") ? largestObject : largestPiece);
  assertPrefix(prefix);
  const quarantine = proof?.quarantine ?? "";
  assertPrefix(quarantine);
  if (method === "parts" && !proof) throw failures.create("TICKETS_MISSING", { what: 'The method "parts"' });
  const inside = quarantine !== "" && `${prefix}/`.startsWith(`${quarantine}/`);
  if (inside) throw failures.create("PREFIX_INVALID", { prefix });
}

/** What settles tickets, where they are remembered. */
export function toDesk(options: UploadOptions): Desk | undefined {
  if (!options.proof) return undefined;
  const { tickets, scan, onUploaded, now = Date.now } = options.proof;
  return { place: options, rules: options.rules, tickets, scan, onUploaded, now };
}

function writeTicket(file: FileToUpload, to: Destination, { method }: UploadOptions): PostTicket | PutTicket {
  return method === "put" ? writePutTicket(file, to) : writePostTicket(file, to);
}

async function openTicket(
  file: FileToUpload,
  to: Destination,
  { desk, options }: { readonly desk: Desk; readonly options: UploadOptions },
): Promise<UploadTicket> {
  const { method = "by-size" } = options;
  const inParts = method === "parts" || (method === "by-size" && file.size > partsFrom);
  const begun = inParts
    ? await beginTicket(file, { ...to, expires: Math.max(to.expires, dayMs / 1000) }, desk.now())
    : { ticket: writeTicket(file, to, options), parts: undefined };
  const { ticket, parts } = begun;
  const expiresAt = inParts ? ticket.expiresAt : desk.now() + to.expires * 1000;
  const row: TicketRow = {
    id: ticket.id,
    bucket: to.place.bucket,
    key: to.key,
    arrivesAt: to.arrivesAt,
    owner: file.owner,
    contentType: file.contentType,
    size: file.size,
    ...(parts && { parts }),
    state: "open",
    told: false,
    heldUntil: 0,
    expiresAt,
    dueAt: expiresAt + graceMs,
    removeAt: expiresAt + 7 * dayMs,
  };
  await desk.tickets.open(row);
  return ticket;
}

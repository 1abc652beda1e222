// The way into a bucket and out of it: tickets, proof, links.
import { type DownloadOptions, writeDownloadUrl } from "./download-url.ts";
import { failures } from "./failures.ts";
import { inspect, type UploadProof } from "./inspect.ts";
import { assertPrefix, makeKey, readId, toArrival } from "./key.ts";
import { answerParts, beginTicket, type PartsAnswer } from "./parts-command.ts";
import { findPlace, type PlaceOptions } from "./place.ts";
import { type EventTally, receiveEvent, type S3Event } from "./receive-event.ts";
import { assertAllowed, assertRules, largestObject, largestPiece, type UploadRules } from "./rules.ts";
import type { Scan } from "./scan.ts";
import { type Desk, settle } from "./settle.ts";
import { sweep, type SweepTally } from "./sweep.ts";
import {
  type Destination,
  type FileToUpload,
  type PostTicket,
  type PutTicket,
  type UploadTicket,
  writePostTicket,
  writePutTicket,
} from "./ticket.ts";
import type { TicketRow, Tickets } from "./tickets/tickets.ts";

/** Where uploads go and what they may be. */
export interface UploadOptions extends PlaceOptions {
  readonly rules: UploadRules;
  /** How long a ticket lasts, in seconds, 1 to 604800; one in parts lasts at least a day. @default 900 */
  readonly expires?: number;
  /** Folder of the bucket, as in `rooms/42`; ids of one prefix are not good for another. @default "" */
  readonly prefix?: string;
  /**
   * How files are sent: a form, a URL that is good for one PUT, in parts, or by their size: a form up to 100 MB, in
   * parts above where tickets are remembered.
   * @default "by-size"
   */
  readonly method?: "by-size" | "post" | "put" | "parts";
  /** Remembers tickets, so that each file is proven, moved and told of once. @default nothing is remembered */
  readonly proof?: ProofOptions;
}

/** How files are proven. */
export interface ProofOptions {
  readonly tickets: Tickets;
  /** Folder where files wait until they are proven; `null` leaves them where they arrive. @default "quarantine" */
  readonly quarantine?: string | null;
  /** Looks into a file before it leaves the quarantine. @default nobody does */
  readonly scan?: Scan;
  /** Runs once for each file that is proven; again only where it threw or its process ended. */
  readonly onUploaded?: (proof: UploadProof) => void | Promise<void>;
  /** Milliseconds since the epoch. @default Date.now */
  readonly now?: () => number;
}

/** The way into a bucket, and out. */
export interface Uploads<Ticket extends UploadTicket = UploadTicket> {
  /**
   * Gives the right to upload one file; S3 itself refuses another key, size, type, checksum, owner or name.
   *
   * Without `proof` nothing is stored and nobody is asked.
   *
   * @throws `TYPE_NOT_ALLOWED`, `TOO_LARGE`, `SIZE_INVALID`, `FILENAME_INVALID`, `METADATA_INVALID`, `CHECKSUM_INVALID`
   */
  ticket(file: FileToUpload): Promise<Ticket>;
  /**
   * Proves that the file of a ticket is in the bucket, by its headers and first bytes.
   *
   * With `proof` the file also leaves the quarantine, `onUploaded` runs, and the same proof comes at every later call.
   *
   * @throws `ID_INVALID`, `NOT_ARRIVED`, `NOT_AS_PROMISED`, `STORE_REFUSED`, `STORE_UNREACHABLE`; with `proof` also
   * `TICKET_UNKNOWN`, `TICKET_EXPIRED`, `NOT_SCANNED`, `PROOF_RUNNING`
   */
  confirm(id: string): Promise<UploadProof>;
  /**
   * Signs a link to an upload. With `proof`, only to one that is proven; without, it does not look: `confirm` first.
   *
   * @throws `ID_INVALID`; with `proof` also `TICKET_UNKNOWN`, `NOT_PROVEN`
   */
  downloadUrl(id: string, options?: DownloadOptions): Promise<string>;
  /** Does what the browser's half asks of an upload in parts. @throws see {@link answerParts} */
  answerParts(command: unknown, by: { readonly owner: string }): Promise<PartsAnswer>;
  /** Acts upon an S3 event: a handler is `(event) => uploads.receiveEvent(event)`. @throws `EVENT_FAILED` */
  receiveEvent(event: S3Event): Promise<EventTally>;
  /** Makes good what was lost, and ends what nobody used; run it every few minutes. */
  sweep(): Promise<SweepTally>;
}

/** The tickets that options lead to. */
export type TicketOf<Options extends UploadOptions> = Options extends { readonly method: "put" }
  ? PutTicket
  : Options extends { readonly method: "post" }
    ? PostTicket
    : Options extends { readonly proof: object }
      ? UploadTicket
      : PostTicket;

/** Up to here one request carries a file. */
const partsFrom = 100 * 1024 ** 2;
const dayMs = 86_400_000;
/** After a ticket's end a slow upload may still be on its way. */
const graceMs = 60_000;

/**
 * Makes a safe way for browsers to upload straight into a bucket.
 *
 * Build it once, outside the handler: no network, no AWS SDK, and the environment is read at each call.
 *
 * @example
 * const uploads = uploadTo({ bucket: "cats", rules: { maxBytes: 5_000_000, types: ["image/*"] } });
 * const ticket = await uploads.ticket({ filename: "cat.png", contentType: "image/png", size: 1234, owner: "ada" });
 * const proof = await uploads.confirm(ticket.id);
 *
 * @throws `RULES_INVALID`, `PREFIX_INVALID`, `TICKETS_MISSING`
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-HTTPPOSTConstructPolicy.html
 */
export function uploadTo<const Options extends UploadOptions>(options: Options): Uploads<TicketOf<Options>> {
  return createUploads(options) as Uploads<TicketOf<Options>>; // `TicketOf` says what `ticket` does
}

function createUploads(options: UploadOptions): Uploads {
  const { rules, prefix = "", expires = 900, proof } = options;
  const quarantine = toQuarantine(options);
  assertOptions(options);
  const desk = proof && toDesk(options, proof);
  const needed = (what: string): Desk => {
    if (desk) return desk;
    throw failures.create("TICKETS_MISSING", { what });
  };
  return {
    async ticket(file) {
      assertAllowed(file, rules);
      const key = makeKey(prefix, file.filename);
      const place = await findPlace(options);
      const to = { place, key, arrivesAt: toArrival(key, quarantine), expires };
      return desk ? openTicket(file, to, { desk, options }) : writeTicket(file, to, options);
    },
    async confirm(id) {
      const key = readId(id, prefix);
      if (desk) return settle(id, desk);
      return (await inspect({ place: await findPlace(options), rules, key, at: key })).proof;
    },
    async downloadUrl(id, download = {}) {
      const key = readId(id, prefix);
      const named = desk ? { filename: await provenName(id, desk), ...download } : download;
      return writeDownloadUrl(await findPlace(options), key, named);
    },
    async answerParts(command, { owner }) {
      return answerParts(command, { owner, expires }, needed("An upload in parts"));
    },
    async receiveEvent(event) {
      return receiveEvent(event, { ...needed("Acting upon events"), prefix, quarantine });
    },
    async sweep() {
      return sweep(needed("A sweep"));
    },
  };
}

/** The name of a file that is proven. @throws `TICKET_UNKNOWN`, `NOT_PROVEN` */
async function provenName(id: string, { tickets }: Desk): Promise<string> {
  const row = await tickets.find(id);
  if (!row) throw failures.create("TICKET_UNKNOWN", { id });
  if (row.state !== "proven" || !row.proof) throw failures.create("NOT_PROVEN", { key: row.key });
  return row.proof.filename;
}

function toQuarantine({ proof }: UploadOptions): string | null {
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

function toDesk(options: UploadOptions, proof: ProofOptions): Desk {
  const { tickets, scan, onUploaded, now = Date.now } = proof;
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

// What the browser's half asks while it sends a file in parts: to sign some, to list what is there, to complete, to give up.
import { presignText } from "@gatewright/signature";
import { assertOfWhole } from "./checksum.ts";
import { failures } from "./failures.ts";
import { findPlace, type Place, toObjectPath } from "./place.ts";
import type { Desk } from "./desk.ts";
import { toOutcome } from "./outcome.ts";
import { abortParts, beginParts, completeParts, listParts } from "./store/parts.ts";
import { type Destination, type FileToUpload, type PartsTicket, toFields } from "./ticket.ts";
import { toId } from "./key.ts";
import type { TicketRow } from "./tickets/tickets.ts";

/** A part that the browser is about to send. */
export interface PartToSign {
  /** From 1. */
  readonly number: number;
  /** Its SHA-256 in base64, where the ticket asks for checksums. */
  readonly checksum?: string;
}

/** What the browser's half asks; pass it on as it comes. */
export type PartsCommand =
  | { readonly do: "sign"; readonly id: string; readonly parts: readonly PartToSign[] }
  | { readonly do: "list" | "complete" | "abort"; readonly id: string };

/** What the browser's half is told. */
export interface PartsAnswer {
  /** Signed parts: where to send each, with which headers. */
  readonly signed?: readonly {
    readonly number: number;
    readonly url: string;
    readonly headers: Readonly<Record<string, string>>;
  }[];
  /** Parts that S3 has. */
  readonly stored?: readonly { readonly number: number; readonly size: number; readonly checksum?: string }[];
}

const mib = 1024 ** 2;
/** At most so many parts an object may have. @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html */
const partsAtMost = 10_000;
const signedAtOnce = 100;

/** The size of a part for a file: 8 MB, or as much as it takes for 10,000 of them. */
export function toPartSize(size: number): number {
  return Math.max(8, Math.ceil(size / partsAtMost / mib)) * mib;
}

/** Begins an upload in parts. @throws `CHECKSUM_INVALID`, `FILENAME_INVALID`, `METADATA_INVALID`, `STORE_REFUSED` */
export async function beginTicket(
  file: FileToUpload,
  { place, key, arrivesAt, expires }: Destination,
  now: number,
): Promise<{ readonly ticket: PartsTicket; readonly parts: NonNullable<TicketRow["parts"]> }> {
  const { checksum, contentType, size } = file;
  if (checksum) assertOfWhole(checksum);
  const uploadId = await beginParts(place, arrivesAt, {
    ...toFields(file),
    "content-type": contentType,
    "x-amz-checksum-algorithm": (checksum?.algorithm ?? "sha256").toUpperCase(),
    "x-amz-checksum-type": checksum ? "FULL_OBJECT" : "COMPOSITE",
  });
  const partSize = toPartSize(size);
  const ticket = { size, partSize, checksums: !checksum, expiresAt: now + expires * 1000 };
  return {
    ticket: { id: toId(key), key: arrivesAt, method: "PARTS", ...ticket },
    parts: { uploadId, partSize, ...(checksum && { checksum: `${checksum.algorithm}:${checksum.value}` }) },
  };
}

/**
 * Does what the browser's half asks of an upload in parts.
 *
 * @throws `COMMAND_INVALID`, `TICKET_UNKNOWN` (also for somebody else's), `TICKET_EXPIRED`, `NOT_AS_PROMISED`,
 * `PARTS_MISSING`, `STORE_REFUSED`, `STORE_UNREACHABLE`
 */
export async function answerParts(
  command: unknown,
  by: { readonly owner: string; readonly expires: number },
  desk: Desk,
): Promise<PartsAnswer> {
  const asked = readCommand(command);
  const row = await desk.tickets.find(asked.id);
  if (!row?.parts || row.owner !== by.owner || row.bucket !== desk.place.bucket) {
    throw failures.create("TICKET_UNKNOWN", { id: asked.id });
  }
  if (toOutcome(row) || row.state === "proven") return {}; // nothing is left to be sent
  const at = { row, parts: row.parts, place: await findPlace(desk.place) };
  switch (asked.do) {
    case "sign":
      if (desk.now() >= row.expiresAt) throw failures.create("TICKET_EXPIRED", { id: row.id });
      return { signed: asked.parts.map((part) => signPart(part, at, by.expires)) };
    case "list":
      return { stored: await list(at) };
    case "complete":
      await complete(at);
      await haveSwept(row, desk);
      return {};
    default:
      return abort(at, desk);
  }
}

interface At {
  readonly row: TicketRow;
  readonly parts: NonNullable<TicketRow["parts"]>;
  readonly place: Place;
}

type Signed = NonNullable<PartsAnswer["signed"]>[number];

function signPart({ number, checksum }: PartToSign, { row, parts, place }: At, expires: number): Signed {
  const size = sizeOf(number, row, parts.partSize);
  if (size === undefined) throw invalid(`there is no part ${number}`);
  const wanted = parts.checksum === undefined;
  if (wanted !== (checksum !== undefined))
    throw invalid(`the checksum of part ${number} is ${wanted ? "missing" : "not asked for"}`);
  const headers: Record<string, string> = checksum === undefined ? {} : { "x-amz-checksum-sha256": checksum };
  const url = presignText(
    {
      method: "PUT",
      origin: place.origin,
      host: place.host,
      path: toObjectPath(place, row.arrivesAt),
      query: [
        ["partNumber", String(number)],
        ["uploadId", parts.uploadId],
      ],
      headers: { ...headers, "content-length": String(size) },
      expires,
    },
    { credentials: place.credentials, region: place.region, service: "s3" },
  );
  return { number, url, headers };
}

async function list({ row, parts, place }: At): Promise<NonNullable<PartsAnswer["stored"]>> {
  const stored = (await listParts(place, { key: row.arrivesAt, ...parts })) ?? [];
  return stored
    .filter(({ number, size }) => size === sizeOf(number, row, parts.partSize))
    .map(({ number, size, checksum }) =>
      checksum === undefined ? { number, size } : { number, size, checksum },
    );
}

/** Only what S3 lists counts; an upload that S3 knows no more was completed by an earlier try. */
async function complete({ row, parts, place }: At): Promise<void> {
  const at = { key: row.arrivesAt, ...parts };
  const stored = await listParts(place, at);
  if (!stored) return;
  const byNumber = new Map(stored.map((part) => [part.number, part]));
  const count = Math.ceil(row.size / parts.partSize);
  const numbers = Array.from({ length: count }, (_, index) => index + 1);
  const missing = numbers.filter(
    (number) => byNumber.get(number)?.size !== sizeOf(number, row, parts.partSize),
  );
  if (missing.length > 0) throw failures.create("PARTS_MISSING", { key: row.arrivesAt, missing });
  const named = numbers.flatMap((number) => byNumber.get(number) ?? []);
  await completeParts(
    place,
    { ...at, headers: { "if-none-match": "*", ...toWholeHeaders(parts.checksum) } },
    named,
  );
}

/** A ticket for parts lasts a day; from here on its file is there, and should S3's event be lost, the sweep comes soon. */
async function haveSwept({ id }: TicketRow, { tickets, now }: Desk): Promise<void> {
  const held = await tickets.hold(id, { now: now(), until: now() + 60_000 });
  if (!held) return; // somebody is at it already
  await tickets.save(held, held.state === "open" ? { dueAt: now() + 60_000 } : {});
}

async function abort({ row, parts, place }: At, desk: Desk): Promise<PartsAnswer> {
  const held = await holdPatiently(row, desk);
  if (!held || held.state !== "open") throw failures.create("PROOF_RUNNING", { key: row.arrivesAt });
  await abortParts(place, { key: row.arrivesAt, ...parts });
  await desk.tickets.save(held, { state: "refused", because: "it was given up", dueAt: undefined });
  return {};
}

/** Somebody may be looking at the ticket just now, and finds that nothing has arrived: that is soon over. */
async function holdPatiently({ id }: TicketRow, { tickets, now }: Desk): Promise<TicketRow | undefined> {
  for (let tries = 1; ; tries++) {
    const held = await tickets.hold(id, { now: now(), until: now() + 60_000 });
    if (held || tries >= 10) return held;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

function toWholeHeaders(checksum: string | undefined): Record<string, string> {
  const [algorithm, value] = checksum?.split(":", 2) ?? [];
  if (algorithm === undefined || value === undefined) return {};
  return { [`x-amz-checksum-${algorithm}`]: value, "x-amz-checksum-type": "FULL_OBJECT" };
}

function sizeOf(number: number, { size }: TicketRow, partSize: number): number | undefined {
  const start = (number - 1) * partSize;
  return number >= 1 && start < size ? Math.min(partSize, size - start) : undefined;
}

function readCommand(given: unknown): PartsCommand {
  if (typeof given !== "object" || given === null) throw invalid("it is not an object");
  const { do: what, id, parts } = given as Readonly<Record<string, unknown>>; // looked at below
  if (typeof id !== "string" || id.length > 2048) throw invalid("it has no id");
  if (what === "list" || what === "complete" || what === "abort") return { do: what, id };
  if (what !== "sign") throw invalid("it asks for nothing known");
  if (!Array.isArray(parts) || parts.length === 0 || parts.length > signedAtOnce) {
    throw invalid(`it asks for no part, or for more than ${signedAtOnce} at once`);
  }
  return { do: "sign", id, parts: parts.map(readPart) };
}

function readPart(given: unknown): PartToSign {
  const part: Readonly<Record<string, unknown>> =
    typeof given === "object" && given !== null ? { ...given } : {};
  const { number, checksum } = part;
  if (!Number.isInteger(number)) throw invalid("a part has no number");
  if (checksum !== undefined && !(typeof checksum === "string" && /^[A-Za-z0-9+/]{43}=$/.test(checksum))) {
    throw invalid("a part's checksum is not a SHA-256 in base64");
  }
  return { number: Number(number), ...(typeof checksum === "string" && { checksum }) };
}

function invalid(because: string): Error {
  return failures.create("COMMAND_INVALID", { because });
}

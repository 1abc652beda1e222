// S3's own word that something has arrived: doubled, late, in any order, and acted upon once.
import { failures } from "./failures.ts";
import { idOfArrival } from "./key.ts";
import { findPlace } from "./place.ts";
import type { Desk } from "./desk.ts";
import { toOutcome } from "./outcome.ts";
import { settle } from "./settle.ts";
import { removeObject } from "./store/objects.ts";

/** As much of S3's event as is looked at. */
export interface S3Event {
  readonly Records: readonly {
    readonly eventSource?: string;
    /** As in `ObjectCreated:Put`. */
    readonly eventName?: string;
    readonly s3?: {
      readonly bucket?: { readonly name?: string };
      /** The key is encoded as in a form. */
      readonly object?: { readonly key?: string };
    };
  }[];
}

/** What an event has come to. */
export interface EventTally {
  readonly proven: number;
  readonly refused: number;
  /** What waits for a scan, or for somebody else who is at it. */
  readonly pending: number;
  /** What is no upload of ours, or is done. */
  readonly ignored: number;
}

/** Where to look, and how keys are made. */
export interface EventDesk extends Desk {
  readonly prefix: string;
  readonly quarantine: string | null;
}

/**
 * Acts upon the records of an event. What is done is not done again, whatever the order.
 *
 * The event is taken as a hint where to look; what counts is what lies in the bucket now. A file that comes for a ticket
 * that is done (somebody used it twice) is removed from the quarantine.
 *
 * @throws `EVENT_FAILED` after every record has been tried, so that Lambda sends the event again.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html
 */
export async function receiveEvent(event: S3Event, desk: EventDesk): Promise<EventTally> {
  const tally = { proven: 0, refused: 0, pending: 0, ignored: 0 };
  const errors: unknown[] = [];
  for (const record of event.Records) {
    try {
      tally[await receive(record, desk)] += 1;
    } catch (error) {
      errors.push(error);
    }
  }
  if (errors.length > 0) {
    const facts = { failed: errors.length, of: event.Records.length };
    throw failures.create("EVENT_FAILED", facts, { cause: new AggregateError(errors) });
  }
  return tally;
}

async function receive(record: S3Event["Records"][number], desk: EventDesk): Promise<keyof EventTally> {
  const key = readKey(record, desk.place.bucket);
  const id = key === undefined ? undefined : idOfArrival(key, desk);
  const row = id === undefined ? undefined : await desk.tickets.find(id);
  if (key === undefined || !row || row.arrivesAt !== key) return "ignored";
  if (isOver(row)) {
    if (row.arrivesAt !== row.key) await removeObject(await findPlace(desk.place), key);
    return "ignored";
  }
  try {
    await settle(row.id, desk);
    return "proven";
  } catch (error) {
    return toWord(error);
  }
}

function isOver(row: Parameters<typeof toOutcome>[0]): boolean {
  try {
    return toOutcome(row) !== undefined;
  } catch {
    return true; // refused or expired
  }
}

function toWord(error: unknown): keyof EventTally {
  if (!failures.is(error)) throw error;
  switch (error.code) {
    case "NOT_AS_PROMISED":
      return "refused";
    case "NOT_SCANNED":
    case "PROOF_RUNNING":
      return "pending";
    case "NOT_ARRIVED":
    case "TICKET_EXPIRED":
    case "TICKET_UNKNOWN":
      return "ignored";
    default:
      throw error;
  }
}

/** The key of an object that has come or has been tagged, decoded. */
function readKey(
  { eventSource, eventName = "", s3 }: S3Event["Records"][number],
  bucket: string,
): string | undefined {
  if (eventSource !== "aws:s3" || s3?.bucket?.name !== bucket) return undefined;
  if (!/^Object(?:Created|Tagging):/.test(eventName)) return undefined;
  try {
    return decodeURIComponent((s3.object?.key ?? "").replaceAll("+", " "));
  } catch {
    return undefined; // no key that S3 would write
  }
}

// The memory of tickets: who was promised what, and what came of it.
import type { UploadProof } from "../inspect.ts";

/** A ticket that is remembered. */
export interface TicketRow {
  readonly id: string;
  readonly bucket: string;
  /** Where the file lies once it is proven. */
  readonly key: string;
  /** Where it arrives. */
  readonly arrivesAt: string;
  readonly owner: string;
  readonly contentType: string;
  readonly size: number;
  /** Of an upload in parts. */
  readonly parts?: { readonly uploadId: string; readonly partSize: number; readonly checksum?: string };
  /** `open` until it is `proven`, `refused`, or `expired` with nothing to show. */
  readonly state: "open" | "proven" | "refused" | "expired";
  /** Why it was refused. */
  readonly because?: string;
  readonly proof?: UploadProof;
  /** Whether `onUploaded` has run to its end. */
  readonly told: boolean;
  /** Somebody is at work on it until then; 0 where nobody is. */
  readonly heldUntil: number;
  /** When the ticket ends; milliseconds since the epoch, as all times here. */
  readonly expiresAt: number;
  /** When the sweep is to look at it; left out where nothing is left to be done. */
  readonly dueAt?: number;
  /** When it may be forgotten; left out of what is proven, which is remembered for as long as there is the table. */
  readonly removeAt?: number;
}

/** What of a ticket may change. */
export type TicketChange = Partial<Pick<TicketRow, "state" | "because" | "proof" | "told" | "heldUntil">> & {
  /** `undefined` means that nothing is left to be done. */
  readonly dueAt?: number | undefined;
  /** `undefined` means never. */
  readonly removeAt?: number | undefined;
};

/** Where tickets are remembered: `memoryTickets()`, or `dynamoTickets()` of `@gatewright/uploads/dynamodb`. */
export interface Tickets {
  /** Remembers a new ticket. */
  open(row: TicketRow): Promise<void>;
  /** Reads a ticket as it is now, not as it was a moment ago. */
  find(id: string): Promise<TicketRow | undefined>;
  /** Takes a ticket for oneself until `until`; `undefined` where there is none, or somebody else has it at `now`. */
  hold(id: string, time: { readonly now: number; readonly until: number }): Promise<TicketRow | undefined>;
  /** Changes a ticket that one holds, and lets go of it unless `heldUntil` is given; `undefined` where it is held no more. */
  save(held: TicketRow, change: TicketChange): Promise<TicketRow | undefined>;
  /** Tickets whose `dueAt` has come, at most `limit`. */
  due(now: number, limit: number): Promise<readonly TicketRow[]>;
}

/** A row as a change leaves it. */
export function toChanged(row: TicketRow, change: TicketChange): TicketRow {
  const { dueAt, removeAt, ...rest } = { ...row, heldUntil: 0, ...change };
  return { ...rest, ...(dueAt !== undefined && { dueAt }), ...(removeAt !== undefined && { removeAt }) };
}

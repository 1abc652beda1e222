// What nobody came back for: lost events are made good, tickets without a file end.
import { failures } from "./failures.ts";
import { findPlace } from "./place.ts";
import type { Desk } from "./desk.ts";
import { settle } from "./settle.ts";
import { abortParts } from "./store/parts.ts";
import type { TicketRow } from "./tickets/tickets.ts";

/** What a sweep has come to. */
export interface SweepTally {
  /** Files that had arrived, and nobody had said so. */
  readonly proven: number;
  readonly refused: number;
  /** Tickets that ended with nothing to show. */
  readonly expired: number;
  /** Files that wait for a scan, or that somebody else is at. */
  readonly pending: number;
  /** What could not be looked at, and why; the next sweep tries again. */
  readonly failed: readonly { readonly id: string; readonly error: unknown }[];
}

/** How many tickets one sweep looks at. */
const mostAtOnce = 1000;

/** Looks at every ticket that is due. Safe to run twice, and side by side. */
export async function sweep(desk: Desk): Promise<SweepTally> {
  const tally = { proven: 0, refused: 0, expired: 0, pending: 0 };
  const failed: SweepTally["failed"][number][] = [];
  for (const row of await desk.tickets.due(desk.now(), mostAtOnce)) {
    if (row.bucket !== desk.place.bucket) continue;
    try {
      tally[await sweepOne(row, desk)] += 1;
    } catch (error) {
      failed.push({ id: row.id, error });
    }
  }
  return { ...tally, failed };
}

async function sweepOne(row: TicketRow, desk: Desk): Promise<Exclude<keyof SweepTally, "failed">> {
  try {
    await settle(row.id, desk);
    return "proven";
  } catch (error) {
    if (!failures.is(error)) throw error;
    switch (error.code) {
      case "NOT_AS_PROMISED":
        return "refused";
      case "NOT_SCANNED":
      case "PROOF_RUNNING":
        return "pending";
      case "TICKET_EXPIRED":
      case "TICKET_UNKNOWN":
        return "expired";
      case "NOT_ARRIVED":
        return expire(row, desk);
      default:
        throw error;
    }
  }
}

async function expire({ id, expiresAt }: TicketRow, desk: Desk): Promise<"expired" | "pending"> {
  const now = desk.now();
  if (now <= expiresAt) return "pending";
  const held = await desk.tickets.hold(id, { now, until: now + 60_000 });
  if (!held) return "pending";
  if (held.parts) await abortParts(await findPlace(desk.place), { key: held.arrivesAt, ...held.parts });
  await desk.tickets.save(held, { state: "expired", dueAt: undefined });
  return "expired";
}

// What becomes of a ticket whose file may have arrived: read this first. Proven, moved, told; once, whoever asks.
import type { Desk } from "./desk.ts";
import { failures } from "./failures.ts";
import { inspect, type Inspected, type UploadProof } from "./inspect.ts";
import { toOutcome } from "./outcome.ts";
import { findPlace, type Place } from "./place.ts";
import { copySeen, readTags, removeObject } from "./store/objects.ts";
import type { TicketRow } from "./tickets/tickets.ts";

/** For so long a ticket belongs to who works on it; a process that dies gives it back by this. */
const holdMs = 60_000;
/** When the sweep looks again at what is not done yet. */
const againMs = 60_000;
/** How long `confirm` waits for somebody else who is at it. */
const patienceMs = 5000;

/**
 * Brings a ticket to its end if its file has arrived, and gives its proof.
 *
 * Of many who ask at once one does the work, the others wait for it. A process that dies in the middle leaves the ticket
 * to the next who asks.
 *
 * @throws `TICKET_UNKNOWN`, `TICKET_EXPIRED`, `NOT_ARRIVED`, `NOT_AS_PROMISED`, `NOT_SCANNED`, `PROOF_RUNNING`,
 * `STORE_REFUSED`, `STORE_UNREACHABLE`, and what `scan` and `onUploaded` throw.
 */
export async function settle(id: string, desk: Desk): Promise<UploadProof> {
  const end = desk.now() + patienceMs;
  for (let tries = 0; ; tries++) {
    const row = await desk.tickets.find(id);
    if (!row) throw failures.create("TICKET_UNKNOWN", { id });
    const proof = toOutcome(row);
    if (proof) return proof;
    const now = desk.now();
    const held = await desk.tickets.hold(id, { now, until: now + holdMs });
    if (held) return work(held, desk);
    if (desk.now() > end || tries >= 25) throw failures.create("PROOF_RUNNING", { key: row.arrivesAt });
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

async function work(held: TicketRow, desk: Desk): Promise<UploadProof> {
  let row = held;
  try {
    const outcome = toOutcome(row); // it may have been done between our look and our hold
    if (outcome) return await release(row, desk, outcome);
    if (row.state === "open") row = await prove(row, desk);
    if (!row.proof) throw failures.create("PROOF_RUNNING", { key: row.arrivesAt });
    await desk.onUploaded?.(row.proof);
    await desk.tickets.save(row, { told: true, dueAt: undefined });
    return row.proof;
  } catch (error) {
    const isOver =
      failures.is(error) && (error.code === "NOT_AS_PROMISED" || error.code === "TICKET_EXPIRED");
    if (!isOver) await desk.tickets.save(row, isWaiting(error) ? { dueAt: desk.now() + againMs } : {});
    throw error;
  }
}

async function release(row: TicketRow, { tickets }: Desk, proof: UploadProof): Promise<UploadProof> {
  await tickets.save(row, {});
  return proof;
}

/** Whether the sweep should come soon, and not only when the ticket ends. */
function isWaiting(error: unknown): boolean {
  return !failures.is(error) || error.code === "NOT_SCANNED";
}

async function prove(row: TicketRow, desk: Desk): Promise<TicketRow> {
  const place = await findPlace(desk.place);
  try {
    const { seen, proof } = await look(row, place, desk);
    if (seen.key === row.arrivesAt) await judge(row, proof, { desk, place });
    const isMoved = seen.key === row.key || (await copySeen(place, seen, row.key));
    const until = desk.now() + holdMs;
    const saved =
      isMoved &&
      (await desk.tickets.save(row, { state: "proven", proof, heldUntil: until, removeAt: undefined }));
    if (!saved) throw failures.create("PROOF_RUNNING", { key: row.arrivesAt });
    if (row.arrivesAt !== row.key) await removeObject(place, row.arrivesAt);
    return saved;
  } catch (error) {
    if (failures.is(error) && error.code === "NOT_AS_PROMISED") await refuse(row, error, { desk, place });
    throw error;
  }
}

/** A process that died after the move left the file where it belongs. */
async function look(row: TicketRow, place: Place, { rules }: Desk): Promise<Inspected> {
  const { key, arrivesAt } = row;
  try {
    return held(row, await inspect({ place, rules, key, at: arrivesAt }));
  } catch (error) {
    const isGone = failures.is(error) && error.code === "NOT_ARRIVED" && arrivesAt !== key;
    if (!isGone) throw error;
    return held(row, await inspect({ place, rules, key, at: key }));
  }
}

/** The object's own words are held against the ticket's, as somebody else may write to the bucket. */
function held(row: TicketRow, inspected: Inspected): Inspected {
  const { proof, seen } = inspected;
  const same = proof.owner === row.owner && proof.size === row.size && proof.contentType === row.contentType;
  if (same) return inspected;
  throw failures.create("NOT_AS_PROMISED", { key: seen.key, because: "it is not what the ticket says" });
}

async function judge(
  row: TicketRow,
  proof: UploadProof,
  { desk, place }: { readonly desk: Desk; readonly place: Place },
): Promise<void> {
  if (!desk.scan) return;
  const tags = () => readTags(place, row.arrivesAt);
  const verdict = await desk.scan({ bucket: row.bucket, key: row.arrivesAt, proof, tags });
  if (verdict === "clean") return;
  if (verdict === "pending") throw failures.create("NOT_SCANNED", { key: row.arrivesAt });
  throw failures.create("NOT_AS_PROMISED", { key: row.arrivesAt, because: "the scan found something in it" });
}

/** What is refused is not kept. */
async function refuse(
  row: TicketRow,
  { facts }: { readonly facts: object },
  { desk, place }: { readonly desk: Desk; readonly place: Place },
): Promise<void> {
  const because = "because" in facts ? String(facts.because) : "it was refused";
  const saved = await desk.tickets.save(row, { state: "refused", because, dueAt: undefined });
  if (saved) await removeObject(place, row.arrivesAt);
}

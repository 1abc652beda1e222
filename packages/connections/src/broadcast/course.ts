// A part of an audience on its way: read, posted, and each outcome written down.
import type { Occupant, Registry } from "../registry/registry.ts";
import { pagesOf, type Addressee, type Part } from "./audience.ts";
import { deliver, type Delivered, type Delivery } from "./deliver.ts";
import { forget } from "./forget.ts";
import { pour, type Poured } from "./pour.ts";
import { record, type OpenTally } from "./tally.ts";

/** What every part of a broadcast shares. */
export interface Course {
  readonly registry: Registry;
  readonly delivery: Delivery;
  readonly tally: OpenTally;
  readonly except: ReadonlySet<string>;
  readonly consistent: boolean;
  /** Takes those for whom there was no time; without it they are written down. */
  readonly leftover?: string[] | undefined;
  /** How many workers have tried this part already. @default 0 */
  readonly hops?: number;
  /** Whether a worker before this one may have posted what is being posted now. */
  readonly isAgain?: () => boolean;
}

/** A client that does not read is throttled for as long as it lives: one more worker tries it, and no endless row of them. */
const hopsAtMost = { throttled: 1, late: 3 } as const;

/** How a part is walked. */
export interface Walk {
  readonly pageSize?: number;
  /** Asked before each post. */
  readonly stop?: () => boolean;
  /** Called when every post of a page has its outcome. */
  readonly settled?: (page: readonly Addressee[]) => Promise<void>;
}

/** The registry failed; told to the caller when the posts under way have ended, so that the tally is whole. */
export class Unreadable extends Error {}

/** Sends to a part. @throws Unreadable, and what the poster throws when no call at all can work */
export function sendPart(course: Course, part: Part, walk: Walk = {}): Promise<Poured<Addressee>> {
  const { registry, delivery, consistent } = course;
  const { pageSize, stop, settled } = walk;
  const room = "room" in part ? part.room : undefined;
  const pages = guarded(pagesOf(registry, part, { consistent, ...(pageSize && { pageSize }) }));
  const flow = {
    slots: delivery.slots,
    enough: () => delivery.pace.over(),
    ...(stop && { stop }),
    ...(settled && { settled }),
  };
  return pour(pages, flow, (one) => reach(course, one, room));
}

async function reach(course: Course, to: Addressee, room: string | undefined): Promise<void> {
  const { registry, delivery, tally, leftover } = course;
  const { connectionId } = to;
  if (course.except.has(connectionId)) return;
  if ("unknown" in to) {
    tally.gone.push({ connectionId, userId: undefined, attributes: {}, rooms: [], removed: false });
    return;
  }
  const occupant: Occupant = to;
  const again = course.isAgain?.() === true;
  const outcome = await deliver(delivery, occupant);
  const isLeft = leftover !== undefined && mayTryAgain(outcome, course.hops);
  const missed = { connectionId, userId: occupant.userId };
  const { doubt } = outcome;
  if (doubt && (outcome.repeated || isLeft)) tally.repeated.push({ ...missed, after: doubt });
  else if (again && outcome.kind !== "late") tally.repeated.push({ ...missed, after: "worker" });
  if (outcome.kind === "gone") tally.gone.push(await forget(registry, occupant, room));
  else if (isLeft) leftover.push(connectionId);
  else record(tally, missed, outcome);
}

/** Whether another worker may still reach somebody for whom this one had no time. */
function mayTryAgain(outcome: Delivered, hops = 0): boolean {
  if (outcome.kind === "throttled") return hops < hopsAtMost.throttled;
  const isUnfinished = outcome.kind === "late" || (outcome.kind === "failed" && outcome.unfinished === true);
  return isUnfinished && hops < hopsAtMost.late;
}

/** Those who are left to another worker. */
export function leftOver({ leftover = [], hops = 0 }: Course): readonly Part[] {
  return leftover.length > 0 ? [{ connections: leftover, hops: hops + 1 }] : [];
}

async function* guarded<Page>(pages: AsyncIterable<Page>): AsyncGenerator<Page> {
  try {
    yield* pages;
  } catch (cause) {
    throw new Unreadable("pages", { cause });
  }
}

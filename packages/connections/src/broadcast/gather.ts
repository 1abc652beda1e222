// The tally of a broadcast that many have done: their reports, added up.
import type { Ledger, TaskReport } from "./ledger.ts";
import { openTally, type Tally } from "./tally.ts";

/** A tally with what the workers did. */
export interface GatheredTally extends Tally {
  /** Tasks that have not ended yet; 0 when everything is known. */
  readonly open: number;
}

const firstPauseMs = 50;
const longestPauseMs = 1_000;

/**
 * Adds to a broadcast's tally what the workers have written down so far, waiting until they are done or `until`.
 *
 * @example
 * const tally = await gatherTally(ledger, await broadcast(ports, { room }, message, { handOver }), { until: deadline });
 */
export async function gatherTally(
  ledger: Ledger,
  own: Tally,
  { until = 0 }: { readonly until?: number } = {},
): Promise<GatheredTally> {
  const { broadcastId } = own;
  if (broadcastId === undefined) return { ...own, open: 0 };
  for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(longestPauseMs, pauseMs * 2)) {
    const reports = await ledger.read(broadcastId);
    const open = reports.filter(({ state }) => state !== "done").length;
    if (open === 0 || Date.now() + pauseMs > until) return add(own, reports, open);
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
}

function add(own: Tally, reports: readonly TaskReport[], open: number): GatheredTally {
  const sum = openTally(own);
  const counts = { gone: 0, throttled: 0, tooLarge: 0, failed: 0, repeated: 0 };
  const names = ["gone", "throttled", "tooLarge", "failed", "repeated"] as const;
  for (const name of names) counts[name] += own[name].length;
  for (const { tally } of reports) {
    sum.delivered += tally.delivered;
    sum.gone.push(...tally.gone);
    sum.throttled.push(...tally.throttled);
    sum.tooLarge.push(...tally.tooLarge);
    sum.failed.push(...tally.failed);
    sum.repeated.push(...openTally(tally).repeated);
    for (const name of names) counts[name] += tally.counts?.[name] ?? openTally(tally)[name].length;
  }
  const { broadcastId } = own;
  return {
    ...sum,
    broadcastId,
    handedOver: reports.length,
    complete: own.complete && open === 0,
    counts,
    open,
  };
}

// What came of a broadcast: the good outcomes counted, the bad ones listed, so that somebody can act.
import type { Attributes } from "../registry/registry.ts";
import type { Outcome } from "./poster.ts";

/** A connection that was not reached. */
export interface Missed {
  readonly connectionId: string;
  /** `undefined` when the connection was named by its id and the registry does not know it. */
  readonly userId: string | undefined;
}

/** A connection that answered 410, or that the registry does not know (any more). */
export interface Gone extends Missed {
  readonly attributes: Attributes;
  /** The rooms that it was taken out of, in order of name. */
  readonly rooms: readonly string[];
  /** `false`: the registry keeps it, since it is only seconds old and may not be open yet, or since it was not there. */
  readonly removed: boolean;
}

/** A connection for which the post failed. */
export interface Failed extends Missed {
  /** `late`: the deadline or the signal came first. It was not sent, or not answered. */
  readonly reason: "forbidden" | "no-route" | "rejected" | "error" | "unreachable" | "timeout" | "late";
  /** A sentence for the log: what happened and what to do. No payload, no secret. */
  readonly says: string;
}

/** Why nobody can tell whether a post arrived: a 5xx, no answer (in time), or a worker that ended in the middle of a page. */
export type Doubt = "error" | "timeout" | "unreachable" | "worker";

/** A connection that was posted to again, or left to another worker, after a post that may have arrived. */
export interface Repeated extends Missed {
  readonly after: Doubt;
}

/** What came of a broadcast, connection by connection. */
export interface Tally {
  /** How many connections API Gateway took the message for. */
  readonly delivered: number;
  readonly gone: readonly Gone[];
  /** Still answered 429 when the time was up. */
  readonly throttled: readonly Missed[];
  /** Answered 413. */
  readonly tooLarge: readonly Missed[];
  readonly failed: readonly Failed[];
  /** May have got the message twice; whoever is not in here got it once at most. They are in `delivered` or a list above too. */
  readonly repeated: readonly Repeated[];
  /** How many tasks were left to other workers; `gatherTally` says what came of them. 0 without `handOver`. */
  readonly handedOver: number;
  /** Names the tasks that were handed over; `undefined` when there are none. */
  readonly broadcastId?: string | undefined;
  /** `false`: the time was up before the whole audience was read, so there are connections in no list. */
  readonly complete: boolean;
  /** How long the lists really are, where a ledger had to cut them. */
  readonly counts?: {
    readonly gone: number;
    readonly throttled: number;
    readonly tooLarge: number;
    readonly failed: number;
    /** Missing where an older version wrote it. */
    readonly repeated?: number;
  };
}

/** A tally being written. */
export interface OpenTally extends Tally {
  delivered: number;
  readonly gone: Gone[];
  readonly throttled: Missed[];
  readonly tooLarge: Missed[];
  readonly failed: Failed[];
  readonly repeated: Repeated[];
  handedOver: number;
  broadcastId?: string | undefined;
  complete: boolean;
}

/** Every outcome that is simply written down; `gone` needs the registry first. */
export type Recordable =
  | Exclude<Outcome, { kind: "gone" }>
  | { readonly kind: "late"; readonly says: string };

/** A tally to go on with; an empty one where nothing is given. */
export function openTally(from?: Tally): OpenTally {
  const { delivered = 0, gone = [], throttled = [], tooLarge = [], failed = [] } = from ?? {};
  const { repeated = [], handedOver = 0 } = from ?? {}; // an older version wrote none of the former
  return {
    delivered,
    gone: [...gone],
    throttled: [...throttled],
    tooLarge: [...tooLarge],
    failed: [...failed],
    repeated: [...repeated],
    handedOver,
    complete: true,
  };
}

/** Writes one connection's outcome down. */
export function record(tally: OpenTally, missed: Missed, outcome: Recordable): void {
  switch (outcome.kind) {
    case "done":
      tally.delivered += 1;
      return;
    case "throttled":
      tally.throttled.push(missed);
      return;
    case "too-large":
      tally.tooLarge.push(missed);
      return;
    case "late":
      tally.failed.push({ ...missed, reason: "late", says: outcome.says });
      return;
    default:
      tally.failed.push({ ...missed, reason: outcome.reason, says: outcome.says });
  }
}

// What happened to one request, written by the steps as they go: the one truth that every record is made from.
import type { WafVerdict } from "../waf/web-acl.ts";

/** One thing that a step did. Never holds headers, bodies or tokens. */
export interface TraceEntry {
  readonly step: string;
  readonly says: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/** What is known of one request. Access logs, execution logs and metrics read it; steps only write it. */
export interface Notes {
  /** The plan of the stage: `RestPlan` or `HttpPlan`. */
  plan?: object;
  /** The furthest that the request came: one of the types of `exchange.ts` or `http-exchange.ts`. */
  reached?: object;
  /** Whether a stage's cache had the answer; absent where nothing is kept. */
  cache?: "hit" | "miss";
  /** What the web ACL of the stage said. */
  waf?: WafVerdict;
  /** Why API Gateway itself answered. */
  error?: ErrorNote;
  /** How long the web ACL took. */
  wafMs?: number;
  /** How long it took to know who calls; noted for access logs only. */
  accessMs?: number;
  /** The Lambda authorizer that was called; absent where its answer was kept from before. */
  authorizer?: AuthorizerNote;
  integration?: IntegrationNote;
  /** What went out of a streamed answer. */
  stream?: StreamNote;
}

/** A refusal, or a failure on the way. */
export interface ErrorNote {
  readonly type: string;
  readonly message: string | null;
  /** Of its type, whatever a gateway response makes of it. */
  readonly status: number;
  /** In words for the developer only. */
  readonly why?: string;
  /** What a validator found: `$context.error.validationErrorString`. */
  readonly detail?: () => string;
  /** What the authorizer that refused said. */
  readonly authorizer?: object;
}

/** One call of a Lambda authorizer. */
export interface AuthorizerNote {
  readonly latencyMs: number;
  /** The invocation. */
  readonly outcome: object;
  readonly requestId: string;
}

/** One call of an integration. */
export interface IntegrationNote {
  readonly startedAt: number;
  readonly latencyMs: number;
  /** What came of it: `IntegrationOutcome` or `HttpOutcome`. */
  readonly outcome: object;
}

/** A streamed answer on its way out. */
export interface StreamNote {
  /** When its first byte came. */
  firstAt?: number;
  bytes: number;
}

/** The record of one request, from which the console line and all logs are made. */
export interface Trace {
  readonly entries: readonly TraceEntry[];
  readonly notes: Notes;
  readonly now: () => number;
  write(step: string, says: string): void;
  /** What a step wrote last, if it wrote. */
  said(step: string): string | undefined;
}

/** Counts the bytes of a streamed answer. */
export function countIn({ notes, now }: Trace): (bytes: number) => void {
  const stream: StreamNote = { bytes: 0 };
  notes.stream = stream;
  return (bytes) => {
    if (bytes > 0) stream.firstAt ??= now();
    stream.bytes += bytes;
  };
}

/** Notes how long it took to know who calls. */
export async function timeAccess<Known>(
  { notes, now }: Trace,
  ask: () => Promise<Known> | Known,
): Promise<Known> {
  const startedAt = now();
  try {
    return await ask();
  } finally {
    notes.accessMs = now() - startedAt;
  }
}

/** Starts the record of one request. */
export function createTrace(now: () => number): Trace {
  return new WrittenTrace(now);
}

class WrittenTrace implements Trace {
  readonly entries: TraceEntry[] = [];
  readonly notes: Notes = {};
  readonly now: () => number;

  constructor(now: () => number) {
    this.now = now;
  }

  write(step: string, says: string): void {
    this.entries.push({ step, says, at: this.now() });
  }

  said(step: string): string | undefined {
    return this.entries.findLast((entry) => entry.step === step)?.says;
  }
}

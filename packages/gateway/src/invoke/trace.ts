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
  authorizer?: { readonly latencyMs: number };
  integration?: IntegrationNote;
}

/** A refusal, or a failure on the way. */
export interface ErrorNote {
  readonly type: string;
  readonly message: string | null;
  /** In words for the developer only. */
  readonly why?: string;
  /** What a validator found: `$context.error.validationErrorString`. */
  readonly detail?: () => string;
}

/** One call of an integration. */
export interface IntegrationNote {
  readonly startedAt: number;
  readonly latencyMs: number;
  /** What came of it; `IntegrationOutcome`, or the invocation of an HTTP API. */
  readonly outcome: object;
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

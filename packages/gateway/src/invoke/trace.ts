// What happened to one request, written by the steps as they go.

/** One thing that a step did. Never holds headers, bodies or tokens. */
export interface TraceEntry {
  readonly step: string;
  readonly says: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/** The record of one request, from which the console line and later logs are made. */
export interface Trace {
  readonly entries: readonly TraceEntry[];
  write(step: string, says: string): void;
  /** What a step wrote last, if it wrote. */
  said(step: string): string | undefined;
}

/** Starts the record of one request. */
export function createTrace(now: () => number): Trace {
  const entries: TraceEntry[] = [];
  return {
    entries,
    write: (step, says) => void entries.push({ step, says, at: now() }),
    said: (step) => entries.findLast((entry) => entry.step === step)?.says,
  };
}

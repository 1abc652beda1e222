// Who does which task of a broadcast, how far it is, and what came of it: what makes a retry go on where it stopped.
import type { Tally } from "./tally.ts";

/** What came of a task so far. */
export interface TaskProgress {
  /** The last connection whose outcome is in the tally. */
  readonly after?: string | undefined;
  readonly tally: Tally;
}

/** A task as the ledger has it. */
export interface TaskReport extends TaskProgress {
  readonly taskId: string;
  readonly state: "open" | "running" | "done";
}

/** Which task. */
export interface TaskName {
  readonly broadcastId: string;
  readonly taskId: string;
}

/** Who has a task, until when (milliseconds since the epoch). */
export interface Lease {
  readonly owner: string;
  readonly until: number;
}

/** `held`: another worker has it and still has time. `again`: somebody had it before, and did not end it. */
export type Claim = "done" | "held" | (TaskProgress & { readonly again: boolean });

/** The book of tasks. `memoryLedger` and `dynamoLedger` behave the same; entries are kept for a day. */
export interface Ledger {
  /** Notes that a task was handed over, unless it is known already. */
  open(task: TaskName): Promise<void>;
  /** Takes a task that is open, one's own, or whose worker has run out of time. */
  claim(task: TaskName, lease: Lease): Promise<Claim>;
  /** Notes how far it is; `false` when somebody else has the task by now. */
  note(task: TaskName, owner: string, progress: TaskProgress): Promise<boolean>;
  /** Notes the end; `false` when somebody else has the task by now. */
  finish(task: TaskName, owner: string, tally: Tally): Promise<boolean>;
  /** Lets go of a task that its worker could not finish, so that the next one need not wait for the end of the lease. */
  release(task: TaskName, owner: string): Promise<void>;
  /** Every task of a broadcast. */
  read(broadcastId: string): Promise<readonly TaskReport[]>;
}

interface Row extends TaskReport {
  readonly lease?: Lease | undefined;
  readonly claimed?: boolean;
}

/** A ledger in this process: for tests. */
export function memoryLedger({ now = Date.now }: { readonly now?: () => number } = {}): Ledger {
  const broadcasts = new Map<string, Map<string, Row>>();
  const rowsOf = (broadcastId: string): Map<string, Row> => {
    const rows = broadcasts.get(broadcastId) ?? new Map<string, Row>();
    broadcasts.set(broadcastId, rows);
    return rows;
  };
  const change = ({ broadcastId, taskId }: TaskName, owner: string, to: Partial<Row>): boolean => {
    const row = rowsOf(broadcastId).get(taskId);
    if (row?.lease?.owner !== owner || row.state !== "running") return false;
    rowsOf(broadcastId).set(taskId, { ...row, ...to });
    return true;
  };
  return {
    async open({ broadcastId, taskId }) {
      const rows = rowsOf(broadcastId);
      if (!rows.has(taskId)) rows.set(taskId, { taskId, state: "open", tally: nothing() });
    },
    async claim({ broadcastId, taskId }, lease) {
      const row: Row = rowsOf(broadcastId).get(taskId) ?? { taskId, state: "open", tally: nothing() };
      if (row.state === "done") return "done";
      const theirs = row.lease !== undefined && row.lease.owner !== lease.owner && row.lease.until > now();
      if (theirs) return "held";
      rowsOf(broadcastId).set(taskId, { ...row, state: "running", lease, claimed: true });
      return { after: row.after, tally: row.tally, again: row.claimed === true };
    },
    async note(task, owner, { after, tally }) {
      return change(task, owner, { tally: copy(tally), ...(after !== undefined && { after }) });
    },
    async finish(task, owner, tally) {
      return change(task, owner, { tally: copy(tally), state: "done" });
    },
    async release(task, owner) {
      change(task, owner, { state: "open", lease: undefined });
    },
    async read(broadcastId) {
      return [...rowsOf(broadcastId).values()].map(toReport);
    },
  };
}

function toReport({ taskId, state, after, tally }: Row): TaskReport {
  return { taskId, state, tally, ...(after !== undefined && { after }) };
}

/** A tally in which nothing has happened yet. */
export function nothing(): Tally {
  const lists = { gone: [], throttled: [], tooLarge: [], failed: [], repeated: [] };
  return { delivered: 0, ...lists, handedOver: 0, complete: true };
}

function copy(tally: Tally): Tally {
  return structuredClone(tally);
}

// What goes wrong on AWS now and then, made to happen here: answers of @connections, and connections that just go.

/** What `@connections` answers in the place of the truth. */
export type ConnectionFaultAnswer =
  /** 410, although the client is there. */
  | "gone"
  /** 429. */
  | "throttled"
  /** 500. */
  | "error"
  /** The truth, after `delayMs`. */
  | "slow";

/** Which calls of `@connections` go wrong, and how. */
export interface ConnectionFault {
  readonly answer: ConnectionFaultAnswer;
  /** Of the calls that it applies to, this share: 0 … 1. @default 1 */
  readonly share?: number;
  /** Only calls for these connections. @default all */
  readonly connectionIds?: Iterable<string>;
  /** @default POST only */
  readonly methods?: readonly ("POST" | "GET" | "DELETE")[];
  /** Ends after so many calls went wrong. @default never */
  readonly times?: number;
  /** For `slow`, in milliseconds. @default 1000 */
  readonly delayMs?: number;
}

/** Switches for what goes wrong. */
export interface Faults {
  /** Makes calls of `@connections` go wrong until the returned function is called. The first fault that applies counts. */
  connections(fault: ConnectionFault): () => void;
  /** Cuts a client off without a `$disconnect`, as AWS sometimes does. `false`: there is no such client. */
  loseConnection(connectionId: string): boolean;
  /** Everything goes right again. */
  clear(): void;
}

/** A call of `@connections`. */
export interface FaultyCall {
  readonly method: "POST" | "GET" | "DELETE";
  readonly connectionId: string;
}

/** Faults, as the rooms that have them see them. */
export interface FaultSource extends Faults {
  /** What goes wrong with this call; `undefined` where nothing does. */
  next(call: FaultyCall): { readonly answer: ConnectionFaultAnswer; readonly delayMs: number } | undefined;
  /** Tells how a client is cut off. */
  onLose(lose: (connectionId: string) => boolean): void;
}

interface Rule {
  readonly fault: ConnectionFault;
  readonly only: ReadonlySet<string> | undefined;
  left: number;
}

/** Begins with nothing going wrong. `random` gives numbers from 0 to 1. */
export function createFaults(random: () => number = Math.random): FaultSource {
  const rules = new Set<Rule>();
  const losers: ((connectionId: string) => boolean)[] = [];
  const applies = ({ fault, only }: Rule, { method, connectionId }: FaultyCall): boolean =>
    (fault.methods ?? ["POST"]).includes(method) &&
    (only?.has(connectionId) ?? true) &&
    random() < (fault.share ?? 1);
  return {
    connections(fault) {
      const only = fault.connectionIds && new Set(fault.connectionIds);
      const rule: Rule = { fault, only, left: fault.times ?? Infinity };
      rules.add(rule);
      return () => void rules.delete(rule);
    },
    loseConnection: (connectionId) => losers.some((lose) => lose(connectionId)),
    clear: () => rules.clear(),
    next(call) {
      for (const rule of rules) {
        if (!applies(rule, call)) continue;
        rule.left -= 1;
        if (rule.left <= 0) rules.delete(rule);
        return { answer: rule.fault.answer, delayMs: rule.fault.delayMs ?? 1_000 };
      }
      return undefined;
    },
    onLose: (lose) => void losers.push(lose),
  };
}

// The service's side of one execution environment: a thread with a life, and one event at a time.
import { randomUUID } from "node:crypto";
import { Worker, type WorkerOptions } from "node:worker_threads";
import type { Clock } from "../ports.ts";
import { atTurnEnd } from "../turn.ts";
import type { Call } from "./call.ts";
import { type Claims, createClaims } from "./claims.ts";
import { createDeadlines, type StartTimer } from "./deadlines.ts";
import { createLines } from "./lines.ts";
import type { EnvironmentData, Order, Report } from "./message.ts";
import { since } from "./saturation.ts";

/** Why an environment did not start, or an event was not answered. */
export interface Fault {
  readonly errorType: string;
  readonly errorMessage: string;
  /** What the module exports, where the handler is not among it. */
  readonly exports?: readonly string[];
}

/** Who keeps environments, and is told what becomes of them. */
export interface Keeper {
  /** Loaded: it can take its first event. */
  ready(environment: EnvironmentThread): void;
  /** An event is answered: it can take another. */
  free(environment: EnvironmentThread): void;
  /**
   * It has ended by itself or by a time-out; {@link EnvironmentThread.end} waits until its thread has, too. `unbegun` are
   * events sent ahead that it has not touched; `fault` is there where it never was ready.
   */
  gone(environment: EnvironmentThread, unbegun: readonly Call[], fault?: Fault): void;
  output(stream: "stdout" | "stderr", line: string): void;
}

/** How environments of one bundle are started. */
export interface EnvironmentPlan {
  readonly data: Omit<EnvironmentData, "claims">;
  readonly variables: Record<string, string>;
  readonly memoryMb: number;
  readonly timeoutMs: number;
  readonly clock: Clock;
  /** Makes the certificate that environments trust; see `local-trust.ts`. */
  readonly makeAuthority?: (made: Int32Array) => void;
}

/** Lambda gives a module ten seconds to load. */
const initTimeoutMs = 10_000;
/** The most that V8's young generation may take, in megabytes: its default of 48 for each thread adds up. */
const youngGenerationMb = 8;

const mostAhead = 32;
/** An event that has run for so many milliseconds is none of the short ones that others may be sent behind. */
const slowMs = 2;

/** An event on its way to the thread, or in it. */
interface Sent {
  readonly call: Call;
  readonly requestId: string;
  readonly place: number;
}

const entry = new URL(
  import.meta.url.endsWith(".ts") ? "./environment.ts" : "./environment.js",
  import.meta.url,
);

/** One running environment. Answers go to the call that it was given; what else happens, to its keeper. */
export class EnvironmentThread {
  /** When it last had nothing to do, in milliseconds. */
  idleSince = 0;
  /** Whether it ever did what it is for. */
  hasAnswered = false;
  readonly #keeper: Keeper;
  readonly #plan: EnvironmentPlan;
  readonly #worker: Worker | undefined;
  readonly #stdout: ReturnType<typeof createLines>;
  readonly #stderr: ReturnType<typeof createLines>;
  readonly #claims: Claims = createClaims();
  /** The first runs; the others were sent ahead. */
  readonly #sent: Sent[] = [];
  readonly #untold: Order[] = [];
  #begunAt = 0;
  /** What the handler took lately, in milliseconds. */
  #pace = Infinity;
  #isReady = false;
  #isEnded = false;
  #fault: Fault | undefined;
  readonly #startTimer: StartTimer;
  #cancelTimeout: () => void;
  #measured = { idle: 0, active: 0, utilization: 0 };

  constructor(plan: EnvironmentPlan, keeper: Keeper) {
    this.#plan = plan;
    this.#keeper = keeper;
    this.#stdout = createLines((line) => keeper.output("stdout", line));
    this.#stderr = createLines((line) => keeper.output("stderr", line));
    const errorMessage = `The module did not load within ${initTimeoutMs / 1000} seconds`;
    this.#startTimer = createDeadlines(plan.clock);
    this.#cancelTimeout = plan.clock.after(initTimeoutMs, () => {
      this.#fail({ errorType: "Sandbox.Timedout", errorMessage });
    });
    try {
      this.#worker = new Worker(entry, workerOptions(plan, this.#claims.shared));
      this.#worker.on("message", (report: Report) => this.#hear(report));
      this.#worker.on("error", (error) => this.#notice(error));
      this.#worker.on("exit", (code) => this.#fail(this.#fault ?? exitFault(code)));
    } catch (error) {
      // NODE_OPTIONS that a thread cannot have, for one
      queueMicrotask(() => this.#fail({ errorType: "Runtime.ExitError", errorMessage: String(error) }));
    }
  }

  /** How many events it has: the one that runs, and those sent ahead. */
  get load(): number {
    return this.#sent.length;
  }

  /** Gives it an event. It must be ready, and free or have room. */
  run(call: Call): void {
    const requestId = call.requestId ?? randomUUID();
    const place = this.#claims.next();
    this.#sent.push({ call, requestId, place });
    if (this.#sent.length === 1) this.#begin();
    const trace = traceOf(requestId, call.since);
    const isStreamed = call.chunk !== undefined;
    this.#tell(["event", requestId, this.#plan.timeoutMs, trace, call.payload, isStreamed, place]);
  }

  /** What its events took lately, in milliseconds; without limit where it has answered none. */
  get pace(): number {
    return this.#pace;
  }

  /** Whether one more event sent ahead would be begun within about so many milliseconds. */
  hasRoom(ms: number): boolean {
    const ahead = this.#sent.length - 1;
    return ahead < Math.min(mostAhead, Math.floor(ms / this.#pace)) && !this.isSlow();
  }

  /** Whether the event that runs has taken long. */
  isSlow(): boolean {
    return this.runsFor > slowMs;
  }

  /** For how long its event has run, in milliseconds. */
  get runsFor(): number {
    return this.#plan.clock.now() - this.#begunAt;
  }

  /** Takes back events sent ahead that have not begun, the last first; `only` this one where it is given. */
  recall(most: number, only?: Call): Call[] {
    const recalled: Call[] = [];
    for (let at = this.#sent.length - 1; at > 0 && recalled.length < most; at -= 1) {
      const sent = this.#sent[at];
      if (!sent || (only && sent.call !== only) || !this.#claims.recall(sent.place)) continue;
      this.#sent.splice(at, 1);
      recalled.push(sent.call);
    }
    return recalled;
  }

  #begin(): void {
    const { clock, timeoutMs } = this.#plan;
    this.#begunAt = clock.now();
    this.#cancelTimeout = this.#startTimer(timeoutMs, () => this.#timeOut());
  }

  /** How much of the time since it was last asked it has computed, from 0 to 1. */
  utilization(): number {
    const current = this.#worker?.performance.eventLoopUtilization();
    if (!current) return 0;
    const part = since(current, this.#measured);
    this.#measured = current;
    return part;
  }

  /** Ends it at once, whatever it does; the keeper hears nothing more. Events still in it are failed. Waits for the thread. */
  async end(): Promise<void> {
    if (!this.#isEnded) this.#close();
    this.#settleFailed({ errorType: "Sandbox.Ended", errorMessage: "The environment was ended" });
    await this.#worker?.terminate();
  }

  #hear(report: Report): void {
    if (report[0] === "output") (report[1] === "stdout" ? this.#stdout : this.#stderr).push(report[2]);
    else if (report[0] === "authority") this.#plan.makeAuthority?.(report[1]);
    else if (this.#isEnded) return;
    else if (report[0] === "ready") this.#becomeReady();
    else if (report[0] === "returned") this.#return(report[1], report[2]);
    else if (report[0] === "chunk") this.#pass(report[1]);
    else if (report[0] === "too-large") this.#answer({ kind: "too-large", which: "result" });
    else if (report[0] === "failed") {
      this.#answer({ kind: "failed", errorType: report[1], errorMessage: report[2] });
    } else {
      const [kind, errorType, errorMessage] = report;
      const exports = kind === "init-failed" ? report[3] : undefined;
      this.#fail({ errorType, errorMessage, ...(exports && { exports }) });
    }
  }

  #return(payload: string | undefined, ms: number): void {
    // The first events are slow, and one may only have waited for a core: down is believed sooner than up.
    if (this.#pace === Infinity) this.#pace = ms;
    else this.#pace = ms < this.#pace ? (this.#pace + ms) / 2 : Math.min(this.#pace * 1.2 + 0.01, ms);
    this.#answer({ kind: "returned", payload });
  }

  #pass(bytes: Uint8Array): void {
    const running = this.#sent[0];
    running?.call.chunk?.(bytes, (count) => this.#tell(["taken", running.requestId, count]));
  }

  /** Waking the thread costs more than what it is told: once for all of one turn of the event loop. */
  #tell(order: Order): void {
    if (this.#untold.push(order) > 1) return;
    atTurnEnd(() => this.#worker?.postMessage(this.#untold.splice(0)));
  }

  #becomeReady(): void {
    this.#isReady = true;
    this.#cancelTimeout();
    this.#keeper.ready(this);
  }

  #answer(invocation: Parameters<Call["settle"]>[0]): void {
    const answered = this.#sent.shift();
    if (!answered) return;
    this.hasAnswered = true;
    this.#cancelTimeout();
    this.#flush();
    if (this.#sent.length > 0) this.#begin();
    answered.call.settle(invocation);
    this.#keeper.free(this);
  }

  #timeOut(): void {
    const seconds = (this.#plan.timeoutMs / 1000).toFixed(2);
    const errorMessage = `RequestId: ${this.#sent[0]?.requestId} Error: Task timed out after ${seconds} seconds`;
    this.#keeper.output("stderr", `ERROR\t${errorMessage}`);
    this.#fail({ errorType: "Sandbox.Timedout", errorMessage });
  }

  #notice(error: unknown): void {
    const errorMessage = error instanceof Error ? error.message : String(error);
    this.#fault ??= { errorType: "Runtime.ExitError", errorMessage: `Runtime exited: ${errorMessage}` };
    this.#keeper.output("stderr", `ERROR\t${this.#fault.errorMessage}`);
  }

  #fail(fault: Fault): void {
    if (this.#isEnded) return;
    this.#close();
    const unbegun = this.recall(Infinity).toReversed();
    this.#settleFailed(fault);
    this.#keeper.gone(this, unbegun, this.#isReady ? undefined : fault);
  }

  #settleFailed({ errorType, errorMessage }: Fault): void {
    for (const { call } of this.#sent.splice(0)) call.settle({ kind: "failed", errorType, errorMessage });
  }

  #close(): void {
    this.#isEnded = true;
    this.#cancelTimeout();
    this.#flush();
  }

  #flush(): void {
    this.#stdout.flush();
    this.#stderr.flush();
  }
}

function workerOptions(plan: EnvironmentPlan, claims: SharedArrayBuffer): WorkerOptions {
  return {
    env: plan.variables,
    workerData: { ...plan.data, claims },
    execArgv: ["--enable-source-maps"],
    name: plan.data.handler,
    stdout: true,
    stderr: true,
    resourceLimits: { maxOldGenerationSizeMb: plan.memoryMb, maxYoungGenerationSizeMb: youngGenerationMb },
  };
}

function exitFault(code: number): Fault {
  const how = code === 0 ? "without providing a reason" : `with error: exit status ${code}`;
  return { errorType: "Runtime.ExitError", errorMessage: `Error: Runtime exited ${how}` };
}

/** @see https://docs.aws.amazon.com/xray/latest/devguide/xray-concepts.html#xray-concepts-tracingheader */
function traceOf(requestId: string, ms: number): string {
  const [start, end] = [requestId.slice(0, 8), requestId.slice(24)];
  const middle = requestId.slice(9, 13) + requestId.slice(14, 18);
  const late = requestId.slice(19, 23);
  const seconds = Math.floor(ms / 1000).toString(16);
  return `Root=1-${seconds}-${start}${middle}${late}${end.slice(0, 4)};Parent=${late}${end};Sampled=0`;
}

// All environments of one function: who takes the next event, when one more is started, and when one ends.
import type { LambdaFunction } from "../model/lambda-function.ts";
import type { Invocation, InvokeOptions, StreamedInvocation, StreamOptions } from "../ports.ts";
import { closed, openCall, toPayload } from "./call.ts";
import type { Call, Deadline, OpenCall, Refusal } from "./call.ts";
import { createDeadlines } from "./deadlines.ts";
import { EnvironmentThread, type Fault, type Keeper } from "./environment-thread.ts";
import { createGrowth, isSaturated, lookEveryMs, type Growth } from "./growth.ts";
import { aheadMs, createSentAhead, type SentAhead, wakeMs } from "./sent-ahead.ts";
import type { PoolPorts } from "./pool-ports.ts";
import { slowStartMs, type Starter } from "./start-gate.ts";
import { openStreamCall } from "./stream-call.ts";

/** Most environments of one function on one machine. */
const environmentsAtMost = 64;
/** Events of one function that wait or run at once: the concurrency of a new AWS account. */
const concurrency = 1_000;
/** An environment with nothing to do ends after this time, except the last. */
const idleMs = 300_000;

/** The environments of one function. */
export class Pool implements Keeper, Starter {
  readonly #ports: PoolPorts;
  readonly #events: number;
  readonly #environments: number;
  readonly #growth: Growth;
  readonly #calls: Pick<Deadline, "clock" | "startTimer" | "expired">;
  readonly #ahead: SentAhead<EnvironmentThread>;
  readonly #queue: Call[] = [];
  readonly #starting = new Map<EnvironmentThread, () => void>();
  /** The last is the one used last. */
  readonly #idle: EnvironmentThread[] = [];
  readonly #busy = new Set<EnvironmentThread>();
  /** Busy with the code of before; they end when their event is answered. */
  readonly #leaving = new Set<EnvironmentThread>();
  /** Threads on their way out, which may still write to the disk. */
  readonly #ending = new Set<Promise<void>>();
  #warming: PromiseWithResolvers<void> | undefined;
  /** One environment stays ready although no event waits. */
  #keepsOne = false;
  #isClosed = false;
  #startedAt = 0;
  #cancelGrowth: (() => void) | undefined;
  #cancelSweep: (() => void) | undefined;

  constructor(lambda: LambdaFunction, ports: PoolPorts) {
    this.#ports = ports;
    this.#events = lambda.reservedConcurrency ?? concurrency;
    this.#environments = Math.min(this.#events, environmentsAtMost);
    this.#growth = createGrowth(ports.cores);
    const startTimer = createDeadlines(ports.clock);
    this.#calls = { clock: ports.clock, startTimer, expired: (late) => this.#forget(late) };
    this.#ahead = createSentAhead(this.#busy, ports.clock, (recalled) => this.#putBack(recalled));
  }

  /** Takes an event. See `Functions` for what may come back. */
  invoke(event: unknown, options: InvokeOptions): Promise<Invocation> {
    return this.#take<Invocation>(event, options, openCall);
  }

  /** Takes an event whose answer is wanted as it is written. */
  stream(event: unknown, options: StreamOptions): Promise<StreamedInvocation> {
    return this.#take(event, options, openStreamCall);
  }

  #take<Answer>(
    event: unknown,
    options: StreamOptions,
    open: (payload: string, deadline: Deadline & StreamOptions) => OpenCall<Answer>,
  ): Promise<Answer | Refusal> {
    const payload = toPayload(event);
    if (typeof payload !== "string") return Promise.resolve(payload);
    if (this.#isClosed) return Promise.resolve(closed);
    if (this.#open() >= this.#events) return Promise.resolve({ kind: "throttled" });
    const call = open(payload, { ...options, ...this.#calls });
    const waitMs = this.#idle.length > 0 ? wakeMs : aheadMs;
    const busy = this.#queue.length === 0 ? this.#ahead.withRoom(waitMs) : undefined;
    if (busy) {
      busy.run(call);
      this.#ahead.watch();
    } else if (!this.#runIdle(call)) {
      this.#queue.push(call);
      this.#grow();
    }
    return call.answer;
  }

  /** Gives an event to an environment that has none, the last used first. `false`: there is none. */
  #runIdle(call: Call): boolean {
    const idle = this.#idle.pop();
    if (idle) this.#busy.add(idle);
    idle?.run(call);
    return idle !== undefined;
  }

  /** Events that wait or run. */
  #open(): number {
    let open = this.#queue.length;
    for (const environment of this.#busy) open += environment.load;
    for (const environment of this.#leaving) open += environment.load;
    return open;
  }

  /** The last first, as they were recalled. */
  #putBack(recalled: readonly Call[]): void {
    for (const call of recalled) this.#queue.unshift(call);
    while (this.#queue[0] && this.#runIdle(this.#queue[0])) this.#queue.shift();
    if (recalled.length > 0) this.#grow();
  }

  /** Starts one environment where none is, and waits until it is ready or has failed. */
  warm(): Promise<void> {
    if (this.#isClosed || this.#events === 0 || this.#idle.length + this.#busy.size > 0) {
      return Promise.resolve();
    }
    this.#warming ??= Promise.withResolvers();
    this.#keepsOne = true;
    this.#grow();
    return this.#warming.promise;
  }

  /** The code has changed: environments that do nothing end now, others after their event. */
  renew(): void {
    const starting = [...this.#starting];
    this.#starting.clear();
    const old = [...starting.map(([environment]) => environment), ...this.#idle.splice(0)];
    const running = [...this.#busy];
    this.#busy.clear();
    for (const environment of running) {
      this.#leaving.add(environment);
      this.#putBack(environment.recall(Infinity));
    }
    for (const environment of old) this.#end(environment);
    for (const [, leaveGate] of starting) leaveGate();
    this.#grow();
  }

  /** Ends all; events still open are failed. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#cancelGrowth?.();
    this.#cancelSweep?.();
    this.#ahead.close();
    this.#warming?.resolve();
    for (const call of this.#queue.splice(0)) call.settle(closed);
    const all = [...this.#starting.keys(), ...this.#idle.splice(0), ...this.#busy, ...this.#leaving];
    for (const environment of all) this.#end(environment);
    await Promise.all(this.#ending);
  }

  #end(environment: EnvironmentThread): void {
    const ending = environment.end().then(() => void this.#ending.delete(ending));
    this.#ending.add(ending);
  }

  ready(environment: EnvironmentThread): void {
    const leaveGate = this.#starting.get(environment);
    this.#starting.delete(environment);
    this.#keepsOne = true;
    this.#endWarming();
    this.#busy.add(environment);
    this.free(environment);
    leaveGate?.();
  }

  free(environment: EnvironmentThread): void {
    if (this.#leaving.has(environment)) {
      if (environment.load > 0) return;
      this.#leaving.delete(environment);
      this.#end(environment);
      this.#grow();
      return;
    }
    while (this.#queue.length > 0 && (environment.load === 0 || environment.hasRoom(aheadMs))) {
      const next = this.#queue.shift();
      if (next) environment.run(next);
    }
    if (environment.load > 1) this.#ahead.watch();
    if (environment.load > 0) return;
    const behind = this.#ahead.take();
    if (behind) {
      environment.run(behind);
      return;
    }
    this.#busy.delete(environment);
    environment.idleSince = this.#ports.clock.now();
    this.#idle.push(environment);
    this.#cancelSweep ??= this.#ports.clock.after(idleMs, () => this.#sweep());
  }

  gone(environment: EnvironmentThread, unbegun: readonly Call[], fault?: Fault): void {
    this.#queue.unshift(...unbegun);
    const leaveGate = this.#starting.get(environment);
    this.#starting.delete(environment);
    this.#busy.delete(environment);
    this.#leaving.delete(environment);
    const at = this.#idle.indexOf(environment);
    if (at >= 0) this.#idle.splice(at, 1);
    this.#end(environment);
    // One that ends before it has answered anything is not replaced until an event asks: it would end again.
    this.#keepsOne &&= environment.hasAnswered;
    if (fault) this.#failToStart(fault);
    leaveGate?.();
    this.#grow();
  }

  output(stream: "stdout" | "stderr", line: string): void {
    this.#ports.output(stream, line);
  }

  isUrgent(): boolean {
    return this.#queue.length > 0;
  }

  retry(): void {
    this.#grow();
  }

  /** Starts what is due, and looks again while events wait. */
  #grow(): void {
    if (this.#isClosed) return;
    while (this.#isStartDue() && this.#ports.gate.enter(this)) this.#start();
    if (this.#queue.length === 0 || this.#cancelGrowth) return;
    this.#cancelGrowth = this.#ports.clock.after(Math.min(this.#patience(), lookEveryMs), () => {
      this.#cancelGrowth = undefined;
      this.#grow();
    });
  }

  #patience(): number {
    return this.#growth.patience({
      busy: this.#busy,
      running: this.#idle.length + this.#busy.size,
      starting: this.#starting.size,
      waiting: this.#queue.length,
    });
  }

  /** The first environment is due at once; the next where an event waits that none is being started for. */
  #isStartDue(): boolean {
    const count = this.#starting.size + this.#idle.length + this.#busy.size;
    if (count === 0) return this.#keepsOne || this.#queue.length > 0;
    if (count >= this.#environments) return false;
    const next = this.#queue[this.#starting.size];
    if (next === undefined) return false;
    const patience = this.#patience();
    const from = isSaturated(patience) ? Math.max(next.since, this.#startedAt) : next.since;
    return this.#ports.clock.now() - from >= patience;
  }

  #start(): void {
    const { clock, gate, plan } = this.#ports;
    this.#startedAt = clock.now();
    const environment = new EnvironmentThread(plan(), this);
    let isInGate = true;
    const leave = (): void => {
      if (!isInGate) return;
      isInGate = false;
      cancel();
      gate.leave();
    };
    const cancel = clock.after(slowStartMs, leave);
    this.#starting.set(environment, leave);
  }

  #endWarming(): void {
    this.#warming?.resolve();
    this.#warming = undefined;
  }

  /** The event that the environment was started for gets the reason; where no other may take them, all do. */
  #failToStart(fault: Fault): void {
    this.#ports.notStarted(fault);
    this.#endWarming();
    const isLast = this.#starting.size + this.#idle.length + this.#busy.size === 0;
    const { errorType, errorMessage } = fault;
    for (const call of this.#queue.splice(0, isLast ? Infinity : 1)) {
      call.settle({ kind: "failed", errorType, errorMessage });
    }
  }

  #forget(late: Call): void {
    const at = this.#queue.indexOf(late);
    if (at >= 0) this.#queue.splice(at, 1);
    else this.#ahead.forget(late);
  }

  /** Ends the environments that have long done nothing; those used first are at the front. */
  #sweep(): void {
    this.#cancelSweep = undefined;
    const before = this.#ports.clock.now() - idleMs;
    const last = this.#busy.size === 0 ? 1 : 0;
    while (this.#idle.length > last && (this.#idle[0]?.idleSince ?? Infinity) <= before) {
      for (const unused of this.#idle.splice(0, 1)) this.#end(unused);
    }
    if (this.#idle.length > 0) {
      this.#cancelSweep = this.#ports.clock.after(idleMs / 5, () => this.#sweep());
    }
  }
}

// All environments of one function: who takes the next event, when one more is started, and when one ends.
import type { LambdaFunction } from "../model/lambda-function.ts";
import type { Clock, Invocation, InvokeOptions, StreamedInvocation, StreamOptions } from "../ports.ts";
import { openCall, toPayload, type Call, type Deadline, type OpenCall, type Refusal } from "./call.ts";
import { EnvironmentThread, type EnvironmentPlan, type Fault, type Keeper } from "./environment-thread.ts";
import { createSaturationMeter, type SaturationMeter } from "./saturation.ts";
import type { StartGate, Starter } from "./start-gate.ts";
import { openStreamCall } from "./stream-call.ts";

/** Most environments of one function on one machine. */
const environmentsAtMost = 64;
/** Events of one function that wait or run at once: the concurrency of a new AWS account. */
const concurrency = 1_000;
/** An event waits this long for an environment in use before one more is started: about what a start takes. */
const patienceMs = 20;
/**
 * The same for the first few: one environment alone sleeps while its answer travels. Measured with 32 callers of
 * a function that does nothing, on 2 cores: 12,000 events a second with one, 27,000 with two, 50,000 with three.
 */
const shortPatienceMs = 2;
/** The same where the cores are busy: one more environment would take time from those that compute. */
const saturatedPatienceMs = 1_000;
/** How often it is looked at, while events wait, whether the cores are still busy. */
const lookEveryMs = 100;
/** A start that takes longer makes way for the next: it is likely to wait, not to compute. */
const slowStartMs = 500;
/** An environment with nothing to do ends after this time, except the last. */
const idleMs = 300_000;

/** What a pool needs of the world. */
export interface PoolPorts {
  readonly clock: Clock;
  readonly gate: StartGate;
  /** How many threads can compute at once. One environment more than that is worth having as soon as events wait at all. */
  readonly cores: number;
  /** How the next environment is started: asked each time, because the bundle changes. */
  readonly plan: () => EnvironmentPlan;
  readonly output: (stream: "stdout" | "stderr", line: string) => void;
  /** An environment did not start. */
  readonly notStarted: (fault: Fault) => void;
}

/** The environments of one function. */
export class Pool implements Keeper, Starter {
  readonly #ports: PoolPorts;
  readonly #events: number;
  readonly #environments: number;
  readonly #saturation: SaturationMeter;
  readonly #queue: Call[] = [];
  readonly #starting = new Map<EnvironmentThread, () => void>();
  /** The last is the one used last. */
  readonly #idle: EnvironmentThread[] = [];
  readonly #busy = new Set<EnvironmentThread>();
  /** Busy with the code of before; they end when their event is answered. */
  readonly #leaving = new Set<EnvironmentThread>();
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
    this.#saturation = createSaturationMeter(ports.cores);
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
    if (this.#queue.length + this.#busy.size + this.#leaving.size >= this.#events) {
      return Promise.resolve({ kind: "throttled" });
    }
    const { clock } = this.#ports;
    const expired = (late: Call): void => this.#forget(late);
    const call = open(payload, { ...options, clock, expired });
    const environment = this.#idle.pop();
    if (environment) {
      this.#busy.add(environment);
      environment.run(call);
    } else {
      this.#queue.push(call);
      this.#grow();
    }
    return call.answer;
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
    for (const environment of this.#busy) this.#leaving.add(environment);
    this.#busy.clear();
    for (const environment of old) void environment.end();
    for (const [, leaveGate] of starting) leaveGate();
    this.#grow();
  }

  /** Ends all; events still open are failed. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#cancelGrowth?.();
    this.#cancelSweep?.();
    this.#warming?.resolve();
    for (const call of this.#queue.splice(0)) call.settle(closed);
    const all = [...this.#starting.keys(), ...this.#idle.splice(0), ...this.#busy, ...this.#leaving];
    await Promise.all(all.map((environment) => environment.end()));
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
    if (this.#leaving.delete(environment)) {
      void environment.end();
      this.#grow();
      return;
    }
    const next = this.#queue.shift();
    if (next) {
      environment.run(next);
      return;
    }
    this.#busy.delete(environment);
    environment.idleSince = this.#ports.clock.now();
    this.#idle.push(environment);
    this.#cancelSweep ??= this.#ports.clock.after(idleMs, () => this.#sweep());
  }

  gone(environment: EnvironmentThread, fault?: Fault): void {
    const leaveGate = this.#starting.get(environment);
    this.#starting.delete(environment);
    this.#busy.delete(environment);
    this.#leaving.delete(environment);
    const at = this.#idle.indexOf(environment);
    if (at >= 0) this.#idle.splice(at, 1);
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

  /**
   * The first environment is due at once. One more is due when an event that no starting environment is
   * meant for has waited as long as a start takes: short functions then run in a few environments, slow
   * ones that wait get as many as there are events, and slow ones that compute hardly more than there are cores.
   */
  #isStartDue(): boolean {
    const count = this.#starting.size + this.#idle.length + this.#busy.size;
    if (count === 0) return this.#keepsOne || this.#queue.length > 0;
    if (count >= this.#environments) return false;
    const next = this.#queue[this.#starting.size];
    if (next === undefined) return false;
    const patience = this.#patience();
    const from = patience === saturatedPatienceMs ? Math.max(next.since, this.#startedAt) : next.since;
    return this.#ports.clock.now() - from >= patience;
  }

  #patience(): number {
    const running = this.#idle.length + this.#busy.size;
    if (running <= this.#ports.cores) return this.#starting.size === 0 ? shortPatienceMs : patienceMs;
    const isSaturated = this.#saturation.isSaturated(this.#busy, this.#starting.size);
    return isSaturated ? saturatedPatienceMs : patienceMs;
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
  }

  /** Ends the environments that have long done nothing; those used first are at the front. */
  #sweep(): void {
    this.#cancelSweep = undefined;
    const before = this.#ports.clock.now() - idleMs;
    const last = this.#busy.size === 0 ? 1 : 0;
    while (this.#idle.length > last && (this.#idle[0]?.idleSince ?? Infinity) <= before) {
      void this.#idle.shift()?.end();
    }
    if (this.#idle.length > 0) {
      this.#cancelSweep = this.#ports.clock.after(idleMs / 5, () => this.#sweep());
    }
  }
}

const closed: Refusal = {
  kind: "failed",
  errorType: "ServiceException",
  errorMessage: "The Lambda service is closed",
};

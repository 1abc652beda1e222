// What a pool of environments is made with.
import type { Clock } from "../ports.ts";
import type { EnvironmentPlan, Fault } from "./environment-thread.ts";
import type { StartGate } from "./start-gate.ts";

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

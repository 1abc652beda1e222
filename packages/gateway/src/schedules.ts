// Functions that run every so often, as EventBridge has them run.
import { createEventQueue } from "./lambda-api/queue.ts";
import type { LambdaFunction } from "./model/lambda-function.ts";
import type { Schedule } from "./model/schedule.ts";
import type { Clock, Functions, Ids, Log } from "./ports.ts";

/** What schedules work with. */
export interface SchedulePorts {
  readonly schedules: readonly Schedule[];
  readonly lambdas: readonly LambdaFunction[];
  readonly region: string;
  readonly accountId: string;
  readonly functions: Pick<Functions, "invoke">;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Log;
  readonly retryDelaysMs?: readonly number[];
}

/**
 * Starts all schedules. Each runs first when its time has passed once, and is invoked asynchronously: a run that fails is
 * tried twice more.
 *
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-rule-schedule.html
 */
export function startSchedules(ports: SchedulePorts): { close(): Promise<void> } {
  const { schedules, lambdas, clock } = ports;
  const queue = createEventQueue(ports);
  const cancels = new Map<Schedule, () => void>();
  const wait = (schedule: Schedule, lambda: LambdaFunction): void => {
    const run = (): void => {
      wait(schedule, lambda);
      queue.push(lambda, schedule.input ?? toEvent(schedule, ports));
    };
    cancels.set(schedule, clock.after(schedule.everyMs, run));
  };
  for (const schedule of schedules) {
    const lambda = lambdas.find(({ key }) => key === schedule.functionKey);
    if (lambda) wait(schedule, lambda);
  }
  return {
    async close() {
      for (const cancel of cancels.values()) cancel();
      queue.close();
    },
  };
}

/** @see https://docs.aws.amazon.com/eventbridge/latest/ref/events-ref-scheduled.html */
function toEvent({ name }: Schedule, { ids, clock, accountId, region }: SchedulePorts): object {
  return {
    version: "0",
    id: ids.uuid(),
    "detail-type": "Scheduled Event",
    source: "aws.events",
    account: accountId,
    time: new Date(clock.now()).toISOString().replace(/\.\d+Z$/, "Z"),
    region,
    resources: [`arn:aws:events:${region}:${accountId}:rule/${name}`],
    detail: {},
  };
}

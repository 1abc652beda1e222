// Functions that run every so often, as EventBridge has them run.
import { parseCron } from "./cron.ts";
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
 * Starts all schedules. One by a rate runs first when its time has passed once. Functions are invoked asynchronously: a run
 * that fails is tried twice more. What fell due while the machine slept runs once.
 *
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-rule-schedule.html
 */
export function startSchedules(ports: SchedulePorts): { close(): Promise<void> } {
  const { schedules, lambdas, clock } = ports;
  const queue = createEventQueue(ports);
  const cancels = new Map<Schedule, () => void>();
  for (const schedule of schedules) {
    const lambda = lambdas.find(({ key }) => key === schedule.functionKey);
    if (lambda === undefined) continue;
    const next = toNext(schedule);
    const wait = (due: number | undefined): void => {
      if (due === undefined) return;
      const check = (): void => {
        if (clock.now() < due) return wait(due);
        wait(next(due, clock.now()));
        queue.push(lambda, schedule.input ?? toEvent(schedule, ports));
      };
      cancels.set(schedule, clock.after(Math.min(due - clock.now(), longestWaitMs), check));
    };
    wait(next(clock.now(), clock.now()));
  }
  return {
    async close() {
      for (const cancel of cancels.values()) cancel();
      queue.close();
    },
  };
}

/** A timer of Node.js knows no more than 24 days, and none of them notices that the machine slept. */
const longestWaitMs = 3_600_000;

/** When a schedule runs next, after it was due: never before now. */
function toNext(schedule: Schedule): (due: number, now: number) => number | undefined {
  if ("cron" in schedule) {
    const cron = parseCron(schedule.cron);
    return (due, now) => cron.next(Math.max(due, now));
  }
  const { everyMs } = schedule;
  return (due, now) => (due + everyMs > now ? due + everyMs : now + everyMs);
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

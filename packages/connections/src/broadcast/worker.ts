// The other end of a hand-over: does a task, says how far it is, and goes on where a worker before it stopped.
import { failures } from "../failures.ts";
import { restOf } from "./audience.ts";
import type { BroadcastPorts } from "./broadcast.ts";
import { leftOver, sendPart, type Course } from "./course.ts";
import type { BroadcastTask } from "./hand-over.ts";
import type { Claim, Ledger, TaskProgress } from "./ledger.ts";
import { startPace } from "./pace.ts";
import { postRate } from "./rate.ts";
import { createSlots } from "./slots.ts";
import { openTally } from "./tally.ts";
import { createTasks, type HandOverOptions } from "./tasks.ts";

/** What a worker works with. */
export interface WorkerOptions extends BroadcastPorts {
  /** The same that the broadcaster was given. */
  readonly ledger: Ledger;
  /** To whom the rest goes when this worker's own time is short. @default the task fails, and is tried again */
  readonly handOver?: Omit<HandOverOptions, "ledger">;
  /** How many posts run at once. @default 32 */
  readonly concurrency?: number;
}

/** What of Lambda's context is needed. */
export interface WorkerContext {
  readonly awsRequestId: string;
  getRemainingTimeInMillis(): number;
}

/** An event of SQS, as far as it is needed. */
interface QueueEvent {
  readonly Records: readonly { readonly messageId: string; readonly body: string }[];
}

/** What SQS wants to hear: the messages that must come again. */
export interface BatchAnswer {
  readonly batchItemFailures: readonly { readonly itemIdentifier: string }[];
}

/** The end of a worker's time that is kept for writing down where it is. */
const reserveMs = 1_500;
/** After so many posts it says how far it is: what a killed worker repeats at most. */
const pageSize = 100;

/**
 * The handler of the function that tasks are handed to, by `lambdaHandOver` or `queueHandOver`.
 *
 * A task that comes twice is done once: it is claimed in the ledger. One whose worker was killed goes on after the last
 * page of 100 that the ledger has, so at most a page is sent again, which `repeated` tells of; numbers from `publish` let
 * clients drop it.
 * A task that somebody else is doing fails with `TASK_HELD`, so that it comes again later; one that fails is let go of at
 * once, so that whoever gets it next, as from a queue, need not wait.
 *
 * @example
 * export const handler = broadcastWorker({ registry, poster, ledger });
 */
export function broadcastWorker(
  options: WorkerOptions,
): (event: unknown, context: WorkerContext) => Promise<BatchAnswer | undefined> {
  return async (event, context) => {
    if (!isQueueEvent(event)) {
      await work(options, readTask(event), context);
      return undefined;
    }
    const batchItemFailures: { itemIdentifier: string }[] = [];
    for (const { messageId, body } of event.Records) {
      try {
        await work(options, readTask(JSON.parse(body)), context);
      } catch (error) {
        console.error(error);
        batchItemFailures.push({ itemIdentifier: messageId });
      }
    }
    return { batchItemFailures };
  };
}

async function work(options: WorkerOptions, task: BroadcastTask, context: WorkerContext): Promise<void> {
  const { ledger } = options;
  const { broadcastId, taskId } = task;
  const owner = context.awsRequestId;
  const until = Date.now() + context.getRemainingTimeInMillis();
  const claim = await ledger.claim(task, { owner, until });
  if (claim === "done") return;
  if (claim === "held") throw failures.create("TASK_HELD", { broadcastId, taskId });
  const pace = startPace({ deadline: until - reserveMs }, reserveMs / 3);
  try {
    const course = toCourse(options, { task, claim, pace });
    await doTask(options, { task, course, claim, owner });
  } catch (error) {
    await ledger.release(task, owner).catch(() => undefined); // the lease ends by itself
    throw error;
  } finally {
    pace.stop();
  }
}

interface Doing {
  readonly task: BroadcastTask;
  readonly course: Course;
  readonly claim: Exclude<Claim, string>;
  readonly owner: string;
}

async function doTask(
  { ledger, handOver }: WorkerOptions,
  { task, course, claim, owner }: Doing,
): Promise<void> {
  const { broadcastId, taskId } = task;
  const { tally, delivery, leftover } = course;
  let isFirstPage = true;
  const lost = (): Error => failures.create("TASK_HELD", { broadcastId, taskId });
  const resumed = { ...course, isAgain: () => claim.again && isFirstPage };
  const poured = await sendPart(resumed, restOf(task.part, claim.after), {
    pageSize,
    stop: () => delivery.pace.over(),
    async settled(page) {
      isFirstPage = false;
      const after = page.at(-1)?.connectionId;
      if (delivery.pace.over() || (leftover?.length ?? 0) > 0) return; // some of the page were left
      if (!(await ledger.note(task, owner, { after, tally }))) throw lost();
    },
  });
  const rest = poured.whole ? [] : [restOf(task.part, poured.last?.connectionId ?? claim.after)];
  const late = leftOver(course);
  if (rest.length + late.length > 0) {
    if (!handOver) throw failures.create("TASK_UNFINISHED", { broadcastId, taskId });
    const { message } = delivery;
    const tasks = createTasks({ ...handOver, ledger }, { course, message, parent: task });
    await tasks.handOver([...rest, ...late]);
  }
  if (!(await ledger.finish(task, owner, tally))) throw lost();
}

function toCourse(
  { registry, poster, concurrency = 32, handOver }: WorkerOptions,
  { task, claim, pace }: { task: BroadcastTask; claim: TaskProgress; pace: ReturnType<typeof startPace> },
): Course {
  const message = { bytes: Buffer.from(task.message, "base64") };
  const rate = task.perSecond === undefined ? undefined : postRate({ perSecond: task.perSecond });
  return {
    registry,
    delivery: { poster, message, pace, slots: createSlots(concurrency), rate },
    tally: openTally(claim.tally),
    except: new Set(task.except),
    consistent: task.consistent,
    leftover: handOver && [],
    hops: ("connections" in task.part && task.part.hops) || 0,
  };
}

function readTask(event: unknown): BroadcastTask {
  const task = event as BroadcastTask | null; // looked at on the next line; only our own function sends it
  if (task?.kind !== "gatewright.broadcast") throw failures.create("TASK_UNKNOWN", undefined);
  return task;
}

function isQueueEvent(event: unknown): event is QueueEvent {
  return typeof event === "object" && event !== null && "Records" in event && Array.isArray(event.Records);
}

// The broadcaster: an audience streamed into posts, the rest handed over in time, and a tally of what came of them.
import { failures } from "../failures.ts";
import type { Registry } from "../registry/registry.ts";
import { partsOf, restOf, type Addressee, type Audience, type Part } from "./audience.ts";
import { leftOver, sendPart, Unreadable, type Course } from "./course.ts";
import { createTasks, type HandOverOptions, type Tasks } from "./tasks.ts";
import { toMessage, type Payload } from "./message.ts";
import { startPace, type Pace, type PaceOptions } from "./pace.ts";
import type { Message, Poster } from "./poster.ts";
import type { Rate } from "./rate.ts";
import { createSlots } from "./slots.ts";
import { openTally, type Tally } from "./tally.ts";

/** What a broadcast works with. */
export interface BroadcastPorts {
  readonly registry: Registry;
  readonly poster: Poster;
}

/** How a broadcast goes. */
export interface BroadcastOptions extends PaceOptions {
  /** Connection ids that are left out, such as the sender's. */
  readonly except?: readonly string[];
  /** How many posts run at once. @default 32 */
  readonly concurrency?: number;
  /** Whether the audience is read consistently; `false` costs half and may miss a join of this moment. @default true */
  readonly consistent?: boolean;
  /** The account's rate, shared by the broadcasts of this process; see `postRate`. @default as fast as it goes */
  readonly rate?: Rate;
  /** Leaves the rest to other workers when the audience is large or the time short. */
  readonly handOver?: HandOverOptions;
  /**
   * The connection whose `$connect` is being handled. It is left out: until `$connect` has answered, nobody can post
   * to it, and API Gateway answers 410.
   */
  readonly connecting?: string;
}

/**
 * Sends one message to everyone the audience names, and forgets those who have gone.
 *
 * One dead connection never fails the rest: each outcome is in the tally. 410 removes the connection with its
 * rooms from the registry, unless it is younger than five seconds (its `$connect` may not have answered yet).
 * 429 is tried again until the deadline and errors four times, with random pauses in which others have their turn. A
 * post that got an error or no answer may have arrived all the same: whoever was posted to again after one is in
 * `repeated`, and everybody else gets the message once at most. The order of delivery between two broadcasts is not kept:
 * `publish` gives numbers that the client orders and drops by.
 *
 * @example
 * const tally = await broadcast({ registry, poster }, { room: "room:42" }, { type: "message", text: "hello" }, {
 *   except: [connectionId],
 *   deadline: Date.now() + context.getRemainingTimeInMillis() - 1_000,
 * });
 * for (const { userId, rooms } of tally.gone) console.log(`${userId} left ${rooms.join(", ")}`);
 * @throws `PAYLOAD_TOO_LARGE`, `PAYLOAD_NOT_TEXT`, `POST_IN_CONNECT` before anything is sent; `AUDIENCE_UNREADABLE` when
 * the registry fails and `HAND_OVER_FAILED` when the rest finds no taker, both with the tally so far; whatever the
 * poster throws when no call at all can work.
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-how-to-call-websocket-api-connections.html
 */
export async function broadcast(
  ports: BroadcastPorts,
  to: Audience,
  payload: Payload,
  options: BroadcastOptions = {},
): Promise<Tally> {
  const message = toMessage(payload);
  assertReachable(to, options.connecting);
  const reserveMs = options.handOver ? (options.handOver.reserveMs ?? 1_500) : 0;
  const pace = startPace(shorten(options, reserveMs), reserveMs / 3);
  const course = toCourse(ports, { message, pace }, options);
  const { tally } = course;
  try {
    const tasks = options.handOver && createTasks(options.handOver, { course, message });
    tally.complete = await walk(course, to, tasks);
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    const { cause } = error;
    throw failures.create("AUDIENCE_UNREADABLE", { delivered: tally.delivered, tally }, { cause });
  } finally {
    pace.stop();
  }
  return tally;
}

/** Every part in turn, or the first one here and the others, like its rest, elsewhere. Says whether all is seen to. */
async function walk(course: Course, to: Audience, tasks: Tasks | undefined): Promise<boolean> {
  const parts = await partsOf(course.registry, to, tasks?.segments).catch((cause: unknown) => {
    throw new Unreadable("shards", { cause });
  });
  if (!tasks) {
    for (const part of parts) if (!(await sendPart(course, part)).whole) return false;
    return true;
  }
  const [first, ...others] = parts;
  await tasks.handOver(others);
  const poured = await sendPart(course, first, { stop: () => tasks.isDue() });
  await tasks.handOver([...restOfPart(first, poured), ...leftOver(course)]);
  return true;
}

/** What nobody has begun to send. */
function restOfPart(
  part: Part,
  poured: { readonly whole: boolean; readonly last: Addressee | undefined },
): Part[] {
  return poured.whole ? [] : [restOf(part, poured.last?.connectionId)];
}

/** Whoever hands over needs some of the time for it. */
function shorten(
  { deadline = Date.now() + 10_000, signal }: BroadcastOptions,
  reserveMs: number,
): PaceOptions {
  return { deadline: deadline - reserveMs, ...(signal && { signal }) };
}

function toCourse(
  { registry, poster }: BroadcastPorts,
  { message, pace }: { readonly message: Message; readonly pace: Pace },
  { except = [], concurrency = 32, consistent = true, rate, handOver, connecting }: BroadcastOptions,
): Course {
  return {
    registry,
    delivery: { poster, message, pace, slots: createSlots(concurrency), rate },
    tally: openTally(),
    except: new Set(connecting === undefined ? except : [...except, connecting]),
    consistent,
    leftover: handOver && [],
  };
}

function assertReachable(to: Audience, connecting: string | undefined): void {
  if (connecting === undefined || !("connections" in to)) return;
  const named = to.connections.some(
    (one) => (typeof one === "string" ? one : one.connectionId) === connecting,
  );
  if (named) throw failures.create("POST_IN_CONNECT", { connectionId: connecting });
}

// The broadcaster: an audience streamed into posts, and a tally of what came of them.
import { failures } from "../failures.ts";
import type { Occupant, Registry } from "../registry/registry.ts";
import { deliver, type Delivery } from "./deliver.ts";
import { forget } from "./forget.ts";
import { toMessage, type Payload } from "./message.ts";
import { startPace, type PaceOptions } from "./pace.ts";
import type { Poster } from "./poster.ts";
import { pour } from "./pour.ts";
import { openTally, record, type OpenTally, type Tally } from "./tally.ts";

/** Whom a broadcast is for. Connections are named by id, or given as the registry gave them, which saves a read. */
export type Audience =
  | { readonly room: string }
  | { readonly user: string }
  | { readonly connections: readonly (string | Occupant)[] };

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
}

/**
 * Sends one message to everyone the audience names, and forgets those who have gone.
 *
 * One dead connection never fails the rest: each outcome is in the tally. 410 removes the connection with its
 * rooms from the registry, unless it is younger than five seconds (its `$connect` may not have answered yet).
 * 429 is tried again until the deadline and errors four times, with random pauses; a message that is tried
 * again after an error may arrive twice. The order of delivery between two broadcasts is not kept: put a sequence
 * number into the payload.
 *
 * @example
 * const tally = await broadcast({ registry, poster }, { room: "room:42" }, { type: "message", text: "hello" }, {
 *   except: [connectionId],
 *   deadline: Date.now() + context.getRemainingTimeInMillis() - 1_000,
 * });
 * for (const { userId, rooms } of tally.gone) console.log(`${userId} left ${rooms.join(", ")}`);
 * @throws `PAYLOAD_TOO_LARGE`, `PAYLOAD_NOT_TEXT` before anything is sent; `AUDIENCE_UNREADABLE` when the registry
 * fails, with the tally so far; whatever the poster throws when no call at all can work.
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-how-to-call-websocket-api-connections.html
 */
export async function broadcast(
  ports: BroadcastPorts,
  to: Audience,
  payload: Payload,
  options: BroadcastOptions = {},
): Promise<Tally> {
  const message = toMessage(payload);
  const tally = openTally();
  const except = new Set(options.except);
  const pace = startPace(options);
  const delivery: Delivery = { poster: ports.poster, message, pace };
  const one = async (named: string | Occupant): Promise<void> => {
    if (except.has(toId(named))) return;
    await reach({ ...ports, delivery, tally, room: "room" in to ? to.room : undefined }, named);
  };
  try {
    const pages = guarded(pagesOf(ports.registry, to, options));
    const flow = { concurrency: Math.max(1, options.concurrency ?? 32), enough: () => pace.over() };
    tally.complete = await pour(pages, flow, one);
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    const { cause } = error;
    throw failures.create("AUDIENCE_UNREADABLE", { delivered: tally.delivered, tally }, { cause });
  } finally {
    pace.stop();
  }
  return tally;
}

interface Reach extends BroadcastPorts {
  readonly delivery: Delivery;
  readonly tally: OpenTally;
  readonly room: string | undefined;
}

async function reach({ registry, delivery, tally, room }: Reach, named: string | Occupant): Promise<void> {
  const connectionId = toId(named);
  const occupant = typeof named === "string" ? await found(registry, named) : named;
  if (!occupant) {
    tally.gone.push({ connectionId, userId: undefined, attributes: {}, rooms: [], removed: false });
    return;
  }
  const outcome = await deliver(delivery, occupant);
  if (outcome.kind === "gone") tally.gone.push(await forget(registry, occupant, room));
  else record(tally, { connectionId, userId: occupant.userId }, outcome);
}

function pagesOf(
  registry: Registry,
  to: Audience,
  { consistent = true }: BroadcastOptions,
): AsyncIterable<readonly (string | Occupant)[]> {
  if ("room" in to) return registry.inRoom(to.room, { consistent });
  if ("user" in to) return registry.byUser(to.user, { consistent });
  return listed(to.connections);
}

/** One page of the connections named, each once. */
async function* listed(
  connections: readonly (string | Occupant)[],
): AsyncGenerator<readonly (string | Occupant)[]> {
  yield [...new Map(connections.map((named) => [toId(named), named])).values()];
}

function toId(named: string | Occupant): string {
  return typeof named === "string" ? named : named.connectionId;
}

/** The registry failed; told to the caller when the posts under way have ended, so that the tally is whole. */
class Unreadable extends Error {}

async function* guarded<Page>(pages: AsyncIterable<Page>): AsyncGenerator<Page> {
  try {
    yield* pages;
  } catch (cause) {
    throw new Unreadable("pages", { cause });
  }
}

async function found(registry: Registry, connectionId: string): Promise<Occupant | undefined> {
  try {
    return await registry.find(connectionId);
  } catch (cause) {
    throw new Unreadable("connection", { cause });
  }
}

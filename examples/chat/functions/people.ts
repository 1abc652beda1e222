// Who is where, and how they are told: connections, presence and sessions, in one table.
import {
  broadcast,
  managementPoster,
  publish,
  sessionControl,
  type BroadcastOptions,
  type Departure,
  type PresenceChange,
  type Tally,
} from "@gatewright/connections";
import { dynamoMeter, dynamoPresence, dynamoRegistry } from "@gatewright/connections/dynamodb";
import type { ChatMessage, ChatUser, ServerFrames } from "./chat.ts";
import { log, type MessageFrame } from "./messages.ts";
import { setting } from "./settings.ts";

const place = { table: setting("CONNECTIONS_TABLE") };
export const registry = dynamoRegistry(place);
export const poster = managementPoster();
const presence = dynamoPresence(place);

/** Ten messages a second of a connection, for ten seconds; and a fresh token asked for at the last heartbeat in time. */
export const sessions = sessionControl(
  { registry, poster, meter: dynamoMeter(place) },
  { perConnection: { messages: 100, perMs: 10_000 }, remindMs: 6 * 60_000 },
);

/** Tells a room something; whoever turns out to be gone is said to have left. */
export async function tell<Type extends keyof ServerFrames>(
  room: string,
  type: Type,
  frame: ServerFrames[Type],
  options?: BroadcastOptions,
): Promise<void> {
  await seeTo(room, await broadcast({ registry, poster }, { room }, { type, ...frame }, options));
}

/** Says a message in its room: it gets its place, is kept, and goes to everybody but who said it. */
export async function say(
  { id, ...said }: Omit<ChatMessage, "seq">,
  connectionId: string,
): Promise<ChatMessage> {
  const { room } = said;
  const frame: MessageFrame = { type: "message", ...said };
  const { seq, tally, ...published } = await publish(
    { registry, poster, log },
    room,
    { id, frame },
    {
      except: [connectionId],
    },
  );
  await seeTo(room, tally);
  const { type: _type, ...kept } = published.frame as MessageFrame; // what the log has of this id
  return { ...kept, seq, id };
}

async function seeTo(room: string, { failed, gone }: Tally): Promise<void> {
  for (const { says } of failed) console.warn("not delivered", { room, says });
  for (const { userId, removed, ...left } of gone) {
    if (removed && userId !== undefined) await sayGoodbye({ ...left, userId });
  }
}

/** Puts a connection into a room, and says who is there. The others hear of a user once, whatever their tabs do. */
export async function enter(
  connectionId: string,
  user: ChatUser,
  room: string,
): Promise<readonly ChatUser[]> {
  await registry.join(connectionId, room);
  await beatIn(room, connectionId, user);
  return peopleIn(room);
}

/** A heartbeat: the connection is alive, and with it the user in each of its rooms. */
export async function beat(connectionId: string, user: ChatUser): Promise<void> {
  await registry.touch(connectionId);
  for (const room of await registry.rooms(connectionId)) await beatIn(room, connectionId, user);
}

async function beatIn(room: string, connectionId: string, user: ChatUser): Promise<void> {
  const { userId, name } = user;
  const came = await presence.beat(room, { connectionId, userId, attributes: { name } });
  if (came) await tellPresence(came, [connectionId]);
  // its $disconnect may have run in the meantime, and would not run again
  if (!(await registry.find(connectionId))) await exit(connectionId, user, room);
  // whose goodbye was lost, and who has not been heard of since
  for (const went of await presence.sweep(room)) await tellPresence(went);
}

/** Takes a connection out of a room. */
export async function exit(connectionId: string, { userId }: ChatUser, room: string): Promise<void> {
  await registry.leave(connectionId, room);
  const went = await presence.leave(room, { connectionId, userId });
  if (went) await tellPresence(went);
}

/** A connection has ended: each of its rooms hears of it, unless another of the user's tabs is still there. */
export async function sayGoodbye(
  departure: Pick<Departure, "connectionId" | "userId" | "rooms">,
): Promise<void> {
  for (const room of departure.rooms) {
    const went = await presence.leave(room, departure);
    if (went) await tellPresence(went);
  }
}

async function tellPresence(
  { room, here, ...user }: PresenceChange,
  except: readonly string[] = [],
): Promise<void> {
  await tell(room, "presence", { room, user: toUser(user), here }, { except });
}

/** The people in a room. */
export async function peopleIn(room: string): Promise<readonly ChatUser[]> {
  return (await presence.snapshot(room)).map(toUser);
}

function toUser({ userId, attributes }: Pick<PresenceChange, "userId" | "attributes">): ChatUser {
  return { userId, name: String(attributes["name"] ?? userId) };
}

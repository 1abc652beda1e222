// Who is where: the registry of connections, and what is told to a room when somebody comes or goes.
import {
  broadcast,
  managementPoster,
  type BroadcastOptions,
  type Departure,
  type Tally,
} from "@gatewright/connections";
import { dynamoRegistry } from "@gatewright/connections/dynamodb";
import type { ChatUser, ServerFrames } from "./chat.ts";
import { setting } from "./settings.ts";

export const registry = dynamoRegistry({ table: setting("CONNECTIONS_TABLE") });
const poster = managementPoster();

/** Tells a room something; whoever turns out to be gone is said to have left. */
export async function tell<Type extends keyof ServerFrames>(
  room: string,
  type: Type,
  frame: ServerFrames[Type],
  options?: BroadcastOptions,
): Promise<Tally> {
  const tally = await broadcast({ registry, poster }, { room }, JSON.stringify({ type, ...frame }), options);
  for (const { says } of tally.failed) console.warn("not delivered", { room, says });
  for (const gone of tally.gone) {
    if (gone.removed && gone.userId !== undefined) {
      await sayGoodbye({ ...gone, userId: gone.userId });
    }
  }
  return tally;
}

/** Puts a connection into a room; the others hear of it unless the user was there already in another tab. */
export async function enter(
  connectionId: string,
  { userId, name }: ChatUser,
  room: string,
): Promise<readonly ChatUser[]> {
  const user: ChatUser = { userId, name }; // what the authorizer says besides is nobody's business
  const before = await registry.members(room);
  await registry.join(connectionId, room);
  if (!before.some(({ userId }) => userId === user.userId)) {
    await tell(room, "presence", { room, user, here: true }, { except: [connectionId] });
  }
  return peopleIn(room);
}

/** Takes a connection out of a room; the others hear of it when it was the user's last. */
export async function exit(connectionId: string, user: ChatUser, room: string): Promise<void> {
  await registry.leave(connectionId, room);
  await sayGoodbye({ userId: user.userId, attributes: { name: user.name }, rooms: [room] });
}

/** Tells each room that a user has left it, unless another of the user's tabs is still there. */
export async function sayGoodbye(
  departure: Pick<Departure, "userId" | "attributes" | "rooms">,
): Promise<void> {
  const { userId, attributes, rooms } = departure;
  const user: ChatUser = { userId, name: String(attributes["name"] ?? userId) };
  for (const room of rooms) {
    const members = await registry.members(room);
    if (members.some((member) => member.userId === userId)) continue;
    await tell(room, "presence", { room, user, here: false });
  }
}

/** The people in a room. */
export async function peopleIn(room: string): Promise<readonly ChatUser[]> {
  const members = await registry.members(room);
  return members.map(({ userId, attributes }) => ({ userId, name: String(attributes["name"] ?? userId) }));
}

// The WebSocket API: who connects, which room they are in, what they say there.
import { accept, SocketError, websocketApi } from "@gatewright/events/websocket";
import { logged } from "@gatewright/observability";
import { maxLength, minLength, object, optional, pipe, string, trim } from "valibot";
import {
  isRoom,
  longestText,
  type ChatFile,
  type ChatMessage,
  type ChatUser,
  type ServerFrames,
} from "./chat.ts";
import { problemOf } from "./file-problems.ts";
import { provenFile } from "./files.ts";
import { append, lastPlace } from "./messages.ts";
import { enter, exit, registry, sayGoodbye, tell } from "./people.ts";

const Name = pipe(string(), minLength(1), maxLength(100));
const InRoom = object({ room: Name });
const Said = object({
  room: Name,
  /** Made by the sender, so that a message that is sent twice is said once. */
  key: Name,
  text: optional(pipe(string(), trim(), minLength(1), maxLength(longestText))),
  /** The ticket of an upload that is proven. */
  file: optional(pipe(string(), minLength(1), maxLength(1_000))),
});

export const socket = websocketApi<{ auth: ChatUser; frames: ServerFrames }>()
  .connect(async ({ connectionId, endpoint, connectedAt, auth }) => {
    const { userId, name } = auth;
    await registry.connect({ connectionId, endpoint, connectedAt, userId, attributes: { name } });
    return accept({ subprotocol: "chat.v1" });
  })
  .message("join", { body: InRoom }, async ({ connectionId, auth, body }) => {
    if (!isRoom(body.room)) throw new SocketError("NO_SUCH_ROOM", `There is no room "${body.room}".`);
    const people = await enter(connectionId, auth, body.room);
    return { room: body.room, people, last: await lastPlace(body.room) };
  })
  .message("leave", { body: InRoom }, async ({ connectionId, auth, body }) => {
    await assertIn(connectionId, body.room);
    await exit(connectionId, auth, body.room);
    return { room: body.room };
  })
  .message("send", { body: Said }, async ({ connectionId, auth, body }): Promise<ChatMessage> => {
    const { room, key, text, file } = body;
    await assertIn(connectionId, room);
    if (text === undefined && file === undefined) {
      throw new SocketError("NOTHING_SAID", "A message needs a text or a file.");
    }
    const message = await append({
      room,
      id: key,
      from: { userId: auth.userId, name: auth.name },
      ...(text !== undefined && { text }),
      ...(file !== undefined && { file: await shown(room, auth, file) }),
    });
    await tell(room, "message", message, { except: [connectionId] });
    return message;
  })
  .message("typing", { body: InRoom }, async ({ connectionId, auth, body }) => {
    await assertIn(connectionId, body.room);
    const user = { userId: auth.userId, name: auth.name };
    await tell(body.room, "typing", { room: body.room, user }, { except: [connectionId] });
  })
  .message("ping", async ({ connectionId }) => {
    await registry.touch(connectionId);
    return {};
  })
  .otherwise(() => {
    throw new SocketError("UNKNOWN_ACTION", 'Set "action" to join, leave, send, typing or ping.');
  })
  .disconnect(async ({ connectionId, connectedAt }) => {
    const departure = await registry.disconnect(connectionId, { unlessNewerThan: connectedAt });
    if (departure) await sayGoodbye(departure);
  });

export const handler = socket.handler().use(logged({ service: "chat" }));

async function assertIn(connectionId: string, room: string): Promise<void> {
  const rooms = await registry.rooms(connectionId);
  if (!rooms.includes(room)) throw new SocketError("NOT_IN_ROOM", `Join "${room}" first.`);
}

/** The file as the room will see it; what is wrong with it is told to who sent it. */
async function shown(room: string, user: ChatUser, ticket: string): Promise<ChatFile> {
  return provenFile(room, user, ticket).catch((error: unknown) => {
    const problem = problemOf(error);
    throw problem ? new SocketError(problem.code, problem.says) : error;
  });
}

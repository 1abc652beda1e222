// The WebSocket API: who connects, which room they are in, what they say there.
import { toFrame } from "@gatewright/connections";
import { accept, SocketError, websocketApi } from "@gatewright/events/websocket";
import { logged } from "@gatewright/observability";
import {
  integer,
  maxLength,
  minLength,
  minValue,
  number,
  object,
  optional,
  pipe,
  string,
  trim,
} from "valibot";
import {
  isRoom,
  longestText,
  type ChatFile,
  type ChatMessage,
  type ChatUser,
  type ServerFrames,
  type SignedIn,
} from "./chat.ts";
import { problemOf } from "./file-problems.ts";
import { provenFile } from "./files.ts";
import { fitting, lastPlace, log } from "./messages.ts";
import { beat, enter, exit, poster, registry, say, sayGoodbye, sessions, tell } from "./people.ts";

const Name = pipe(string(), minLength(1), maxLength(100));
const InRoom = object({ room: Name });
/** The last place that is already there. */
const From = object({ room: Name, after: pipe(number(), integer(), minValue(0)) });
const Said = object({
  room: Name,
  /** Made by the sender, so that a message that is sent twice is said once. */
  key: Name,
  text: optional(pipe(string(), trim(), minLength(1), maxLength(longestText))),
  /** The ticket of an upload that is proven. */
  file: optional(pipe(string(), minLength(1), maxLength(1_000))),
});

const Renewed = object({ token: pipe(string(), minLength(1), maxLength(10_000)) });

export const socket = websocketApi<{ auth: SignedIn; frames: ServerFrames }>()
  .connect(async ({ connectionId, endpoint, connectedAt, auth }) => {
    const { userId, name, endsAt } = auth;
    const attributes = { name };
    await registry.connect({ connectionId, endpoint, connectedAt, userId, attributes, expiresAt: endsAt });
    return accept({ subprotocol: "chat.v1" });
  })
  .message("join", { body: InRoom }, async (message) => {
    const { connectionId, auth, body } = message;
    await admit(message);
    if (!isRoom(body.room)) throw new SocketError("NO_SUCH_ROOM", `There is no room "${body.room}".`);
    const people = await enter(connectionId, auth, body.room);
    return { room: body.room, people, last: await lastPlace(body.room) };
  })
  .message("resume", { body: From }, async (message) => {
    const { connectionId, body } = message;
    await admit(message);
    await assertIn(connectionId, body.room);
    const { entries, gap, more } = fitting(await log.resume(body.room, body.after));
    return { messages: entries.map(toFrame) as ChatMessage[], gap, more }; // what `say` published
  })
  .message("leave", { body: InRoom }, async (message) => {
    const { connectionId, auth, body } = message;
    await admit(message);
    await assertIn(connectionId, body.room);
    await exit(connectionId, auth, body.room);
    return { room: body.room };
  })
  .message("send", { body: Said }, async (message): Promise<ChatMessage> => {
    const { connectionId, auth, body } = message;
    const { room, key, text, file } = body;
    await admit(message);
    await assertIn(connectionId, room);
    if (text === undefined && file === undefined) {
      throw new SocketError("NOTHING_SAID", "A message needs a text or a file.");
    }
    const said = {
      room,
      id: key,
      from: toUser(auth),
      at: Date.now(),
      ...(text !== undefined && { text }),
      ...(file !== undefined && { file: await shown(room, auth, file) }),
    };
    return say(said, connectionId);
  })
  .message("typing", { body: InRoom }, async (message) => {
    const { connectionId, auth, body } = message;
    await admit(message);
    await assertIn(connectionId, body.room);
    await tell(body.room, "typing", { room: body.room, user: toUser(auth) }, { except: [connectionId] });
  })
  .message("ping", async (message) => {
    await admit(message);
    await beat(message.connectionId, message.auth);
    return {};
  })
  .message("reauth", { body: Renewed }, async (message) => {
    const { connectionId, auth, body } = message;
    await admit(message);
    const { endOf } = await import("./reauth.ts"); // once an hour: no cold start pays for it
    const until = await endOf(body.token, auth.userId);
    await sessions.renew(connectionId, until);
    return { until };
  })
  .otherwise(() => {
    throw new SocketError(
      "UNKNOWN_ACTION",
      'Set "action" to join, resume, leave, send, typing, ping or reauth.',
    );
  })
  .disconnect(async ({ connectionId, connectedAt }) => {
    const departure = await registry.disconnect(connectionId, { unlessNewerThan: connectedAt });
    if (departure) await sayGoodbye(departure);
  });

export const handler = socket.handler().use(logged({ service: "chat" }));

/** Takes a message of a session that lasts, at a rate that a person has; closes the others. */
async function admit(message: { readonly connectionId: string; readonly endpoint: string }): Promise<void> {
  const admission = await sessions.admit(message.connectionId);
  if (admission.ok) return;
  const { refusal, departure } = admission;
  if (departure) await sayGoodbye(departure);
  if (refusal.code === "SESSION_UNKNOWN") await poster.close(message);
  const { code, message: says, retryAfterMs } = refusal;
  throw new SocketError(code, says, {
    ...(retryAfterMs !== undefined && { retryAfter: Math.ceil(retryAfterMs / 1_000) }),
  });
}

/** What the others see of who is signed in. */
function toUser({ userId, name }: ChatUser): ChatUser {
  return { userId, name };
}

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

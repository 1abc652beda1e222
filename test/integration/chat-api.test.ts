// The chat's whole API on the local gateway, by the clients that people use: fetch, ws, the house's own, the AWS SDK.
import { createPublicKey, createVerify, randomBytes, randomUUID, type JsonWebKey } from "node:crypto";
import {
  ApiGatewayManagementApiClient,
  DeleteConnectionCommand,
  GetConnectionCommand,
  GoneException,
  PostToConnectionCommand,
} from "@aws-sdk/client-apigatewaymanagementapi";
import { DynamoDBClient, ScanCommand } from "@aws-sdk/client-dynamodb";
import { GetObjectCommand, HeadObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { connectSocket, createSequence, SocketError } from "@gatewright/client";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { WebSocket as WsWebSocket } from "ws";
import type { ChatMessage } from "../../examples/chat/functions/chat.ts";
import type { socket as chatSocket } from "../../examples/chat/functions/socket.ts";
import { readClaims, startChat, type RunningChat, type SignedIn } from "./running-chat.ts";
import { linesWith, secretsOf } from "./secrets.ts";
import { noteSecret } from "../secrets/note.ts";
import { openWire, refusalOf, type Frame, type Wire } from "./wire.ts";

let chat: RunningChat;
let ada: SignedIn;
let grace: SignedIn;

beforeAll(async () => {
  chat = await startChat();
  [ada, grace] = await Promise.all([chat.signIn("ada"), chat.signIn("grace")]);
});
afterAll(() => chat?.close());

const errorCode = (frame: Frame): unknown => (frame["error"] as { code?: unknown } | undefined)?.code;

/** For what another process has to do first. */
const patient = { timeout: 10_000, interval: 10 };

/** What a test says in a room, found again there. */
const words = (): string => `said ${randomUUID()}`;

async function history(who: SignedIn, query: string): Promise<{ messages: ChatMessage[]; more: boolean }> {
  const answer = await chat.call(who, `/rooms/${query}`);
  expect(answer.status).toBe(200);
  return (await answer.json()) as { messages: ChatMessage[]; more: boolean }; // as examples/chat/functions/messages.ts has it
}

/** Two users in a room, each in one tab. */
async function both(room: string): Promise<{ adas: Wire; graces: Wire; leave: () => Promise<void> }> {
  const [adas, graces] = await Promise.all([chat.connect(ada), chat.connect(grace)]);
  await adas.ask("join", { room });
  await graces.ask("join", { room });
  return { adas, graces, leave: async () => void (await Promise.all([adas.close(), graces.close()])) };
}

describe("signing in", () => {
  it("gives tokens that the issuer's published key verifies and that say what Cognito's say", async () => {
    const pool = chat.definition.userPools[0];
    const published = await fetch(`${chat.urls.cognito}/${pool?.id}/.well-known/jwks.json`);
    const { keys } = (await published.json()) as { keys: (JsonWebKey & { kid: string; alg: string })[] }; // RFC 7517
    for (const token of [ada.accessToken, ada.idToken]) {
      const [header = "", payload = "", signature = ""] = token.split(".");
      const { kid, alg } = JSON.parse(Buffer.from(header, "base64url").toString()) as {
        kid: string;
        alg: string;
      };
      expect(alg).toBe("RS256");
      const jwk = keys.find((each) => each.kid === kid);
      const key = createPublicKey({ key: jwk as JsonWebKey, format: "jwk" }); // throws where there is none
      const verify = (text: string): boolean =>
        createVerify("RSA-SHA256").update(text).verify(key, signature, "base64url");
      expect(verify(`${header}.${payload}`)).toBe(true);
      expect(verify(`${header}.${payload}x`)).toBe(false);
    }
    const issuer = `https://cognito-idp.us-east-1.amazonaws.com/${pool?.id}`;
    const clientId = pool?.clients[0]?.id;
    const access = readClaims(ada.accessToken);
    expect(access).toMatchObject({ iss: issuer, client_id: clientId, token_use: "access", username: "ada" });
    expect(Number(access["exp"]) - Number(access["iat"])).toBe(3600);
    expect(readClaims(ada.idToken)).toMatchObject({
      iss: issuer,
      aud: clientId,
      token_use: "id",
      sub: ada.userId,
    });
  });

  it("tells nobody whether the name or the password was wrong", async () => {
    const refused = await Promise.all([
      chat.initiateAuth("USER_PASSWORD_AUTH", { USERNAME: "ada", PASSWORD: "Byron-1788x" }),
      chat.initiateAuth("USER_PASSWORD_AUTH", { USERNAME: "mallory", PASSWORD: "Lovelace-1815" }),
    ]);
    for (const answer of refused) {
      expect(answer.status).toBe(400);
      expect(await answer.json()).toEqual({
        __type: "NotAuthorizedException",
        message: "Incorrect username or password.",
      });
    }
  });

  it("renews the tokens of a session, and of no other", async () => {
    const renewed = await chat.initiateAuth("REFRESH_TOKEN_AUTH", { REFRESH_TOKEN: ada.refreshToken });
    const { AuthenticationResult: result } = (await renewed.json()) as {
      AuthenticationResult: { AccessToken: string };
    }; // as Cognito documents it
    const rooms = await chat.call({ ...ada, accessToken: result.AccessToken }, "/rooms");
    expect(rooms.status).toBe(200);
    const refused = await chat.initiateAuth("REFRESH_TOKEN_AUTH", { REFRESH_TOKEN: "x".repeat(64) });
    expect([refused.status, await refused.json()]).toEqual([
      400,
      { __type: "NotAuthorizedException", message: "Invalid Refresh Token" },
    ]);
  });
});

describe("the HTTP API", () => {
  it("lists the rooms, with who is in them, for who is signed in", async () => {
    const answer = await chat.call(ada, "/rooms");
    expect(answer.status).toBe(200);
    expect(answer.headers.get("apigw-requestid")).toMatch(/=$/);
    const { rooms } = (await answer.json()) as { rooms: { id: string; people: number }[] };
    expect(rooms.map(({ id }) => id)).toEqual(["lobby", "workshop", "garden"]);
  });

  it("lets pages of other origins ask first, and answers them with CORS headers", async () => {
    const asked = await fetch(`${chat.urls.http}/rooms`, {
      method: "OPTIONS",
      headers: {
        origin: "https://chat.example",
        "access-control-request-method": "GET",
        "access-control-request-headers": "authorization",
      },
    });
    expect(asked.status).toBe(204);
    expect(asked.headers.get("access-control-allow-origin")).toBe("*");
    expect(asked.headers.get("access-control-allow-headers")).toContain("authorization");
    const answer = await chat.call(ada, "/rooms", { headers: { origin: "https://chat.example" } });
    expect(answer.headers.get("access-control-allow-origin")).toBe("*");
  });

  it("knows no other rooms", async () => {
    const answer = await chat.call(ada, "/rooms/attic/messages");
    expect(answer.status).toBe(404);
    expect(await answer.json()).toMatchObject({ status: 404, detail: 'There is no room "attic".' });
  });
});

describe("the REST API", () => {
  const statistics = (headers: Readonly<Record<string, string>>): Promise<Response> =>
    fetch(`${chat.urls.rest}/statistics`, { headers });

  it("wants an API key and a token, and then tells how busy the rooms are", async () => {
    const authorization = `Bearer ${ada.accessToken}`;
    const answer = await statistics({ authorization, "x-api-key": chat.apiKey });
    expect(answer.status).toBe(200);
    const { rooms } = (await answer.json()) as { rooms: { id: string }[] };
    expect(rooms).toHaveLength(3);
    expect(rooms[0]).toEqual({
      id: "lobby",
      name: "Lobby",
      messages: expect.any(Number) as number,
      people: expect.any(Number) as number,
    });
  });

  it("is closed without a key, with a wrong key, and without a token", async () => {
    const authorization = `Bearer ${ada.accessToken}`;
    const [keyless, wrong, tokenless] = await Promise.all([
      statistics({ authorization }),
      statistics({ authorization, "x-api-key": `${chat.apiKey}x` }),
      statistics({ "x-api-key": chat.apiKey }),
    ]);
    for (const answer of [keyless, wrong]) {
      expect(answer?.status).toBe(403);
      expect(await answer?.json()).toEqual({ message: "Forbidden" });
    }
    expect(tokenless?.status).toBe(401);
    expect(await tokenless?.json()).toEqual({ message: "Unauthorized" });
  });
});

describe("the WebSocket API", () => {
  it("answers the handshake with the chat's subprotocol and never with the token", async () => {
    const wire = await chat.connect(ada);
    expect(wire.socket.protocol).toBe("chat.v1");
    await wire.close();
  });

  it("opens by a ticket as by a token: once, and from the page that it was given to", async () => {
    const origin = "https://chat.example";
    const getTicket = async (): Promise<string> => {
      const answer = await chat.call(ada, "/tickets", { method: "POST", headers: { origin } });
      expect([answer.status, answer.headers.get("cache-control")]).toEqual([201, "no-store"]);
      const { ticket } = (await answer.json()) as { ticket: string };
      return noteSecret(ticket);
    };
    const [ticket, other] = [await getTicket(), await getTicket()];
    const offer = (one: string): string[] => ["chat.v1", `bearer.${one}`];
    const wire = await openWire(chat.urls.websocket, offer(ticket), { origin });
    expect(wire.socket.protocol).toBe("chat.v1");
    const joined = await wire.ask("join", { room: "workshop" });
    expect(joined["data"]).toMatchObject({ people: [{ userId: ada.userId, name: "ada" }] });
    await wire.close();
    const refused = async (one: string, from: string) =>
      (await refusalOf(chat.urls.websocket, offer(one), { origin: from })).status;
    expect(await refused(ticket, origin)).toBe(401);
    expect(await refused(other, "https://evil.example")).toBe(401);
    expect(await refused(other, origin)).toBe(401);
  });

  it("carries a message to everybody in the room, and its place to who said it", async () => {
    const { adas, graces, leave } = await both("lobby");
    const text = words();
    const key = randomUUID();
    const answer = await adas.ask("send", { room: "lobby", key, text });
    const message = answer["data"] as ChatMessage;
    expect(message).toMatchObject({
      room: "lobby",
      id: key,
      text,
      from: { userId: ada.userId, name: "ada" },
    });
    const heard = await graces.heard((frame) => frame["text"] === text);
    expect(heard).toEqual({ type: "message", ...message });
    await adas.ask("ping");
    expect(adas.frames.filter((frame) => frame["text"] === text)).toEqual([]);
    await leave();
  });

  it("shows who is typing to the others only", async () => {
    const { adas, graces, leave } = await both("workshop");
    await graces.ask("typing", { room: "workshop" });
    const heard = await adas.heard((frame) => frame["type"] === "typing");
    expect(heard).toEqual({
      type: "typing",
      room: "workshop",
      user: { userId: grace.userId, name: "grace" },
    });
    await graces.ask("ping");
    expect(graces.frames.filter((frame) => frame["type"] === "typing")).toEqual([]);
    await leave();
  });

  it("counts a user with two tabs once: there from the first, gone with the last", async () => {
    const graces = await chat.connect(grace);
    await graces.ask("join", { room: "garden" });
    const told = (): unknown[] =>
      graces.frames.filter((frame) => frame["type"] === "presence").map((frame) => frame["here"]);
    const [first, second] = await Promise.all([chat.connect(ada), chat.connect(ada)]);
    const joined = await first.ask("join", { room: "garden" });
    expect(joined["data"]).toMatchObject({
      people: expect.arrayContaining([
        { userId: ada.userId, name: "ada" },
        { userId: grace.userId, name: "grace" },
      ]) as unknown,
    });
    const came = await graces.heard((frame) => frame["type"] === "presence" && frame["here"] === true);
    const user = { userId: ada.userId, name: "ada" };
    expect(came).toEqual({ type: "presence", room: "garden", user, here: true });
    const again = await second.ask("join", { room: "garden" });
    expect((again["data"] as { people: unknown[] }).people).toHaveLength(2);
    await first.ask("leave", { room: "garden" });
    await graces.ask("ping"); // whatever was said to this tab before has come by now
    expect(told()).toEqual([true]);

    // What is said still reaches the tab that stayed, and no longer the one that left.
    const text = words();
    await graces.ask("send", { room: "garden", key: randomUUID(), text });
    await second.heard((frame) => frame["text"] === text);
    await first.ask("ping");
    expect(first.frames.filter((frame) => frame["text"] === text)).toEqual([]);

    second.socket.terminate(); // the network goes, nobody says goodbye
    const went = await graces.heard((frame) => frame["type"] === "presence" && frame["here"] === false);
    expect(went).toEqual({ type: "presence", room: "garden", user, here: false });
    expect(told()).toEqual([true, false]);
    await Promise.all([first.close(), graces.close()]);
  });

  it("says a message once, however often and however close together it is sent", async () => {
    const { adas, graces, leave } = await both("workshop");
    const saying = { room: "workshop", key: randomUUID(), text: words() };
    const answers = await Promise.all([adas.ask("send", saying), adas.ask("send", saying)]);
    const later = await adas.ask("send", saying);
    const places = [...answers, later].map((frame) => (frame["data"] as ChatMessage).seq);
    expect(new Set(places).size).toBe(1);
    const { messages } = await history(grace, "workshop/messages");
    expect(messages.filter(({ text }) => text === saying.text)).toHaveLength(1);
    // The same key of another user is another message.
    const other = await graces.ask("send", { ...saying, text: words() });
    expect((other["data"] as ChatMessage).seq).not.toBe(places[0]);
    await leave();
  });

  it("takes nothing for a room that was not joined, and knows no room that there is not", async () => {
    const wire = await chat.connect(ada);
    for (const action of ["send", "typing", "leave"]) {
      const refused = await wire.ask(action, { room: "lobby", key: randomUUID(), text: words() });
      expect(refused["error"]).toMatchObject({ code: "NOT_IN_ROOM", message: 'Join "lobby" first.' });
    }
    expect(errorCode(await wire.ask("join", { room: "attic" }))).toBe("NO_SUCH_ROOM");
    const empty = await wire.ask("join", { room: "lobby" });
    expect(empty["type"]).toBe("answer");
    expect(errorCode(await wire.ask("send", { room: "lobby", key: randomUUID() }))).toBe("NOTHING_SAID");
    await wire.close();
  });

  it("pages through the history in both directions without a gap or a double", async () => {
    const { adas, graces, leave } = await both("garden");
    const said: string[] = [];
    let start = 0;
    for (let count = 0; count < 7; count += 1) {
      const text = words();
      const wire = count % 2 === 0 ? adas : graces;
      const answer = await wire.ask("send", { room: "garden", key: randomUUID(), text });
      said.push(text);
      if (count === 0) start = (answer["data"] as ChatMessage).seq - 1;
    }
    const forth: (string | undefined)[] = [];
    for (let at = start, more = true; more;) {
      const page = await history(ada, `garden/messages?after=${at}&limit=3`);
      expect(page.messages.length).toBeLessThanOrEqual(3);
      forth.push(...page.messages.map(({ text }) => text));
      at = page.messages.at(-1)?.seq ?? at;
      more = page.more;
    }
    expect(forth).toEqual(said);
    const back: (string | undefined)[] = [];
    let before = "";
    while (back.length < 7) {
      const page = await history(grace, `garden/messages?limit=3${before}`);
      back.unshift(...page.messages.map(({ text }) => text));
      before = `&before=${page.messages[0]?.seq}`;
    }
    expect(back.slice(-7)).toEqual(said);
    const none = await history(grace, "garden/messages?before=1");
    expect(none).toEqual({ messages: [], more: false });
    await leave();
  });
});

interface Ticket {
  readonly id: string;
  readonly key: string;
  readonly url: string;
  readonly fields: Readonly<Record<string, string>>;
}

async function ticketFor(who: SignedIn, size: number, room = "lobby"): Promise<Ticket> {
  const answer = await chat.call(who, `/rooms/${room}/uploads`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ filename: "sea trip.bin", contentType: "application/octet-stream", size }),
  });
  expect(answer.status).toBe(201);
  return (await answer.json()) as Ticket; // as @gatewright/uploads has it
}

function post(
  { url, fields }: Pick<Ticket, "url" | "fields">,
  file: Uint8Array<ArrayBuffer>,
): Promise<Response> {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  form.append("file", new Blob([file]));
  return fetch(url, { method: "POST", body: form });
}

const fileOf = (id: string, room = "lobby") => `/rooms/${room}/files/${encodeURIComponent(id)}`;

/** Says that a file has arrived. */
function confirm(who: SignedIn, id: string, room?: string): Promise<Response> {
  return chat.call(who, fileOf(id, room), { method: "POST" });
}

describe("files", () => {
  it("carries 12 MB from one user to the other, byte for byte", async () => {
    const { adas, graces, leave } = await both("lobby");
    const bytes = new Uint8Array(randomBytes(12_000_000));
    const ticket = await ticketFor(ada, bytes.length);
    const uploaded = await post(ticket, bytes);
    expect(uploaded.status).toBe(204);
    expect((await confirm(ada, ticket.id)).status).toBe(200);
    await adas.ask("send", { room: "lobby", key: randomUUID(), file: ticket.id });
    const shown = await graces.heard((frame) => frame["file"] !== undefined);
    expect(shown["file"]).toEqual({
      id: ticket.id,
      name: "sea trip.bin",
      contentType: "application/octet-stream",
      size: bytes.length,
    });
    const link = await chat.call(grace, fileOf(ticket.id));
    const { url } = (await link.json()) as { url: string };
    const download = await fetch(url);
    expect(download.status).toBe(200);
    expect(download.headers.get("content-disposition")).toMatch(/^attachment/);
    const arrived = Buffer.from(await download.arrayBuffer());
    expect(arrived.equals(Buffer.from(bytes))).toBe(true);

    // The same object by AWS's own client, with the gateway's credentials.
    const s3 = new S3Client({ ...awsAccess(), endpoint: chat.gateway.urls.s3 ?? "", forcePathStyle: true });
    const place = { Bucket: chat.definition.buckets[0]?.name, Key: ticket.key.replace(/^quarantine\//, "") };
    const object = await s3.send(new GetObjectCommand({ ...place, Range: "bytes=11999990-" }));
    expect(await object.Body?.transformToByteArray()).toEqual(new Uint8Array(bytes.subarray(-10)));
    const stranger = new S3Client({
      ...awsAccess({ secretAccessKey: "not the secret" }),
      endpoint: chat.gateway.urls.s3 ?? "",
      forcePathStyle: true,
    });
    await expect(stranger.send(new HeadObjectCommand(place))).rejects.toMatchObject({
      $metadata: { httpStatusCode: 403 },
    });
    await leave();
  });

  it("shows a file only for who got its ticket, in its room, once it is proven", async () => {
    const { adas, graces, leave } = await both("lobby");
    const ticket = await ticketFor(ada, 3);
    const send = (wire: Wire, room: string): Promise<Frame> =>
      wire.ask("send", { room, key: randomUUID(), file: ticket.id });
    expect(errorCode(await send(adas, "lobby"))).toBe("NOT_PROVEN");
    expect((await confirm(ada, ticket.id)).status).toBe(409);
    expect((await chat.call(ada, fileOf(ticket.id))).status).toBe(409);
    expect((await post(ticket, new Uint8Array([1, 2, 3]))).status).toBe(204);
    expect((await confirm(grace, ticket.id)).status).toBe(404);
    expect((await confirm(ada, ticket.id, "garden")).status).toBe(404);
    const confirmed = await confirm(ada, ticket.id);
    expect(await confirmed.json()).toMatchObject({ id: ticket.id, name: "sea trip.bin", size: 3 });
    expect(errorCode(await send(graces, "lobby"))).toBe("ID_INVALID");
    await adas.ask("join", { room: "garden" });
    expect(errorCode(await send(adas, "garden"))).toBe("ID_INVALID");
    const elsewhere = await chat.call(ada, fileOf(ticket.id, "garden"));
    expect(elsewhere.status).toBe(404);
    expect((await send(adas, "lobby"))["type"]).toBe("answer");
    await leave();
  });

  it("are proven by the bucket's own event, though nobody says that they have arrived", async () => {
    const ticket = await ticketFor(ada, 3);
    expect((await post(ticket, new Uint8Array([1, 2, 3]))).status).toBe(204);
    const link = async (): Promise<number> => (await chat.call(grace, fileOf(ticket.id))).status;
    await expect.poll(link, patient).toBe(200);
  });

  it("in parts are asked about by who got the ticket, and by nobody else", async () => {
    const { id } = await ticketFor(ada, 17_000_000);
    const ask = async (who: SignedIn, command: object): Promise<unknown[]> => {
      const answer = await chat.call(who, "/rooms/lobby/uploads/parts", {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(command),
      });
      return [answer.status, await answer.json()];
    };
    expect(await ask(ada, { do: "list", id })).toEqual([200, { stored: [] }]);
    expect(await ask(grace, { do: "list", id })).toMatchObject([404, { title: "Not Found" }]);
    expect(await ask(ada, { do: "complete", id })).toMatchObject([409, {}]);
    expect(await ask(ada, { do: "all", id })).toMatchObject([400, {}]);
    expect(await ask(ada, { do: "abort", id })).toEqual([200, {}]);
    expect(await ask(ada, { do: "list", id })).toMatchObject([422, {}]);
  });

  it("holds the uploader to the size and the form of the ticket", async () => {
    const ticket = await ticketFor(ada, 4);
    const larger = await post(ticket, new Uint8Array(5));
    expect([larger.status, await larger.text()]).toEqual([400, expect.stringContaining("EntityTooLarge")]);
    const smaller = await post(ticket, new Uint8Array(3));
    expect([smaller.status, await smaller.text()]).toEqual([400, expect.stringContaining("EntityTooSmall")]);
    const fields = { ...ticket.fields, key: "rooms/lobby/elsewhere" };
    const moved = await post({ ...ticket, fields }, new Uint8Array(4));
    expect([moved.status, await moved.text()]).toEqual([403, expect.stringContaining("AccessDenied")]);
  });

  it("tells the uploader what is not taken", async () => {
    const offer = (fields: object): Promise<Response> =>
      chat.call(ada, "/rooms/lobby/uploads", {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ filename: "a", contentType: "image/png", size: 1, ...fields }),
      });
    const [tooLarge, wrongType] = await Promise.all([
      offer({ size: 200_000_001 }),
      offer({ contentType: "image/svg+xml" }),
    ]);
    expect([tooLarge?.status, wrongType?.status]).toEqual([413, 415]);
    expect(await tooLarge?.json()).toMatchObject({ detail: expect.stringContaining("200") as string });
  });
});

describe("a client that loses its connection", () => {
  it("comes back by itself, with every missed message in order and none twice", async () => {
    const sockets: WsWebSocket[] = [];
    class KeptWebSocket extends WsWebSocket {
      constructor(url: string, protocols: string[]) {
        super(url, protocols);
        sockets.push(this);
      }
    }
    const line = connectSocket<typeof chatSocket>({
      url: chat.urls.websocket,
      protocol: "chat.v1",
      token: () => ada.accessToken,
      WebSocket: KeptWebSocket,
      reconnect: { firstMs: 200 },
    });
    const room = "workshop";
    const shown: ChatMessage[] = [];
    const { last } = await line.send("join", { room });
    const sequence = createSequence<ChatMessage>({ after: last });
    const take = (message: ChatMessage): void => void shown.push(...sequence.take(message).ready);
    line.on("message", take);
    const caughtUp = Promise.withResolvers<void>();
    line.onState((change) => {
      if (change.state !== "open" || !change.again) return;
      void line
        .send("join", { room })
        .then(() => history(ada, `${room}/messages?after=${sequence.last}`))
        .then(({ messages }) => messages.forEach(take))
        .then(caughtUp.resolve, caughtUp.reject);
    });

    const graces = await chat.connect(grace);
    await graces.ask("join", { room });
    const said: string[] = [];
    const say = async (): Promise<void> => {
      const text = words();
      await graces.ask("send", { room, key: randomUUID(), text });
      said.push(text);
    };
    await say();
    await expect.poll(() => shown, patient).toHaveLength(1);
    const gone = graces.heard((frame) => frame["type"] === "presence" && frame["here"] === false);
    sockets[0]?.terminate();
    await gone; // the gateway knows it too: what is said from now on reaches nobody
    await say();
    await say();
    await caughtUp.promise;
    await say();
    await expect.poll(() => shown, patient).toHaveLength(4);
    expect(shown.map(({ text }) => text)).toEqual(said);
    expect(sockets).toHaveLength(2);
    line.close();
    await graces.close();
  });

  it("hears the server's own codes as errors", async () => {
    const line = connectSocket<typeof chatSocket>({
      url: chat.urls.websocket,
      protocol: "chat.v1",
      token: () => ada.accessToken,
      WebSocket: WsWebSocket,
    });
    const refused = line.send("join", { room: "attic" });
    await expect(refused).rejects.toBeInstanceOf(SocketError);
    await expect(refused).rejects.toMatchObject({
      code: "NO_SUCH_ROOM",
      requestId: expect.any(String) as string,
    });
    line.close();
  });
});

function awsAccess(other: { secretAccessKey?: string } = {}): {
  region: string;
  credentials: { accessKeyId: string; secretAccessKey: string };
} {
  const { environment } = chat.gateway;
  return {
    region: environment["AWS_REGION"] ?? "",
    credentials: {
      accessKeyId: environment["AWS_ACCESS_KEY_ID"] ?? "",
      secretAccessKey: environment["AWS_SECRET_ACCESS_KEY"] ?? "",
      ...other,
    },
  };
}

describe("@connections, by AWS's own client", () => {
  const management = (access = awsAccess()): ApiGatewayManagementApiClient =>
    new ApiGatewayManagementApiClient({ ...access, endpoint: chat.urls.websocket.replace(/^ws/, "http") });

  /** The newest connection of a user, as the chat's own table has it. */
  async function connectionOf(who: SignedIn): Promise<string> {
    const dynamodb = new DynamoDBClient({ ...awsAccess(), endpoint: chat.gateway.urls.dynamodb ?? "" });
    const TableName = chat.definition.tables.find(({ name }) => name.endsWith("connections"))?.name;
    const { Items = [] } = await dynamodb.send(new ScanCommand({ TableName }));
    const own = Items.filter((item) => item["userId"]?.S === who.userId && item["connectionId"]?.S);
    const newest = own.sort((a, b) => Number(b["connectedAt"]?.N) - Number(a["connectedAt"]?.N))[0];
    return newest?.["connectionId"]?.S ?? "";
  }

  it("posts, looks and closes; then the connection is gone", async () => {
    const alan = await chat.signIn("alan");
    const wire = await chat.connect(alan);
    const ConnectionId = await connectionOf(alan);
    const client = management();
    await client.send(new PostToConnectionCommand({ ConnectionId, Data: '{"type":"note","text":"hello"}' }));
    expect(await wire.heard((frame) => frame["type"] === "note")).toEqual({ type: "note", text: "hello" });
    const seen = await client.send(new GetConnectionCommand({ ConnectionId }));
    expect(seen.ConnectedAt).toBeInstanceOf(Date);
    expect(seen.Identity).toEqual({ SourceIp: "127.0.0.1" });
    await client.send(new DeleteConnectionCommand({ ConnectionId }));
    expect(await wire.ended).toEqual({ code: 1000, reason: "Connection Closed Normally" });
    const late = client.send(new PostToConnectionCommand({ ConnectionId, Data: "{}" }));
    await expect(late).rejects.toBeInstanceOf(GoneException);
  });

  it("is closed to who does not hold the gateway's credentials", async () => {
    const stranger = management(awsAccess({ secretAccessKey: "not the secret" }));
    const posting = stranger.send(
      new PostToConnectionCommand({ ConnectionId: "AAAAAAAAAAAAAAA=", Data: "x" }),
    );
    await expect(posting).rejects.toMatchObject({ name: "ForbiddenException" });
  });
});

describe("what the developer saw of all this", () => {
  it("names every call, and holds no token, password, key or message", () => {
    const { lines } = chat.record;
    for (const call of [
      /^info HTTP GET \/rooms 200 \d+ ms \(GET \/rooms\)$/,
      /^info REST GET \/dev\/statistics 200 /,
      /^info WebSocket \$connect \S+ 101 /,
      /^info WebSocket send \S+ ok /,
      /^info WebSocket \$disconnect \S+ 1006 ok /,
    ]) {
      expect(lines.filter((line) => call.test(line)).length, String(call)).toBeGreaterThan(0);
    }
    expect(linesWith(secretsOf(chat, [ada, grace]), lines)).toEqual([]);
    expect(lines.filter((line) => /said [0-9a-f]{8}-/.test(line))).toEqual([]);
    expect(lines.filter((line) => line.startsWith("error "))).toEqual([]);
  });
});

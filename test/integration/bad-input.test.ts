// What bad input gets: a clear answer for who sent it, a line for the developer, and a process that lives on.
import { createSign, generateKeyPairSync, randomUUID } from "node:crypto";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { readServerless, startGateway, type Gateway } from "@gatewright/gateway";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { createDeveloperRecord, type DeveloperRecord } from "./developer-record.ts";
import { readClaims, startChat, type RunningChat, type SignedIn } from "./running-chat.ts";
import { linesWith, secretsOf } from "./secrets.ts";
import { openWire, refusalOf, type Frame, type Wire } from "./wire.ts";
import { noteSecret } from "../secrets/note.ts";

/** Put into every body and query that is sent here: nobody but the function has any business with it. */
const marker = `marker-${randomUUID()}`;
const apiKey = "a-key-that-must-stay-out-of-logs";

/** For what another thread has to do first. */
const patient = { timeout: 10_000, interval: 5 };

let chat: RunningChat;
let ada: SignedIn;
let service: Gateway;
let record: DeveloperRecord;
let folder: string;
let rest: string;
let http: string;
let socket: string;
/** One connection that must live through all that other clients and functions do. */
let bystander: Wire;

beforeAll(async () => {
  record = createDeveloperRecord();
  folder = await mkdtemp(join(tmpdir(), "gatewright-misbehaving-"));
  const file = fileURLToPath(new URL("fixtures/misbehaving/serverless.yml", import.meta.url));
  const { log, output } = record;
  service = await startGateway({ definition: await readServerless(file), folder, log, output });
  await service.functions.warm();
  ({ rest = "", http = "", websocket: socket = "" } = service.urls);
  chat = await startChat();
  ada = await chat.signIn("ada");
  bystander = await openWire(socket);
});

afterAll(async () => {
  await bystander?.close();
  await service?.close();
  await chat?.close();
  if (folder) await rm(folder, { recursive: true, force: true });
});

afterEach(async function everythingStillAnswers() {
  const answers = await Promise.all([
    fetch(`${rest}/misbehave/fine`),
    fetch(`${http}/misbehave/fine`),
    chat.call(ada, "/rooms"),
  ]);
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
  const seen = bystander.frames.length;
  bystander.send(JSON.stringify({ action: "misbehave", how: "fine" }));
  await expect.poll(() => bystander.frames.slice(seen), patient).toEqual([{ way: "fine" }]);
});

/** Status and JSON body of an answer. */
async function told(asked: Promise<Response>): Promise<readonly [status: number, body: unknown]> {
  const answer = await asked;
  return [answer.status, await answer.json()];
}

const post = (url: string, body: string, type = "application/json"): Promise<Response> =>
  fetch(url, { method: "POST", body, headers: { "content-type": type } });

const doors = [
  { api: "HTTP", at: () => http },
  { api: "REST", at: () => rest },
] as const;

describe.each(doors)("a request to the $api API", ({ api, at }) => {
  it("that is malformed JSON is told where it breaks, and none of it is repeated", async () => {
    const from = record.lines.length;
    const [status, body] = await told(post(`${at()}/notes`, `{"title": "${marker}",\n "stars": oops}`));
    expect(status).toBe(400);
    expect(body).toMatchObject({
      status: 400,
      title: "Bad Request",
      detail: "The body is not valid JSON: it breaks at line 2, column 11.",
    });
    expect(JSON.stringify(body)).not.toContain(marker);
    await record.heard(new RegExp(`^info ${api} POST .*/notes 400 `), from);
  });

  it("of the wrong types is told each mistake by its path", async () => {
    const [status, body] = await told(post(`${at()}/notes`, '{"title": "", "stars": "five"}'));
    expect(status).toBe(400);
    const { errors } = body as { errors: { path: string }[] };
    expect(errors.map(({ path }) => path)).toEqual(["body.title", "body.stars"]);
  });

  it("of another content type, without a body, or with a key that reaches a prototype is refused", async () => {
    const note = '{"title": "a", "stars": 1}';
    const [type, none, key] = await Promise.all([
      told(post(`${at()}/notes`, note, "text/plain")),
      told(post(`${at()}/notes`, "")),
      told(post(`${at()}/notes`, '{"__proto__": {"admin": true}, "title": "a", "stars": 1}')),
    ]);
    expect(type).toMatchObject([415, { detail: "This route takes application/json." }]);
    expect(none).toMatchObject([400, { errors: [{ path: "body" }] }]);
    expect(key).toMatchObject([422, { detail: "The body holds a key that is not allowed." }]);
  });

  it("whose function throws gets a bare 500, and the developer the stack in the source", async () => {
    const from = record.lines.length;
    const [status, body] = await told(post(`${at()}/notes`, '{"title": "explode", "stars": 1}'));
    expect(status).toBe(500);
    expect(body).toEqual({
      type: "about:blank",
      title: "Internal Server Error",
      status: 500,
      instance: expect.stringMatching(/^urn:request:/) as string,
    });
    await record.heard(/^\[notes stderr\].*Error: the notes exploded/, from);
    await record.heard(/^\[notes stderr\] .*misbehaving\/notes\.ts:9:/, from);
  });

  it("that is too long in its address or its headers is refused before anything runs", async () => {
    const [address, header] = await Promise.all([
      fetch(`${at()}/misbehave/fine?${marker}=${"x".repeat(11_000)}`),
      fetch(`${at()}/misbehave/fine`, { headers: { "x-long": "x".repeat(11_000) } }),
    ]);
    expect([address?.status, header?.status]).toEqual([414, 431]);
  });
});

describe("a body that is too large", () => {
  it("is refused over 10 MB and read no further", async () => {
    const from = record.lines.length;
    const body = "x".repeat(10_485_761);
    const [ofHttp, ofRest] = await Promise.all([post(`${http}/notes`, body), post(`${rest}/notes`, body)]);
    expect([ofHttp.status, await ofHttp.json()]).toEqual([413, { message: "Request Entity Too Large" }]);
    expect([ofRest.status, await ofRest.text()]).toEqual([
      413,
      "HTTP content length exceeded 10485760 bytes.",
    ]);
    await record.heard(/^info HTTP POST \/notes 413 /, from);
    await record.heard(/^info REST POST \/dev\/notes 413 /, from);
  });

  it("is refused where the function's event would be over 6 MB, and the developer is told why", async () => {
    const from = record.lines.length;
    const body = JSON.stringify({ title: "x".repeat(7_000_000), stars: 1 });
    expect(await told(post(`${http}/notes`, body))).toEqual([413, { message: "Request Entity Too Large" }]);
    expect(await told(post(`${rest}/notes`, body))).toEqual([413, { message: "Request Too Long" }]);
    await record.heard(/^info HTTP POST \/notes: The function's event is over 6 MB/, from);
    await record.heard(/^info REST POST \/notes: The function's event is over 6 MB/, from);
  });

  it("is not let out either: a result over 6 MB is the function's failure", async () => {
    const from = record.lines.length;
    expect(await told(fetch(`${http}/misbehave/large`))).toEqual([500, { message: "Internal Server Error" }]);
    expect(await told(fetch(`${rest}/misbehave/large`))).toEqual([502, { message: "Internal server error" }]);
    await record.heard(/^warn HTTP .*The function's result is over 6 MB/, from);
    await record.heard(/^warn REST .*The function's result is over 6 MB/, from);
  });
});

describe("an unknown route", () => {
  it("is answered as each API answers it", async () => {
    expect(await told(fetch(`${http}/nowhere`))).toEqual([404, { message: "Not Found" }]);
    expect(await told(fetch(`${http}/notes`))).toEqual([404, { message: "Not Found" }]);
    expect(await told(fetch(`${rest}/nowhere`))).toEqual([403, { message: "Missing Authentication Token" }]);
    expect(await told(fetch(`${rest}/notes`))).toEqual([403, { message: "Missing Authentication Token" }]);
    expect(await told(fetch(`${new URL(rest).origin}/prod/notes`))).toEqual([403, { message: "Forbidden" }]);
    expect(await refusalOf(`${socket}/deeper`)).toEqual({
      status: 403,
      errorType: "ForbiddenException",
      body: '{"message":"Forbidden"}',
    });
  });

  it("is Forbidden on a socket without $default, and the connection stays", async () => {
    const from = record.lines.length;
    const wire = await openWire(socket);
    wire.send(JSON.stringify({ action: "nowhere", note: marker }));
    wire.send(`not json ${marker}`);
    await expect.poll(() => wire.frames, patient).toHaveLength(2);
    for (const frame of wire.frames) {
      expect(frame).toEqual({
        message: "Forbidden",
        connectionId: expect.stringMatching(/=$/) as string,
        requestId: expect.stringMatching(/=$/) as string,
      });
    }
    await record.heard(/^warn WebSocket .*no route is selected and there is no \$default/, from);
    wire.send(JSON.stringify({ action: "misbehave", how: "fine" }));
    await wire.heard((frame) => frame["way"] === "fine");
    await wire.close();
  });
});

describe("a message to the chat", () => {
  const errorOf = (frame: Frame): Record<string, unknown> => frame["error"] as Record<string, unknown>; // where there is one

  it("that is malformed or of the wrong types is answered with what is wrong, and the connection stays", async () => {
    const wire = await chat.connect(ada);
    wire.send(`{"action":"join","room": ${marker}`);
    const malformed = await wire.heard((frame) => frame["error"] !== undefined);
    expect(errorOf(malformed)).toMatchObject({
      code: "BAD_REQUEST",
      message: "The body is not valid JSON: it breaks at line 1, column 26.",
    });
    const seen = wire.frames.length;
    for (const text of ["not json", "[1]", "7", '""']) wire.send(text);
    await expect
      .poll(() => wire.frames.slice(seen).filter((frame) => frame["error"]), patient)
      .toHaveLength(4);

    const wrong = await wire.ask("join", { room: 5 });
    expect(errorOf(wrong)).toMatchObject({ code: "INVALID_MESSAGE", errors: [{ path: "body.room" }] });
    const missing = await wire.ask("join");
    expect(errorOf(missing)).toMatchObject({ code: "INVALID_MESSAGE", errors: [{ path: "body.room" }] });
    const long = await wire.ask("send", { room: "lobby", key: "k", text: "x".repeat(4_001) });
    expect(errorOf(long)).toMatchObject({ code: "INVALID_MESSAGE", errors: [{ path: "body.text" }] });
    const refusedWith = (code: string): Promise<Frame> =>
      wire.heard((frame) => frame["error"] !== undefined && errorOf(frame)["code"] === code);
    wire.send('{"action":"join","room":"lobby","__proto__":{"admin":true}}');
    await refusedWith("UNPROCESSABLE_CONTENT");
    wire.send(JSON.stringify({ action: "join", id: 7, room: "lobby" }));
    await refusedWith("BAD_ID");
    const unknown = await wire.ask("nowhere");
    expect(errorOf(unknown)["code"]).toMatch(/^UNKNOWN_/);
    const reserved = await wire.ask("$connect");
    expect(errorOf(reserved)["code"]).toMatch(/^UNKNOWN_/);
    expect((await wire.ask("ping"))["type"]).toBe("answer");
    await wire.close();
  });

  it("to a room that was not joined is refused and reaches nobody", async () => {
    const wire = await chat.connect(ada);
    const refused = await wire.ask("send", { room: "lobby", key: randomUUID(), text: marker });
    expect(errorOf(refused)).toMatchObject({ code: "NOT_IN_ROOM", requestId: expect.any(String) as string });
    const { messages } = (await (await chat.call(ada, "/rooms/lobby/messages")).json()) as {
      messages: unknown[];
    };
    expect(JSON.stringify(messages)).not.toContain(marker);
    await wire.close();
  });

  it("by HTTP with wrong values is told each mistake", async () => {
    const headers = { "content-type": "application/json" };
    const upload = (body: string): Promise<Response> =>
      chat.call(ada, "/rooms/lobby/uploads", { method: "POST", headers, body });
    expect(await told(upload('{"filename":'))).toMatchObject([
      400,
      { detail: "The body is not valid JSON: it breaks at line 1, column 13." },
    ]);
    const [status, body] = await told(upload('{"filename":7,"contentType":"a","size":-1}'));
    expect(status).toBe(400);
    const paths = (body as { errors: { path: string }[] }).errors.map(({ path }) => path);
    expect(paths).toEqual(["body.filename", "body.contentType", "body.size"]);
    const query = await told(chat.call(ada, "/rooms/lobby/messages?limit=many&before=-1"));
    expect(query).toMatchObject([400, { errors: [{ path: "query.before" }, { path: "query.limit" }] }]);
  });
});

describe("what is too much for a socket", () => {
  const fine = (bytes: number): string =>
    JSON.stringify({ action: "misbehave", how: "fine", pad: "x".repeat(bytes) });
  /** Sends a text as frames of at most 30,000 bytes. */
  function sendInPieces(wire: Wire, text: string): void {
    for (let at = 0; at < text.length; at += 30_000) {
      const last = at + 30_000 >= text.length;
      wire.socket.send(text.slice(at, at + 30_000), { fin: last, binary: false });
    }
  }

  it("closes the connection with 1009: a frame over 32 KB, a message over 128 KB", async () => {
    const from = record.lines.length;
    const [byFrame, byMessage] = await Promise.all([openWire(socket), openWire(socket)]);
    byFrame.send(fine(33_000));
    sendInPieces(byMessage, fine(132_000));
    expect([(await byFrame.ended).code, (await byMessage.ended).code]).toEqual([1009, 1009]);
    await record.heard(/^warn WebSocket .*1009: it sent a message over 128 KB or a frame over 32 KB/, from);
  });

  it("is not a message of 120 KB in small frames", async () => {
    const wire = await openWire(socket);
    sendInPieces(wire, fine(120_000));
    expect(await wire.heard(() => true)).toEqual({ way: "fine" });
    await wire.close();
  });

  it("closes the connection with 1003 for bytes", async () => {
    const from = record.lines.length;
    const wire = await openWire(socket);
    wire.socket.send(Buffer.from([1, 2, 3]));
    expect((await wire.ended).code).toBe(1003);
    await record.heard(/^warn WebSocket .*1003: it sent a binary message/, from);
  });
});

describe("who may not come in", () => {
  const statistics = (headers: Record<string, string>): Promise<Response> =>
    fetch(`${chat.urls.rest}/statistics?${marker}`, { headers: { "x-api-key": chat.apiKey, ...headers } });
  const rooms = (headers: Record<string, string>): Promise<Response> =>
    fetch(`${chat.urls.http}/rooms?${marker}`, { headers });

  /** A token with changed claims, signed as the issuer signs, or with another key. */
  async function tokenWith(changes: object, otherKey?: string): Promise<string> {
    const key = otherKey ?? (await readFile(join(chat.folder, "cognito", "signing-key.pem"), "utf8"));
    const [header = ""] = ada.accessToken.split(".");
    const claims = JSON.stringify({ ...readClaims(ada.accessToken), ...changes });
    const text = `${header}.${Buffer.from(claims).toString("base64url")}`;
    return noteSecret(`${text}.${createSign("RSA-SHA256").update(text).sign(key, "base64url")}`);
  }
  const now = Math.floor(Date.now() / 1000);

  const unauthorized = { message: "Unauthorized" };
  const tokens: readonly {
    readonly kind: string;
    readonly make: () => Promise<string>;
    readonly code: string;
  }[] = [
    { kind: "something that is no token", make: async () => "garbage", code: "TOKEN_MALFORMED" },
    { kind: "an expired token", make: () => tokenWith({ exp: now - 60 }), code: "TOKEN_EXPIRED" },
    { kind: "a token of another client", make: () => tokenWith({ client_id: "x" }), code: "CLIENT_WRONG" },
    { kind: "an id token", make: async () => ada.idToken, code: "ID_TOKEN_REFUSED" },
    {
      kind: "a token that somebody else signed",
      make: () => tokenWith({}, generateKeyPairSync("rsa", pem).privateKey),
      code: "SIGNATURE_INVALID",
    },
    {
      kind: "an unsigned token",
      make: async () => `${unsigned}.${ada.accessToken.split(".")[1]}.`,
      code: "TOKEN_UNSIGNED",
    },
  ];

  it.each(tokens)(
    "with $kind is kept out of all three APIs, and the developer told why",
    async ({ make, code }) => {
      const from = chat.record.lines.length;
      const token = await make();
      const authorization = `Bearer ${token}`;
      expect(await told(rooms({ authorization }))).toEqual([403, { message: "Forbidden" }]);
      expect(await told(statistics({ authorization }))).toEqual([401, unauthorized]);
      expect(await refusalOf(chat.urls.websocket, ["chat.v1", `bearer.${token}`])).toEqual({
        status: 401,
        errorType: "UnauthorizedException",
        body: JSON.stringify(unauthorized),
      });
      const why = (): readonly string[] =>
        chat.record.lines
          .slice(from)
          .filter((line) => line.startsWith("[authorizer ") && line.includes(code));
      await expect.poll(why, patient).toHaveLength(3); // once for each API
    },
  );

  it("without a token is answered before the authorizer is asked", async () => {
    const from = chat.record.lines.length;
    expect(await told(rooms({}))).toEqual([401, unauthorized]);
    expect(await told(statistics({}))).toEqual([401, unauthorized]);
    expect((await refusalOf(chat.urls.websocket)).status).toBe(401);
    await chat.record.heard(/^info HTTP GET \/rooms: .*identity source is missing/, from);
    expect(chat.record.lines.slice(from).filter((line) => line.startsWith("[authorizer"))).toEqual([]);
    // A browser that offers the subprotocol alone has the header, so the authorizer says no.
    expect((await refusalOf(chat.urls.websocket, ["chat.v1"])).status).toBe(401);
  });

  it("without the API key gets 403, also with a token", async () => {
    const authorization = `Bearer ${ada.accessToken}`;
    expect(await told(statistics({ authorization, "x-api-key": "" }))).toEqual([
      403,
      { message: "Forbidden" },
    ]);
    expect(await told(fetch(`${rest}/closed`))).toEqual([403, { message: "Forbidden" }]);
    const open = await fetch(`${rest}/closed`, { headers: { "x-api-key": apiKey } });
    expect(open.status).toBe(200);
  });
});

const pem = {
  modulusLength: 2048,
  publicKeyEncoding: { type: "spki", format: "pem" },
  privateKeyEncoding: { type: "pkcs8", format: "pem" },
} as const;
const unsigned = Buffer.from('{"alg":"none","typ":"JWT"}').toString("base64url");

describe("a function that misbehaves", () => {
  const ways = [
    { how: "throw", seen: /^\[misbehave stderr\] ERROR\tInvoke Error\t\S+\tRangeError: thrown on purpose/ },
    { how: "reject", seen: /^\[misbehave stderr\] ERROR\tUnhandled Promise Rejection\tTypeError: rejected/ },
    {
      how: "hang",
      seen: /^\[misbehave stderr\] ERROR\tRequestId: \S+ Error: Task timed out after 1\.00 seconds/,
    },
    {
      how: "spin",
      seen: /^\[misbehave stderr\] ERROR\tRequestId: \S+ Error: Task timed out after 1\.00 seconds/,
    },
    { how: "exit", seen: /^warn REST .*Runtime\.ExitError/ },
    { how: "nonsense", seen: /^warn REST .*Malformed Lambda proxy response: statusCode/ },
  ] as const;

  it.each(ways)("($how) fails its own request, and nothing else", async ({ how, seen }) => {
    const from = record.lines.length;
    const wire = await openWire(socket);
    wire.send(JSON.stringify({ action: "misbehave", how }));
    const failing = Promise.all([
      told(fetch(`${http}/misbehave/${how}`)),
      told(fetch(`${rest}/misbehave/${how}`)),
      wire.heard(() => true),
    ]);
    // Others are answered meanwhile, by the same function.
    expect((await fetch(`${http}/misbehave/fine`)).status).toBe(200);
    const [ofHttp, ofRest, frame] = await failing;
    expect(ofHttp).toEqual([500, { message: "Internal Server Error" }]);
    expect(ofRest).toEqual([502, { message: "Internal server error" }]);
    expect(frame).toMatchObject({ message: "Internal server error" });
    await record.heard(seen, from);
    await record.heard(/^warn HTTP ANY \/misbehave\/\{how\}: /, from);
    await record.heard(/^warn REST ANY \/misbehave\/\{how\}: /, from);
    await record.heard(/^warn WebSocket misbehave /, from);
    expect(wire.socket.readyState).toBe(wire.socket.OPEN);
    await wire.close();
  });

  it("points at the line of the source, not of the bundle", async () => {
    const from = record.lines.length;
    await fetch(`${http}/misbehave/throw`);
    await record.heard(/^\[misbehave stderr\] .*fixtures\/misbehaving\/misbehave\.ts:14:\d+/, from);
  });

  it("at $connect keeps its client out, and only that one", async () => {
    const from = record.lines.length;
    const failed = { status: 502, errorType: "InternalServerErrorException" };
    const refused = await Promise.all(
      ["throw", "exit", "nonsense", "hang"].map((how) => refusalOf(`${socket}?how=${how}`)),
    );
    for (const refusal of refused) expect(refusal).toMatchObject(failed);
    expect((await refusalOf(`${socket}?how=refuse`)).status).toBe(418);
    await record.heard(/^error WebSocket \$connect \S+ misbehave: it failed with RangeError/, from);
  });

  it("is not waited for longer than its route allows", async () => {
    const from = record.lines.length;
    expect(await told(fetch(`${rest}/impatient`))).toEqual([504, { message: "Endpoint request timed out" }]);
    await record.heard(/^info REST GET \/dev\/impatient 504 /, from);
  });
});

describe("a client that keeps to no rules", () => {
  /** What a server says to text that is no HTTP, until it ends the connection. */
  async function answerTo(garbage: string, address: string): Promise<string> {
    const { hostname, port } = new URL(address);
    const line = connect(Number(port), hostname);
    line.end(garbage);
    return text(line);
  }

  it("and speaks no HTTP is answered 400 and left, at every door", async () => {
    const addresses = [...Object.values(chat.gateway.urls), rest, http, socket];
    const answers = await Promise.all(addresses.map((address) => answerTo("what is this?\r\n\r\n", address)));
    for (const answer of answers) expect(answer).toMatch(/^HTTP\/1\.1 400 /);
  });

  it("and leaves before its answer costs nobody else theirs", async () => {
    const leaving = new AbortController();
    const asked = fetch(`${http}/misbehave/hang`, { signal: leaving.signal });
    const gone = await openWire(socket);
    gone.send(JSON.stringify({ action: "misbehave", how: "hang" }));
    gone.socket.terminate();
    leaving.abort();
    await expect(asked).rejects.toThrow(/aborted/);
  });

  it("and sends the token issuer what it cannot read is told so in Cognito's words", async () => {
    const send = (operation: string, body: string): Promise<Response> =>
      fetch(chat.urls.cognito, {
        method: "POST",
        headers: { "x-amz-target": `AWSCognitoIdentityProviderService.${operation}` },
        body,
      });
    expect(await told(send("InitiateAuth", "{"))).toMatchObject([400, { __type: "SerializationException" }]);
    expect(await told(send("SignUp", "{}"))).toMatchObject([400, { __type: "UnknownOperationException" }]);
    expect(await told(send("InitiateAuth", " ".repeat(140_000)))).toMatchObject([
      413,
      { __type: "RequestTooLongException" },
    ]);
    const flow = chat.initiateAuth("USER_SRP_AUTH", {});
    expect(await told(flow)).toMatchObject([400, { __type: "InvalidParameterException" }]);
  });
});

describe("what the developer saw of all this", () => {
  it("holds no token, password, key or body", async () => {
    const secrets = [...secretsOf(chat, [ada]), apiKey, marker];
    expect(secrets.every((secret) => secret.length >= 10)).toBe(true);
    expect(record.lines.length).toBeGreaterThan(100);
    expect(chat.record.lines.length).toBeGreaterThan(50);
    expect(linesWith(secrets, [...record.lines, ...chat.record.lines])).toEqual([]);
    expect(linesWith([marker], [`a line with ${marker}`])).toHaveLength(1); // the search itself finds
  });
});

// The chat's live sockets: who is told of whom, what was missed, how fast one may talk, and tokens that end meanwhile.
import { randomUUID } from "node:crypto";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { Registry } from "@gatewright/connections";
import { dynamoRegistry } from "@gatewright/connections/dynamodb";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ChatMessage } from "../../examples/chat/functions/chat.ts";
import { startChat, type RunningChat, type SignedIn } from "./running-chat.ts";
import type { Frame, Wire } from "./wire.ts";

let chat: RunningChat;
let ada: SignedIn;
let grace: SignedIn;
let client: DynamoDBClient;
let registry: Registry;

beforeAll(async () => {
  chat = await startChat();
  [ada, grace] = await Promise.all([chat.signIn("ada"), chat.signIn("grace")]);
  const endpoint = chat.gateway.urls.dynamodb ?? "";
  const credentials = { accessKeyId: "local", secretAccessKey: "local" };
  client = new DynamoDBClient({ endpoint, region: "us-east-1", credentials });
  registry = dynamoRegistry({ table: "gatewright-chat-dev-connections", client });
});
afterAll(async () => {
  client?.destroy();
  await chat?.close();
});

const errorOf = (frame: Frame) => frame["error"] as { code?: string; retryAfter?: number } | undefined;
const changes = (wire: Wire, who: SignedIn): unknown[] =>
  wire.frames
    .filter(({ type, user }) => type === "presence" && (user as { userId: string }).userId === who.userId)
    .map(({ here }) => here);

/** The ids of a user's connections. */
async function connectionsOf(who: SignedIn): Promise<string[]> {
  const ids: string[] = [];
  for await (const page of registry.byUser(who.userId)) ids.push(...page.map((each) => each.connectionId));
  return ids;
}

/** The id of a user's one connection, when those of before have gone. */
async function connectionOf(who: SignedIn): Promise<string> {
  await expect.poll(async () => (await connectionsOf(who)).length, { timeout: 15_000 }).toBe(1);
  return (await connectionsOf(who))[0] ?? "";
}

describe("presence", () => {
  it("is told once for a user whose tabs come and go in the same instant", async () => {
    const graces = await chat.connect(grace);
    await graces.ask("join", { room: "garden" });
    for (let round = 1; round <= 3; round += 1) {
      const tabs = await Promise.all(Array.from({ length: 4 }, () => chat.connect(ada)));
      await Promise.all(tabs.map((tab) => tab.ask("join", { room: "garden" })));
      await Promise.all(tabs.map((tab) => tab.ask("leave", { room: "garden" })));
      await graces.ask("ping"); // whatever was said before has come by now
      expect(changes(graces, ada)).toEqual(Array.from({ length: round }, () => [true, false]).flat());
      await Promise.all(tabs.map((tab) => tab.close()));
    }
    await graces.close();
  });
});

describe("what was missed", () => {
  it("comes by resume, in order, over as many answers as it takes", { timeout: 30_000 }, async () => {
    const [adas, graces] = await Promise.all([chat.connect(ada), chat.connect(grace)]);
    await Promise.all([adas, graces].map((wire) => wire.ask("join", { room: "workshop" })));
    const from = (await adas.ask("send", { room: "workshop", key: randomUUID(), text: "before" }))["data"];
    await graces.close();
    const texts = Array.from({ length: 40 }, (_, at) => `${at} ${"é".repeat(3_990)}`);
    for (const text of texts) await adas.ask("send", { room: "workshop", key: randomUUID(), text });

    const back = await chat.connect(grace);
    expect(errorOf(await back.ask("resume", { room: "workshop", after: 0 }))?.code).toBe("NOT_IN_ROOM");
    await back.ask("join", { room: "workshop" });
    const got: ChatMessage[] = [];
    let after = (from as ChatMessage).seq;
    let answers = 0;
    for (let more = true; more;) {
      const { data } = await back.ask("resume", { room: "workshop", after });
      const missed = data as { messages: ChatMessage[]; more: boolean; gap?: unknown };
      expect(missed.gap).toBeUndefined();
      got.push(...missed.messages);
      after = missed.messages.at(-1)?.seq ?? after;
      ({ more } = missed);
      answers += 1;
    }
    expect(got.map(({ text }) => text)).toEqual(texts);
    expect(answers).toBeGreaterThan(2); // 320 KB do not fit two messages of 128 KB
    const { data } = await back.ask("resume", { room: "workshop", after });
    expect(data).toMatchObject({ messages: [], more: false });
    expect(errorOf(await back.ask("resume", { room: "workshop", after: -1 }))?.code).toBe("INVALID_MESSAGE");
    await Promise.all([adas.close(), back.close()]);
  });
});

describe("who talks too fast", () => {
  it("is told so with a time to wait, and stays connected", { timeout: 30_000 }, async () => {
    const wire = await chat.connect(ada);
    const other = await chat.connect(ada);
    const answers: Frame[] = [];
    while (answers.length < 250 && !errorOf(answers.at(-1) ?? {})) answers.push(await wire.ask("ping"));
    const refusal = errorOf(answers.at(-1) ?? {});
    expect(refusal).toMatchObject({
      code: "TOO_MANY_MESSAGES",
      message: expect.stringContaining("At most 100 messages in 10 s: try again in") as unknown,
    });
    expect(refusal?.retryAfter).toBeGreaterThanOrEqual(1);
    expect(refusal?.retryAfter).toBeLessThanOrEqual(10);
    expect((await other.ask("ping"))["type"]).toBe("answer"); // each connection has its own rate
    expect(wire.socket.readyState).toBe(wire.socket.OPEN);
    await Promise.all([wire.close(), other.close()]);
  });
});

describe("a token that ends while the socket is open", () => {
  it("is asked for anew, and a good one of the same user makes the session last", async () => {
    const wire = await chat.connect(ada);
    const connectionId = await connectionOf(ada);
    const first = (await registry.find(connectionId))?.expiresAt ?? 0;
    expect(Math.abs(first - Date.now() - 3_600_000)).toBeLessThan(60_000);
    const soon = Date.now() + 300_000;
    await registry.touch(connectionId, { expiresAt: soon });
    await wire.ask("ping");
    expect(await wire.heard(({ type }) => type === "reauth")).toEqual({ type: "reauth", expiresAt: soon });

    for (const token of ["nonsense", grace.accessToken, ada.idToken]) {
      expect(errorOf(await wire.ask("reauth", { token }))?.code).toBe("NOT_RENEWED");
    }
    expect((await registry.find(connectionId))?.expiresAt).toBe(soon);
    const { accessToken } = await chat.signIn("ada");
    const { data } = await wire.ask("reauth", { token: accessToken });
    const { until } = data as { until: number };
    expect(until).toBeGreaterThan(soon);
    expect((await registry.find(connectionId))?.expiresAt).toBe(until);
    await wire.close();
  });

  it("closes the socket at its end, and the room hears that the user has gone, once", async () => {
    const [adas, graces] = await Promise.all([chat.connect(ada), chat.connect(grace)]);
    await graces.ask("join", { room: "lobby" });
    await adas.ask("join", { room: "lobby" });
    const connectionId = await connectionOf(ada);
    await registry.touch(connectionId, { expiresAt: Date.now() - 1 });
    adas.send(JSON.stringify({ action: "send", room: "lobby", key: randomUUID(), text: "too late" }));
    expect((await adas.ended).code).toBe(1000);
    expect(errorOf(adas.frames.at(-1) ?? {})).toMatchObject({ code: "SESSION_EXPIRED" });
    await graces.heard(({ type, here }) => type === "presence" && here === false);
    await graces.ask("ping");
    expect(changes(graces, ada)).toEqual([true, false]);
    expect(graces.frames.filter(({ text }) => text === "too late")).toEqual([]);
    expect(await connectionsOf(ada)).toEqual([]);
    await graces.close();
  });

  it("closes a silent socket too, and reminds the others, by the minute", async () => {
    const [adas, graces] = await Promise.all([chat.connect(ada), chat.connect(grace)]);
    await Promise.all([adas, graces].map((wire) => wire.ask("join", { room: "garden" })));
    const [over, soon] = await Promise.all([connectionOf(ada), connectionOf(grace)]);
    const expiresAt = Date.now() + 300_000;
    await registry.touch(over, { expiresAt: Date.now() - 1 });
    await registry.touch(soon, { expiresAt });
    const swept = await chat.gateway.functions.invoke("sessions", {}, { timeoutMs: 20_000 });
    expect(swept).toMatchObject({ kind: "returned" }); // the schedule itself may have done it already
    expect((await adas.ended).code).toBe(1000);
    expect(errorOf(adas.frames.at(-1) ?? {})).toMatchObject({ code: "SESSION_EXPIRED" });
    expect(await graces.heard(({ type }) => type === "reauth")).toEqual({ type: "reauth", expiresAt });
    await graces.heard(({ type, here }) => type === "presence" && here === false);
    await graces.close();
  });
});

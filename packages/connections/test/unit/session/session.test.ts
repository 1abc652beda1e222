// Sessions on live sockets: ended, renewed, revoked, reminded, and kept from talking too fast.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  memoryMeter,
  memoryPoster,
  memoryRegistry,
  sessionControl,
  type Meter,
  type SessionRules,
} from "../../../src/index.ts";
import { dynamoMeter } from "../../../src/dynamodb.ts";
import { startDynamoTable, type DynamoTable } from "../../dynamo-table.ts";

const endpoint = "https://abc.execute-api.eu-west-1.amazonaws.com/dev";

let dynamo: DynamoTable;
beforeAll(async () => {
  dynamo = await startDynamoTable();
});
afterAll(() => dynamo.close());

const meters: Record<string, (now: () => number) => Meter> = {
  memoryMeter: (now) => memoryMeter({ now }),
  dynamoMeter: (now) => dynamoMeter({ table: dynamo.table, client: dynamo.client, now }),
};

function open(rules: SessionRules = {}, meter?: (now: () => number) => Meter) {
  const clock = { now: Date.UTC(2026, 0, 1) };
  const now = (): number => clock.now;
  const closed: string[] = [];
  const registry = memoryRegistry({ now });
  const inner = memoryPoster();
  const poster = {
    ...inner,
    close: async (to: { connectionId: string; endpoint: string }) => (
      closed.push(to.connectionId),
      inner.close(to)
    ),
  };
  const sessions = sessionControl(
    { registry, poster, ...(meter && { meter: meter(now) }) },
    { now, ...rules },
  );
  const connect = async (connectionId: string, expiresInMs?: number, userId = "ada"): Promise<void> => {
    const expiresAt = expiresInMs === undefined ? {} : { expiresAt: clock.now + expiresInMs };
    await registry.connect({ connectionId, endpoint, userId, ...expiresAt });
    await registry.join(connectionId, "lobby");
  };
  return { clock, closed, registry, poster, sessions, connect };
}

describe("sessionControl", () => {
  it("takes messages until the token ends, and closes then", async () => {
    const { clock, closed, poster, sessions, connect, registry } = open();
    await connect("a", 60_000);
    await connect("forever");
    expect(await sessions.admit("a")).toMatchObject({ ok: true, connection: { userId: "ada" } });
    clock.now += 60_000;
    expect(await sessions.admit("a")).toMatchObject({
      ok: false,
      refusal: { code: "SESSION_EXPIRED" },
      departure: { userId: "ada", rooms: ["lobby"] },
    });
    const why = expect.stringContaining('{"error":{"code":"SESSION_EXPIRED"') as unknown;
    expect(poster.posted.at(-1)).toMatchObject({ connectionId: "a", text: why });
    expect(closed).toEqual(["a"]);
    expect(await registry.find("a")).toBeUndefined();
    expect(await sessions.admit("a")).toMatchObject({ ok: false, refusal: { code: "SESSION_UNKNOWN" } });
    expect(await sessions.admit("forever")).toMatchObject({ ok: true });
  });

  it("reminds who is admitted near the end, not with each message, and no more once it is renewed", async () => {
    const { clock, poster, sessions, connect } = open({ remindMs: 60_000 });
    await connect("a", 120_000);
    await connect("forever");
    await sessions.admit("a");
    expect(poster.posted).toEqual([]);
    clock.now += 60_000;
    for (const each of ["a", "a", "forever"]) expect(await sessions.admit(each)).toMatchObject({ ok: true });
    const expiresAt = clock.now + 60_000;
    const reminder = { connectionId: "a", text: JSON.stringify({ type: "reauth", expiresAt }) };
    expect(poster.posted).toMatchObject([reminder]);
    clock.now += 30_000;
    await sessions.admit("a");
    expect(poster.posted).toMatchObject([reminder, reminder]);
    await sessions.renew("a", clock.now + 120_000);
    clock.now += 30_000;
    expect(await sessions.admit("a")).toMatchObject({ ok: true });
    expect(poster.posted).toHaveLength(2);
  });

  it("lets a session live longer with a new token", async () => {
    const { clock, sessions, connect } = open();
    await connect("a", 60_000);
    expect(await sessions.renew("a", clock.now + 120_000)).toBe(true);
    expect(await sessions.renew("nobody", clock.now)).toBe(false);
    clock.now += 90_000;
    expect(await sessions.admit("a")).toMatchObject({ ok: true });
  });

  it("sends a user away, from every tab", async () => {
    const { closed, sessions, connect } = open();
    await connect("a");
    await connect("b");
    await connect("c", undefined, "grace");
    const departures = await sessions.revoke("ada");
    expect(departures.map(({ connectionId, rooms }) => [connectionId, rooms])).toEqual([
      ["a", ["lobby"]],
      ["b", ["lobby"]],
    ]);
    expect(closed).toEqual(["a", "b"]);
    expect(await sessions.admit("c")).toMatchObject({ ok: true });
  });

  it("reminds whose token will end, and closes whose has", async () => {
    const { clock, closed, sessions, connect, poster } = open({ remindMs: 60_000 });
    await connect("over", 0);
    await connect("soon", 50_000);
    await connect("later", 100_000);
    await connect("never");
    const swept = await sessions.sweep();
    expect(swept).toMatchObject({ closed: [{ connectionId: "over", rooms: ["lobby"] }], reminded: 1 });
    expect(closed).toEqual(["over"]);
    expect(poster.posted).toEqual([
      {
        connectionId: "over",
        endpoint,
        text: expect.stringContaining("SESSION_EXPIRED") as unknown,
      },
      {
        connectionId: "soon",
        endpoint,
        text: JSON.stringify({ type: "reauth", expiresAt: clock.now + 50_000 }),
      },
    ]);
  });
});

describe.each(Object.entries(meters))("rates with %s", (kind, meter) => {
  it("refuse what comes too fast, with a frame that says when", async () => {
    const rules = { perConnection: { messages: 3, perMs: 10_000 }, perUser: { messages: 5, perMs: 10_000 } };
    const { clock, sessions, connect } = open(rules, meter);
    const [one, other, third] = ["1", "2", "3"].map((name) => `${kind}-${name}`) as [string, string, string];
    await connect(one, undefined, kind);
    await connect(other, undefined, kind);
    await connect(third, undefined, `${kind} grace`);
    const admitted = async (connectionId: string): Promise<boolean> =>
      (await sessions.admit(connectionId)).ok;
    expect([await admitted(one), await admitted(one), await admitted(one)]).toEqual([true, true, true]);
    clock.now += 4_000;
    expect(await sessions.admit(one)).toEqual({
      ok: false,
      refusal: {
        code: "TOO_MANY_MESSAGES",
        message: "At most 3 messages in 10 s: try again in 6 s.",
        retryAfterMs: 6_000,
      },
    });
    expect([await admitted(other), await admitted(other), await admitted(other)]).toEqual([
      true,
      true,
      false,
    ]);
    expect(await admitted(third)).toBe(true);
    clock.now += 6_000;
    expect([await admitted(one), await admitted(other)]).toEqual([true, true]);
  });

  it("let no more through when many come at once", async () => {
    const rules = { perConnection: { messages: 4, perMs: 10_000 } };
    const { sessions, connect } = open(rules, meter);
    await connect(`${kind}-burst`);
    const all = await Promise.all(Array.from({ length: 10 }, () => sessions.admit(`${kind}-burst`)));
    expect(all.filter(({ ok }) => ok)).toHaveLength(4);
  });
});

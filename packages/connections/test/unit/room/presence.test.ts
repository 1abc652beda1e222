// One suite for both kinds of presence: each change told once, whatever happens at the same time.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { memoryPresence, type Presence, type PresenceOptions } from "../../../src/index.ts";
import { dynamoPresence } from "../../../src/dynamodb.ts";
import { startDynamoTable, type DynamoTable } from "../../dynamo-table.ts";

let dynamo: DynamoTable;
let last = 0;
beforeAll(async () => {
  dynamo = await startDynamoTable();
});
afterAll(() => dynamo.close());

const kinds: Record<string, (options: PresenceOptions) => Presence> = {
  memoryPresence: (options) => memoryPresence(options),
  dynamoPresence: (options) => dynamoPresence({ table: dynamo.table, client: dynamo.client, ...options }),
};

const tab = (connectionId: string, userId = "ada", name = "Ada") => ({
  connectionId,
  userId,
  attributes: { name },
});

describe.each(Object.entries(kinds))("%s", (_, make) => {
  const open = () => {
    const clock = { now: Date.UTC(2026, 0, 1) };
    const presence = make({ now: () => clock.now, expiryMs: 60_000 });
    return { clock, presence, room: `room-${(last += 1)}` };
  };

  it("tells of a user once, however many tabs come and go", async () => {
    const { presence, room } = open();
    const here = { room, userId: "ada", here: true, attributes: { name: "Ada" } };
    expect(await presence.beat(room, tab("1"))).toEqual(here);
    expect(await presence.beat(room, tab("2"))).toBeUndefined();
    expect(await presence.beat(room, tab("1"))).toBeUndefined();
    await presence.beat(room, tab("3", "grace", "Grace"));
    expect(await presence.snapshot(room)).toEqual([
      { userId: "ada", attributes: { name: "Ada" }, tabs: 2 },
      { userId: "grace", attributes: { name: "Grace" }, tabs: 1 },
    ]);
    expect(await presence.leave(room, tab("1"))).toBeUndefined();
    expect(await presence.leave(room, tab("1"))).toBeUndefined();
    expect(await presence.leave(room, tab("2"))).toEqual({ ...here, here: false });
    expect(await presence.leave(room, tab("2"))).toBeUndefined();
    expect(await presence.snapshot(room)).toMatchObject([{ userId: "grace" }]);
    expect(await presence.beat(room, tab("4"))).toEqual(here);
  });

  it("gives a change to exactly one of those who ask at once", async () => {
    const { presence, room } = open();
    const tabs = Array.from({ length: 12 }, (_, at) => tab(String(at)));
    const came = await Promise.all(tabs.map((each) => presence.beat(room, each)));
    expect(came.filter((change) => change?.here)).toHaveLength(1);
    const went = await Promise.all(tabs.map((each) => presence.leave(room, each)));
    expect(went.filter((change) => change && !change.here)).toHaveLength(1);
    expect(await presence.snapshot(room)).toEqual([]);
  });

  it("makes up for a missed goodbye, once", async () => {
    const { clock, presence, room } = open();
    await presence.beat(room, tab("1"));
    await presence.beat(room, tab("2"));
    await presence.beat(room, tab("3", "grace", "Grace"));
    clock.now += 40_000;
    await presence.beat(room, tab("2"));
    expect(await presence.sweep(room)).toEqual([]);
    clock.now += 40_000;
    expect(await presence.snapshot(room)).toEqual([{ userId: "ada", attributes: { name: "Ada" }, tabs: 1 }]);
    const swept = (await Promise.all([1, 2, 3].map(() => presence.sweep(room)))).flat();
    expect(swept).toEqual([{ room, userId: "grace", here: false, attributes: { name: "Grace" } }]);
    // the tab that died takes nobody's last tab with it
    expect(await presence.leave(room, tab("2"))).toMatchObject({ userId: "ada", here: false });
    expect(await presence.beat(room, tab("3", "grace", "Grace"))).toMatchObject({ here: true });
  });
});

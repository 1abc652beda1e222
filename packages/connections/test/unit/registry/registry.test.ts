// One suite for both registries: what memory does, DynamoDB does.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { failures, memoryRegistry, type Occupant, type Registry } from "../../../src/index.ts";
import { dynamoRegistry } from "../../../src/dynamodb.ts";
import { startDynamoTable, type DynamoTable } from "../../dynamo-table.ts";

const endpoint = "https://abc.execute-api.eu-west-1.amazonaws.com/dev";
const twoHours = 7_200_000;

let dynamo: DynamoTable;
let last = 0;
/** Names that no other test uses, so that the tests can share a table. */
const fresh = (what: string): string => `${what}-${(last += 1)}`;

const flat = async (pages: AsyncIterable<readonly Occupant[]>): Promise<Occupant[]> => {
  const all: Occupant[] = [];
  for await (const page of pages) {
    expect(page.length).toBeGreaterThan(0);
    all.push(...page);
  }
  return all.sort((one, other) => (one.connectionId < other.connectionId ? -1 : 1));
};
const idsOf = async (pages: AsyncIterable<readonly Occupant[]>): Promise<string[]> =>
  (await flat(pages)).map(({ connectionId }) => connectionId);

beforeAll(async () => {
  dynamo = await startDynamoTable();
});
afterAll(() => dynamo.close());

const kinds: Record<string, (now: () => number) => Registry> = {
  memoryRegistry: (now) => memoryRegistry({ now }),
  dynamoRegistry: (now) => dynamoRegistry({ table: dynamo.table, client: dynamo.client, now }),
};

describe.each(Object.entries(kinds))("%s", (_, make) => {
  const open = (start = Date.UTC(2026, 0, 1)) => {
    const clock = { now: start };
    return { clock, registry: make(() => clock.now) };
  };

  it("finds what was connected, with everything that was said", async () => {
    const { clock, registry } = open();
    const connectionId = fresh("XDmE=/+");
    const attributes = { name: "Ada", age: 36, admin: true, empty: "" };
    const given = { connectionId, endpoint, userId: "ada", attributes, expiresAt: 99, connectedAt: 5_000 };
    clock.now = 6_000;
    const whole = { ...given, lastSeenAt: 6_000 };
    expect(await registry.connect(given)).toEqual(whole);
    expect(await registry.find(connectionId)).toEqual(whole);
    expect(await registry.find(fresh("nobody"))).toBeUndefined();
  });

  it("completes what was left out", async () => {
    const { clock, registry } = open();
    const connectionId = fresh("c");
    await registry.connect({ connectionId, endpoint, userId: "ada" });
    expect(await registry.find(connectionId)).toEqual({
      connectionId,
      endpoint,
      userId: "ada",
      attributes: {},
      connectedAt: clock.now,
      lastSeenAt: clock.now,
    });
  });

  it("notes that a connection is alive, and only one that is there", async () => {
    const { clock, registry } = open();
    const connectionId = fresh("c");
    await registry.connect({ connectionId, endpoint, userId: "ada" });
    clock.now += 60_000;
    expect(await registry.touch(connectionId)).toBe(true);
    expect((await registry.find(connectionId))?.lastSeenAt).toBe(clock.now);
    const nobody = fresh("nobody");
    expect(await registry.touch(nobody)).toBe(false);
    expect(await registry.find(nobody)).toBeUndefined();
  });

  it("joins and leaves rooms", async () => {
    const { registry } = open();
    const [connectionId, one, other] = [fresh("c"), fresh("room#with:signs"), fresh("room")];
    await registry.connect({ connectionId, endpoint, userId: "ada", attributes: { name: "Ada" } });
    await registry.join(connectionId, one);
    await registry.join(connectionId, one);
    const joined = await registry.join(connectionId, other);
    expect(joined.attributes).toEqual({ name: "Ada" });
    expect(await registry.rooms(connectionId)).toEqual([one, other].sort());
    const { connectedAt } = joined;
    expect(await flat(registry.inRoom(one))).toEqual([
      { connectionId, endpoint, userId: "ada", attributes: { name: "Ada" }, connectedAt },
    ]);
    await registry.leave(connectionId, one);
    await registry.leave(connectionId, one);
    expect(await registry.rooms(connectionId)).toEqual([other]);
    expect(await flat(registry.inRoom(one))).toEqual([]);
  });

  it("lets only a known connection into a room", async () => {
    const { registry } = open();
    const room = fresh("room");
    await expect(registry.join(fresh("nobody"), room)).rejects.toMatchObject({ code: "CONNECTION_UNKNOWN" });
    expect(await flat(registry.inRoom(room))).toEqual([]);
  });

  it("tells people, not tabs", async () => {
    const { registry } = open();
    const [room, ada, grace] = [fresh("room"), fresh("ada"), fresh("grace")];
    for (const [userId, tab] of [
      [grace, 1],
      [ada, 1],
      [ada, 2],
    ] as const) {
      const connectionId = fresh("c");
      await registry.connect({
        connectionId,
        endpoint,
        userId,
        attributes: { tab },
        connectedAt: Date.UTC(2026, 0, 1, 0, tab),
      });
      await registry.join(connectionId, room);
    }
    expect(await registry.members(room)).toEqual([
      { userId: ada, connections: 2, attributes: { tab: 2 } },
      { userId: grace, connections: 1, attributes: { tab: 1 } },
    ]);
    expect(await idsOf(registry.byUser(ada))).toHaveLength(2);
    expect(await registry.members(fresh("empty"))).toEqual([]);
  });

  it("gives an audience in pages of the size that was asked for", async () => {
    const { registry } = open();
    const room = fresh("room");
    const ids = Array.from({ length: 7 }, () => fresh("c"));
    for (const connectionId of ids) {
      await registry.connect({ connectionId, endpoint, userId: "ada" });
      await registry.join(connectionId, room);
    }
    const sizes: number[] = [];
    for await (const page of registry.inRoom(room, { pageSize: 3, consistent: false }))
      sizes.push(page.length);
    expect(sizes).toEqual([3, 3, 1]);
    expect(await idsOf(registry.inRoom(room, { pageSize: 2 }))).toEqual([...ids].sort());
  });

  it.each([0, 1, 11, 12, 13, 100])("forgets a connection with its %i rooms", async (count) => {
    const { registry } = open();
    const [connectionId, stays, userId] = [fresh("c"), fresh("c"), fresh("ada")];
    const rooms = Array.from({ length: count }, () => fresh("room"));
    await registry.connect({ connectionId, endpoint, userId, attributes: { name: "Ada" } });
    await registry.connect({ connectionId: stays, endpoint, userId });
    for (const room of rooms) await registry.join(connectionId, room);
    if (rooms[0]) await registry.join(stays, rooms[0]);

    const departure = await registry.disconnect(connectionId);
    expect(departure).toEqual({
      connectionId,
      userId,
      attributes: { name: "Ada" },
      rooms: [...rooms].sort(),
    });
    expect(await registry.find(connectionId)).toBeUndefined();
    expect(await registry.rooms(connectionId)).toEqual([]);
    expect(await idsOf(registry.byUser(userId))).toEqual([stays]);
    for (const room of rooms) {
      expect(await idsOf(registry.inRoom(room))).toEqual(room === rooms[0] ? [stays] : []);
    }
    expect(await registry.disconnect(connectionId)).toBeUndefined();
  });

  it("never lets a late disconnect remove a newer connection", async () => {
    const { registry } = open();
    const [connectionId, room, userId] = [fresh("c"), fresh("room"), fresh("ada")];
    await registry.connect({ connectionId, endpoint, userId, connectedAt: Date.UTC(2026, 0, 1) });
    await registry.join(connectionId, room);
    const unlessNewerThan = Date.UTC(2026, 0, 1) - 1;
    expect(await registry.disconnect(connectionId, { unlessNewerThan })).toBeUndefined();
    expect(await idsOf(registry.inRoom(room))).toEqual([connectionId]);
    expect(await idsOf(registry.byUser(userId))).toEqual([connectionId]);
    const departure = await registry.disconnect(connectionId, { unlessNewerThan: unlessNewerThan + 1 });
    expect(departure?.rooms).toEqual([room]);
  });

  it("spreads a room while people are in it, and finds each of them once", async () => {
    const { clock, registry } = open();
    const room = fresh("room");
    const come = async (count: number): Promise<string[]> => {
      const ids = Array.from({ length: count }, () => fresh("c"));
      for (const connectionId of ids) {
        await registry.connect({ connectionId, endpoint, userId: "ada" });
        await registry.join(connectionId, room);
      }
      return ids;
    };
    expect(await registry.shards(room)).toBe(1);
    const first = await come(5);
    await registry.split(room, 4);
    const second = await come(12);
    await registry.join(first[0] ?? "", room);
    expect(await idsOf(registry.inRoom(room))).toEqual([...first, ...second].sort());

    await registry.split(room, 2);
    expect(await registry.shards(room)).toBe(4);
    const third = await come(6);
    const parts = await Promise.all([0, 1, 2, 3].map((shard) => idsOf(registry.inRoom(room, { shard }))));
    expect(parts.flat().sort()).toEqual([...first, ...second, ...third].sort());
    expect(parts.filter((part) => part.length > 0).length).toBeGreaterThan(2);
    for (const connectionId of [first[1], second[0], second[7], third[2]])
      await registry.leave(connectionId ?? "", room);
    await registry.disconnect(second[1] ?? "");
    expect(await idsOf(registry.inRoom(room))).toHaveLength(18);

    clock.now += twoHours + 300_000;
    expect(await registry.shards(room)).toBe(2);
    for (const shards of [0, 1.5, 257, Number.NaN]) {
      await expect(registry.split(room, shards)).rejects.toMatchObject({ code: "BAD_SHARDS" });
    }
  });

  it("goes on where another reader stopped", async () => {
    const { registry } = open();
    const [room, userId] = [fresh("room"), fresh("ada")];
    const ids = Array.from({ length: 9 }, () => fresh("c"));
    for (const connectionId of ids) {
      await registry.connect({ connectionId, endpoint, userId });
      await registry.join(connectionId, room);
    }
    const halves = [
      (after?: string) => registry.inRoom(room, { shard: 0, pageSize: 4, ...(after && { after }) }),
      (after?: string) => registry.byUser(userId, { pageSize: 4, ...(after && { after }) }),
    ];
    for (const read of halves) {
      let page: readonly Occupant[] = [];
      for await (page of read()) break;
      const rest = await idsOf(read(page.at(-1)?.connectionId));
      expect([...page.map(({ connectionId }) => connectionId), ...rest].sort()).toEqual([...ids].sort());
    }
  });

  it("gives everyone, whole or in segments", async () => {
    const { registry } = open();
    const ids = Array.from({ length: 11 }, () => fresh("c"));
    for (const connectionId of ids) {
      await registry.connect({ connectionId, endpoint, userId: "ada", expiresAt: 7 });
      await registry.join(connectionId, fresh("room"));
    }
    expect(await idsOf(registry.everyone())).toEqual(expect.arrayContaining(ids));
    const segments = await Promise.all(
      [0, 1, 2].map((shard) => idsOf(registry.everyone({ shard, shards: 3, pageSize: 7 }))),
    );
    expect(
      segments
        .flat()
        .filter((id) => ids.includes(id))
        .sort(),
    ).toEqual([...ids].sort());
    const one = (await flat(registry.everyone())).find(({ connectionId }) => connectionId === ids[0]);
    expect(one).toMatchObject({ expiresAt: 7 });
  });

  it("finds many at once, however many", async () => {
    const { registry } = open();
    const ids = Array.from({ length: 101 }, () => fresh("c"));
    for (const connectionId of ids) await registry.connect({ connectionId, endpoint, userId: "ada" });
    const found = await registry.findAll([...ids, ids[0] ?? "", fresh("nobody")]);
    expect(found.map(({ connectionId }) => connectionId).sort()).toEqual([...ids].sort());
    expect(await registry.findAll([])).toEqual([]);
  });

  it("takes a new end of the user's token", async () => {
    const { registry } = open();
    const connectionId = fresh("c");
    await registry.connect({ connectionId, endpoint, userId: "ada", expiresAt: 1 });
    await registry.touch(connectionId);
    expect((await registry.find(connectionId))?.expiresAt).toBe(1);
    await registry.touch(connectionId, { expiresAt: 2 });
    expect((await registry.find(connectionId))?.expiresAt).toBe(2);
  });

  it("shows nothing that has outlived two hours and a little", async () => {
    const { clock, registry } = open();
    const [connectionId, room, userId] = [fresh("c"), fresh("room"), fresh("ada")];
    await registry.connect({ connectionId, endpoint, userId });
    await registry.join(connectionId, room);
    clock.now += twoHours;
    expect(await registry.find(connectionId)).toBeDefined();
    expect(await idsOf(registry.inRoom(room))).toEqual([connectionId]);
    clock.now += 300_000;
    expect(await registry.find(connectionId)).toBeUndefined();
    expect(await registry.touch(connectionId)).toBe(false);
    expect(await registry.rooms(connectionId)).toEqual([]);
    expect(await idsOf(registry.inRoom(room))).toEqual([]);
    expect(await idsOf(registry.byUser(userId))).toEqual([]);
    expect(await registry.members(room)).toEqual([]);
    await expect(registry.join(connectionId, room)).rejects.toMatchObject({ code: "CONNECTION_UNKNOWN" });
  });

  it.each([
    ["BAD_NAME", { connectionId: "" }],
    ["BAD_NAME", { userId: "é".repeat(257) }],
    ["BAD_ENDPOINT", { endpoint: "abc/dev" }],
    ["BAD_ENDPOINT", { endpoint: "wss://abc.execute-api.eu-west-1.amazonaws.com/dev" }],
    ["BAD_ATTRIBUTES", { attributes: { age: Number.NaN } }],
    ["BAD_ATTRIBUTES", { attributes: { text: "x".repeat(2_100) } }],
  ])("refuses with %s: %o", async (code, wrong) => {
    const { registry } = open();
    const given = { connectionId: "c", endpoint, userId: "ada", ...wrong };
    await expect(registry.connect(given)).rejects.toMatchObject({ code });
  });

  it("refuses rooms that cannot be a key", async () => {
    const { registry } = open();
    const connectionId = fresh("c");
    await registry.connect({ connectionId, endpoint, userId: "ada" });
    await expect(registry.join(connectionId, "")).rejects.toSatisfy((error) => failures.is(error));
    expect(() => registry.inRoom("")).toThrow(/is empty/);
  });
});

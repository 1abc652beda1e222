// One suite for both logs: numbers, what was missed, what is no longer there.
import { DeleteItemCommand } from "@aws-sdk/client-dynamodb";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  memoryPoster,
  memoryRegistry,
  memoryRoomLog,
  publish,
  toFrame,
  type LogOptions,
  type RoomLog,
} from "../../../src/index.ts";
import { dynamoRoomLog } from "../../../src/dynamodb.ts";
import { startDynamoTable, type DynamoTable } from "../../dynamo-table.ts";

let dynamo: DynamoTable;
let last = 0;
const fresh = (): string => `room-${(last += 1)}`;
beforeAll(async () => {
  dynamo = await startDynamoTable();
});
afterAll(() => dynamo.close());

const kinds: Record<string, (options: LogOptions) => RoomLog> = {
  memoryRoomLog: (options) => memoryRoomLog(options),
  dynamoRoomLog: (options) => dynamoRoomLog({ table: dynamo.table, client: dynamo.client, ...options }),
};

describe.each(Object.entries(kinds))("%s", (_, make) => {
  const open = (limits: LogOptions = {}) => {
    const clock = { now: Date.UTC(2026, 0, 1) };
    return { clock, room: fresh(), log: make({ now: () => clock.now, ...limits }) };
  };
  const fill = async (log: RoomLog, room: string, count: number): Promise<void> => {
    for (let at = 1; at <= count; at += 1) await log.append(room, { frame: { n: at } });
  };

  it("numbers each room from 1 and gives what was missed", async () => {
    const { log, room } = open();
    expect(await log.last(room)).toBe(0);
    expect(await log.resume(room, 0)).toEqual({ entries: [], gap: undefined, last: 0, more: false });
    await fill(log, room, 5);
    await log.append(fresh(), { frame: {} });
    expect(await log.last(room)).toBe(5);
    const { entries, ...rest } = await log.resume(room, 2);
    expect(entries.map(({ seq, frame }) => [seq, frame])).toEqual([
      [3, { n: 3 }],
      [4, { n: 4 }],
      [5, { n: 5 }],
    ]);
    expect(rest).toEqual({ gap: undefined, last: 5, more: false });
    expect(await log.resume(room, 5)).toEqual({ entries: [], gap: undefined, last: 5, more: false });
  });

  it("gives numbers to many at once, each its own", async () => {
    const { log, room } = open();
    const entries = await Promise.all(
      Array.from({ length: 30 }, (_, n) => log.append(room, { frame: { n } })),
    );
    const numbers = entries.map(({ seq }) => seq).sort((one, other) => one - other);
    expect(numbers).toEqual(Array.from({ length: 30 }, (_, at) => at + 1));
    expect((await log.resume(room, 0)).entries).toHaveLength(30);
  });

  it("gives it in pages", async () => {
    const { log, room } = open();
    await fill(log, room, 7);
    const page = await log.resume(room, 0, { limit: 3 });
    expect(page.entries.map(({ seq }) => seq)).toEqual([1, 2, 3]);
    expect(page).toMatchObject({ last: 3, more: true });
    expect(await log.resume(room, 3, { limit: 4 })).toMatchObject({ last: 7, more: false });
  });

  it("keeps the place of an id that comes again", async () => {
    const { log, room } = open();
    const first = await log.append(room, { id: "mine", frame: { text: "hello" } });
    await log.append(room, { frame: {} });
    const again = await log.append(room, { id: "mine", frame: { text: "changed" } });
    expect(first).toMatchObject({ seq: 1, again: false });
    expect(again).toEqual({ ...first, again: true });
    const both = await Promise.all([1, 2, 3].map(() => log.append(room, { id: "same", frame: {} })));
    expect(new Set(both.map(({ seq }) => seq)).size).toBe(1);
    expect(await log.last(room)).toBe(3);
  });

  it("says which messages are gone: too many", async () => {
    const { log, room } = open({ count: 3 });
    await fill(log, room, 8);
    const missed = await log.resume(room, 2);
    expect(missed.gap).toEqual({ after: 2, before: 6 });
    expect(missed.entries.map(({ seq }) => seq)).toEqual([6, 7, 8]);
    expect((await log.resume(room, 6)).gap).toBeUndefined();
  });

  it("says which messages are gone: too old", async () => {
    const { log, room, clock } = open({ ageMs: 60_000 });
    await fill(log, room, 2);
    clock.now += 50_000;
    await fill(log, room, 2);
    clock.now += 20_000;
    expect(await log.resume(room, 1)).toMatchObject({ gap: { after: 1, before: 3 }, last: 4, more: false });
    clock.now += 60_000;
    expect(await log.resume(room, 1)).toEqual({
      entries: [],
      gap: { after: 1, before: 5 },
      last: 4,
      more: false,
    });
  });

  it("refuses what is no place", async () => {
    const { log, room } = open();
    for (const after of [-1, 1.5, Number.NaN]) {
      await expect(log.resume(room, after)).rejects.toMatchObject({ code: "BAD_SEQUENCE" });
    }
  });
});

describe("dynamoRoomLog", () => {
  it("waits for a number that is being written, and gives up on one whose writer is dead", async () => {
    const clock = { now: Date.UTC(2026, 0, 1) };
    const room = fresh();
    const log = dynamoRoomLog({ ...dynamo, now: () => clock.now });
    for (let at = 0; at < 4; at += 1) await log.append(room, { frame: {} });
    const lose = (seq: number) =>
      dynamo.client.send(
        new DeleteItemCommand({
          TableName: dynamo.table,
          Key: { pk: { S: `log#${room}` }, sk: { S: `entry#${String(seq).padStart(16, "0")}` } },
        }),
      );
    await lose(2);
    expect(await log.resume(room, 0)).toMatchObject({ entries: [{ seq: 1 }], last: 1, more: true });
    expect(await log.resume(room, 1)).toEqual({ entries: [], gap: undefined, last: 1, more: true });
    clock.now += 2_000;
    expect(await log.resume(room, 1)).toMatchObject({
      gap: { after: 1, before: 3 },
      entries: [{ seq: 3 }, { seq: 4 }],
      more: false,
    });
    await lose(4);
    clock.now -= 2_000;
    expect(await log.resume(room, 3)).toMatchObject({ entries: [], last: 3, more: true });
    clock.now += 2_000;
    expect(await log.resume(room, 3)).toMatchObject({ gap: { after: 3, before: 5 }, last: 4, more: false });
  });
});

describe("publish", () => {
  it("sends what it has numbered, and numbers once what comes twice", async () => {
    const [registry, poster, log] = [memoryRegistry(), memoryPoster(), memoryRoomLog()];
    await registry.connect({ connectionId: "a", endpoint: "https://api.example/dev", userId: "ada" });
    await registry.join("a", "lobby");
    const say = () =>
      publish({ registry, poster, log }, "lobby", { id: "k1", frame: { type: "message", text: "hello" } });
    expect(await say()).toMatchObject({ seq: 1, again: false, tally: { delivered: 1 } });
    expect(await say()).toMatchObject({ seq: 1, again: true, tally: { delivered: 1 } });
    const frame = { type: "message", text: "hello", id: "k1", seq: 1 };
    expect(poster.textsTo("a").map((text) => JSON.parse(text) as unknown)).toEqual([frame, frame]);
    const { entries } = await log.resume("lobby", 0);
    expect(entries.map(toFrame)).toEqual([frame]);
  });
});

// The ledger on DynamoDB: a row for each task, taken and changed under conditions.
import { held, lazyDynamo, type TablePlace } from "../registry/dynamo-client.ts";
import { toKeyItem, type Item, type Key } from "../registry/item.ts";
import { queryAll } from "../registry/query-all.ts";
import { assertTable } from "../registry/table.ts";
import { nothing, type Lease, type Ledger, type TaskName, type TaskReport } from "./ledger.ts";
import type { Tally } from "./tally.ts";

const keptSeconds = 24 * 60 * 60;
/** So many of each list are kept in a row, which may have 400 KB. */
const listedAtMost = 500;

/*
 * pk                sk            what
 * broadcast#{id}    task#{task}   who has it until when, after whom to go on, and the tally so far
 */
const keyOf = ({ broadcastId, taskId }: TaskName): Key => ({
  pk: `broadcast#${broadcastId}`,
  sk: `task#${taskId}`,
});

/**
 * Keeps the tasks of broadcasts in the table of connections: two writes a task, and one for every page of 100.
 *
 * @example
 * export const handler = broadcastWorker({ registry, poster, ledger: dynamoLedger({ table: process.env.CONNECTIONS_TABLE! }) });
 * @throws `BAD_TABLE` for an empty name.
 */
export function dynamoLedger(options: TablePlace & { readonly now?: () => number }): Ledger {
  assertTable(options.table);
  const { table, now = Date.now } = options;
  const load = lazyDynamo(options);
  const ttl = (): string => String(Math.ceil(now() / 1_000) + keptSeconds);

  const change = async (task: TaskName, owner: string, to: Item): Promise<boolean> => {
    const { sdk, client } = await load();
    const Key = toKeyItem(keyOf(task));
    return held(
      sdk,
      client.send(new sdk.UpdateItemCommand({ TableName: table, Key, ...changing(owner, to) })),
    );
  };

  return {
    async open(task) {
      const { sdk, client } = await load();
      const Item = { ...toKeyItem(keyOf(task)), state: { S: "open" }, ttl: { N: ttl() } };
      const ConditionExpression = "attribute_not_exists(pk)";
      await held(sdk, client.send(new sdk.PutItemCommand({ TableName: table, Item, ConditionExpression })));
    },
    async claim(task, lease) {
      const { sdk, client } = await load();
      const Key = toKeyItem(keyOf(task));
      let before: Item | undefined;
      const update = { ...claiming(lease, now(), ttl()), ReturnValues: "ALL_OLD" as const };
      const claim = client.send(new sdk.UpdateItemCommand({ TableName: table, Key, ...update }));
      const mine = await held(
        sdk,
        claim.then(({ Attributes }) => (before = Attributes)),
      );
      const { Item } = await client.send(
        new sdk.GetItemCommand({ TableName: table, Key, ConsistentRead: true }),
      );
      if (Item?.["state"]?.S === "done") return "done";
      return mine ? { ...readReport(Item ?? {}), again: before?.["owner"] !== undefined } : "held";
    },
    note: (task, owner, { after, tally }) =>
      change(task, owner, { tally: writeTally(tally), ...(after !== undefined && { after: { S: after } }) }),
    finish: (task, owner, tally) => change(task, owner, { tally: writeTally(tally), state: { S: "done" } }),
    async release(task, owner) {
      await change(task, owner, { state: { S: "open" } });
    },
    async read(broadcastId) {
      const rows = await queryAll(await load(), table, keyOf({ broadcastId, taskId: "" }).pk);
      return rows.map(readReport);
    },
  };
}

/** Changes a row that is still the owner's. */
function changing(owner: string, to: Item): Update {
  const names = Object.keys(to);
  return {
    UpdateExpression: `SET ${names.map((name) => `#${name} = :${name}`).join(", ")}`,
    ConditionExpression: "#owner = :owner AND #state = :running",
    ExpressionAttributeNames: {
      "#state": "state",
      "#owner": "owner",
      ...Object.fromEntries(names.map((name) => [`#${name}`, name])),
    },
    ExpressionAttributeValues: {
      ":owner": { S: owner },
      ":running": { S: "running" },
      ...Object.fromEntries(Object.entries(to).map(([name, value]) => [`:${name}`, value])),
    },
  };
}

function claiming(lease: Lease, now: number, ttl: string): Update {
  return {
    UpdateExpression: "SET #state = :running, #owner = :owner, #until = :until, #ttl = :ttl",
    ConditionExpression:
      "attribute_not_exists(pk) OR #state = :open OR (#state = :running AND (#owner = :owner OR #until < :now))",
    ExpressionAttributeNames: { "#state": "state", "#owner": "owner", "#until": "until", "#ttl": "ttl" },
    ExpressionAttributeValues: {
      ":open": { S: "open" },
      ":running": { S: "running" },
      ":owner": { S: lease.owner },
      ":until": { N: String(lease.until) },
      ":now": { N: String(now) },
      ":ttl": { N: ttl },
    },
  };
}

interface Update {
  readonly UpdateExpression: string;
  readonly ConditionExpression: string;
  readonly ExpressionAttributeNames: Record<string, string>;
  readonly ExpressionAttributeValues: Item;
}

function writeTally(tally: Tally): { readonly S: string } {
  const { gone, throttled, tooLarge, failed, repeated } = tally;
  const counts = {
    gone: gone.length,
    throttled: throttled.length,
    tooLarge: tooLarge.length,
    failed: failed.length,
    repeated: repeated.length,
  };
  const cut = <Entry>(list: readonly Entry[]): readonly Entry[] => list.slice(0, listedAtMost);
  return {
    S: JSON.stringify({
      ...tally,
      gone: cut(gone),
      throttled: cut(throttled),
      tooLarge: cut(tooLarge),
      failed: cut(failed),
      repeated: cut(repeated),
      ...(Math.max(...Object.values(counts)) > listedAtMost && { counts: tally.counts ?? counts }),
    }),
  };
}

function readReport(item: Item): TaskReport {
  const state = item["state"]?.S;
  const after = item["after"]?.S;
  const written = item["tally"]?.S;
  return {
    taskId: (item["sk"]?.S ?? "").slice("task#".length),
    state: state === "running" || state === "done" ? state : "open",
    tally: written === undefined ? nothing() : (JSON.parse(written) as Tally), // what writeTally wrote
    ...(after !== undefined && { after }),
  };
}

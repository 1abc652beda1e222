// Presence on DynamoDB: a row for each user of a room; making it and removing it are what is told, once each.
import { held, lazyDynamo, type Loaded, type TablePlace } from "../registry/dynamo-client.ts";
import { assertName } from "../registry/entry.ts";
import { readMap, toKeyItem, toMap, type Item, type Key } from "../registry/item.ts";
import { queryAll } from "../registry/query-all.ts";
import { assertTable } from "../registry/table.ts";
import {
  defaultExpiryMs,
  type Presence,
  type PresenceChange,
  type PresenceOptions,
  type Present,
  type Tab,
} from "./presence.ts";

/*
 * pk                sk             what
 * presence#{room}   user#{user}    `tab#{connection}` = when it was last heard of; `version` grows with each change
 */
const keyOf = (room: string, userId: string): Key => ({ pk: `presence#${room}`, sk: `user#${userId}` });
const tabPrefix = "tab#";

/**
 * Keeps presence in the table of connections: a beat is one write, a leave one or two, a snapshot one query.
 *
 * @example
 * const presence = dynamoPresence({ table: process.env.CONNECTIONS_TABLE! });
 * const change = await presence.beat("lobby", { connectionId, userId, attributes: { name } });
 * if (change) await broadcast(ports, { room: "lobby" }, { type: "presence", ...change }, { except: [connectionId] });
 * @throws `BAD_TABLE` for an empty name.
 */
export function dynamoPresence(options: TablePlace & PresenceOptions): Presence {
  assertTable(options.table);
  const { table, expiryMs = defaultExpiryMs, now = Date.now } = options;
  const store: Store = { table, expiryMs, now, load: lazyDynamo(options) };
  const read = async (room: string): Promise<readonly Item[]> => {
    assertName("room", room);
    return queryAll(await store.load(), table, keyOf(room, "").pk);
  };
  return {
    async beat(room, tab) {
      assertName("room", room);
      assertName("user id", tab.userId);
      const { userId, attributes = {} } = tab;
      const wasThere = await note(store, room, tab);
      return wasThere ? undefined : { room, userId, here: true, attributes };
    },
    async leave(room, tab) {
      assertName("room", room);
      const left = await takeOut(store, room, tab);
      return left && living(store, left) === 0 ? remove(store, room, left) : undefined;
    },
    async sweep(room) {
      const gone = (await read(room)).filter((item) => living(store, item) === 0);
      const changes = await Promise.all(gone.map((item) => remove(store, room, item)));
      return changes.filter((change) => change !== undefined);
    },
    async snapshot(room) {
      const present = (await read(room)).map((item): Present => {
        const { userId, attributes } = readUser(item);
        return { userId, attributes, tabs: living(store, item) };
      });
      return present.filter(({ tabs }) => tabs > 0);
    },
  };
}

interface Store {
  readonly table: string;
  readonly expiryMs: number;
  readonly now: () => number;
  readonly load: () => Promise<Loaded>;
}

/** Writes down that a tab is there, and says whether its user was. */
async function note(
  { table, expiryMs, now, load }: Store,
  room: string,
  { connectionId, userId, attributes = {} }: Tab,
): Promise<boolean> {
  const { sdk, client } = await load();
  const { Attributes } = await client.send(
    new sdk.UpdateItemCommand({
      TableName: table,
      Key: toKeyItem(keyOf(room, userId)),
      UpdateExpression:
        "SET #tab = :now, attributes = :attributes, userId = :user, #ttl = :ttl ADD version :one",
      ExpressionAttributeNames: { "#tab": `${tabPrefix}${connectionId}`, "#ttl": "ttl" },
      ExpressionAttributeValues: {
        ":now": { N: String(now()) },
        ":attributes": { M: toMap(attributes) },
        ":user": { S: userId },
        ":ttl": { N: String(Math.ceil((now() + 2 * expiryMs) / 1_000)) },
        ":one": { N: "1" },
      },
      ReturnValues: "ALL_OLD",
    }),
  );
  return Attributes !== undefined;
}

/** Takes a tab out and gives what is left of its user; `undefined` where it was not there. */
async function takeOut(
  { table, load }: Store,
  room: string,
  { connectionId, userId }: Pick<Tab, "connectionId" | "userId">,
): Promise<Item | undefined> {
  const { sdk, client } = await load();
  const command = new sdk.UpdateItemCommand({
    TableName: table,
    Key: toKeyItem(keyOf(room, userId)),
    UpdateExpression: "REMOVE #tab ADD version :one",
    ConditionExpression: "attribute_exists(#tab)",
    ExpressionAttributeNames: { "#tab": `${tabPrefix}${connectionId}` },
    ExpressionAttributeValues: { ":one": { N: "1" } },
    ReturnValues: "ALL_NEW",
  });
  try {
    return (await client.send(command)).Attributes;
  } catch (error) {
    if (error instanceof sdk.ConditionalCheckFailedException) return undefined;
    throw error;
  }
}

/** Removes the row as it was read, or leaves it to who has changed it meanwhile. */
async function remove({ table, load }: Store, room: string, item: Item): Promise<PresenceChange | undefined> {
  const { sdk, client } = await load();
  const { userId, attributes } = readUser(item);
  const command = new sdk.DeleteItemCommand({
    TableName: table,
    Key: toKeyItem(keyOf(room, userId)),
    ConditionExpression: "version = :version",
    ExpressionAttributeValues: { ":version": item["version"] ?? { N: "0" } },
  });
  return (await held(sdk, client.send(command))) ? { room, userId, here: false, attributes } : undefined;
}

/** How many of a user's tabs are alive. */
function living({ expiryMs, now }: Store, item: Item): number {
  return Object.entries(item).filter(
    ([name, value]) => name.startsWith(tabPrefix) && now() - Number(value.N) < expiryMs,
  ).length;
}

function readUser(item: Item): Pick<Present, "userId" | "attributes"> {
  return { userId: item["userId"]?.S ?? "", attributes: readMap(item["attributes"]?.M ?? {}) };
}

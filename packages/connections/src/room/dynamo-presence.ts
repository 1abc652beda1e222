// Presence on DynamoDB: a row for each user of a room; making it and removing it are what is told, once each.
import { held, lazyDynamo, type TablePlace } from "../registry/dynamo-client.ts";
import { assertName } from "../registry/entry.ts";
import { readMap, toKeyItem, toMap, type Item, type Key } from "../registry/item.ts";
import { assertTable } from "../registry/table.ts";
import {
  defaultExpiryMs,
  type Presence,
  type PresenceChange,
  type PresenceOptions,
  type Present,
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
  const load = lazyDynamo(options);
  const ttl = (): string => String(Math.ceil((now() + 2 * expiryMs) / 1_000));
  const living = (item: Item): number => tabsOf(item).filter((seen) => now() - seen < expiryMs).length;

  /** Removes the row as it was read, or leaves it to who has changed it meanwhile. */
  const remove = async (room: string, item: Item): Promise<PresenceChange | undefined> => {
    const { sdk, client } = await load();
    const { userId, attributes } = readUser(item);
    const command = new sdk.DeleteItemCommand({
      TableName: table,
      Key: toKeyItem(keyOf(room, userId)),
      ConditionExpression: "version = :version",
      ExpressionAttributeValues: { ":version": item["version"] ?? { N: "0" } },
    });
    return (await held(sdk, client.send(command))) ? { room, userId, here: false, attributes } : undefined;
  };
  const read = async (room: string): Promise<readonly Item[]> => {
    assertName("room", room);
    const { sdk, client } = await load();
    const items: Item[] = [];
    let from: Item | undefined;
    do {
      const page = await client.send(
        new sdk.QueryCommand({
          TableName: table,
          KeyConditionExpression: "pk = :pk",
          ExpressionAttributeValues: { ":pk": { S: keyOf(room, "").pk } },
          ConsistentRead: true,
          ...(from && { ExclusiveStartKey: from }),
        }),
      );
      items.push(...(page.Items ?? []));
      from = page.LastEvaluatedKey;
    } while (from);
    return items;
  };

  return {
    async beat(room, { connectionId, userId, attributes = {} }) {
      assertName("room", room);
      assertName("user id", userId);
      const { sdk, client } = await load();
      const { Attributes } = await client.send(
        new sdk.UpdateItemCommand({
          TableName: table,
          Key: toKeyItem(keyOf(room, userId)),
          UpdateExpression: "SET #tab = :now, attributes = :attributes, userId = :user, #ttl = :ttl ADD version :one",
          ExpressionAttributeNames: { "#tab": `${tabPrefix}${connectionId}`, "#ttl": "ttl" },
          ExpressionAttributeValues: {
            ":now": { N: String(now()) },
            ":attributes": { M: toMap(attributes) },
            ":user": { S: userId },
            ":ttl": { N: ttl() },
            ":one": { N: "1" },
          },
          ReturnValues: "ALL_OLD",
        }),
      );
      return Attributes ? undefined : { room, userId, here: true, attributes };
    },
    async leave(room, { connectionId, userId }) {
      assertName("room", room);
      const { sdk, client } = await load();
      const tab = `${tabPrefix}${connectionId}`;
      try {
        const { Attributes } = await client.send(
          new sdk.UpdateItemCommand({
            TableName: table,
            Key: toKeyItem(keyOf(room, userId)),
            UpdateExpression: "REMOVE #tab ADD version :one",
            ConditionExpression: "attribute_exists(#tab)",
            ExpressionAttributeNames: { "#tab": tab },
            ExpressionAttributeValues: { ":one": { N: "1" } },
            ReturnValues: "ALL_NEW",
          }),
        );
        return Attributes && living(Attributes) === 0 ? await remove(room, Attributes) : undefined;
      } catch (error) {
        if (error instanceof sdk.ConditionalCheckFailedException) return undefined;
        throw error;
      }
    },
    async sweep(room) {
      const gone = (await read(room)).filter((item) => living(item) === 0);
      const changes = await Promise.all(gone.map((item) => remove(room, item)));
      return changes.filter((change) => change !== undefined);
    },
    async snapshot(room) {
      return (await read(room))
        .map((item): Present => ({ ...readUser(item), tabs: living(item) }))
        .filter(({ tabs }) => tabs > 0);
    },
  };
}

function readUser(item: Item): Pick<Present, "userId" | "attributes"> {
  return { userId: item["userId"]?.S ?? "", attributes: readMap(item["attributes"]?.M ?? {}) };
}

function tabsOf(item: Item): readonly number[] {
  return Object.entries(item)
    .filter(([name]) => name.startsWith(tabPrefix))
    .map(([, value]) => Number(value.N));
}

// The messages of each room, in order, in a DynamoDB table: the log that `publish` numbers by, and the history by page.
import type { AttributeValue, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { toMissing, type Entry, type Missing, type RoomLog } from "@gatewright/connections";
import { sharedClient } from "@gatewright/connections/dynamodb";
import type { ChatMessage } from "./chat.ts";
import { setting } from "./settings.ts";

/** A message as it is sent, without its number and its id. */
export type MessageFrame = { readonly type: "message" } & Omit<ChatMessage, "seq" | "id">;

/** A page of a room's messages, oldest first. */
export interface Page {
  readonly messages: readonly ChatMessage[];
  /** Whether there are others beyond the page, in the direction asked. */
  readonly more: boolean;
}

const claimSeconds = 24 * 60 * 60;

type Sdk = typeof import("./dynamo-sdk.ts");
let loading: Promise<{ readonly sdk: Sdk; readonly client: DynamoDBClient }> | undefined;

/** The SDK costs a cold start some 70 ms, so it is loaded by the first call that needs it; the client is the registry's. */
function dynamo(): NonNullable<typeof loading> {
  loading ??= Promise.all([import("./dynamo-sdk.ts"), sharedClient()]).then(([sdk, client]) => ({
    sdk,
    client,
  }));
  return loading;
}

/**
 * The room's history as its log: everything is kept for good, so whoever was away never meets a gap that is too old.
 *
 * The same `id` of the same sender keeps its first place, however often it is sent.
 */
export const log: RoomLog = {
  async append(room, { id = crypto.randomUUID(), frame }) {
    const said = frame as MessageFrame; // only the chat's own messages are published
    const claim = `claim#${said.from.userId}#${id}`;
    const claimed = await claimedPlace(claim);
    const seq = claimed ?? (await takePlace(claim, room));
    const message: ChatMessage = { ...withoutType(said), seq, id };
    const kept = (await keep(message)) ? message : ((await at(room, seq)) ?? message);
    return { ...toEntry(kept), again: claimed !== undefined };
  },
  async resume(room, place, { limit = 50 } = {}) {
    const counter = await counterOf(room);
    const { messages, more } = await after(room, place, limit);
    const entries = messages.map(toEntry);
    return toMissing({ after: place, counter, entries, cut: more, trimmed: 0, now: Date.now() });
  },
  last: lastPlace,
};

/** As much of an answer of `resume` as one frame of the socket holds; the rest is asked for. */
export function fitting(missing: Missing): Missing {
  let bytes = 0;
  const entries = missing.entries.filter((entry) => (bytes += sizeOf(entry)) <= mostBytes);
  const last = entries.at(-1);
  if (entries.length === missing.entries.length || !last) return missing;
  return { ...missing, entries, last: last.seq, more: true };
}

const mostBytes = 100_000;

function sizeOf(entry: Entry): number {
  return Buffer.byteLength(JSON.stringify(entry));
}

function withoutType({ type: _type, ...said }: MessageFrame): Omit<ChatMessage, "seq" | "id"> {
  return said;
}

function toEntry({ seq, id, ...said }: ChatMessage): Entry {
  const frame: MessageFrame = { type: "message", ...said };
  return { seq, id, at: said.at, frame };
}

/** The newest messages before a place; the newest of all where none is given. */
export async function before(room: string, place: number | undefined, limit: number): Promise<Page> {
  const page = await query(room, {
    range: "< :place",
    place: place ?? Number.MAX_SAFE_INTEGER,
    limit,
    forward: false,
  });
  return { ...page, messages: page.messages.toReversed() };
}

/** The first messages after a place. */
export function after(room: string, place: number, limit: number): Promise<Page> {
  return query(room, { range: "> :place", place, limit, forward: true });
}

/** The last place that was given in a room; 0 in a room where nothing has been said. */
export async function lastPlace(room: string): Promise<number> {
  return (await counterOf(room)).last;
}

async function counterOf(room: string): Promise<{ readonly last: number; readonly at: number }> {
  const item = await read(`count#${room}`, 0);
  return { last: Number(item?.["count"]?.N ?? 0), at: Number(item?.["at"]?.N ?? 0) };
}

async function claimedPlace(claim: string): Promise<number | undefined> {
  const item = await read(claim, 0);
  return item && Number(item["place"]?.N);
}

async function takePlace(claim: string, room: string): Promise<number> {
  const { sdk, client } = await dynamo();
  const counted = await client.send(
    new sdk.UpdateItemCommand({
      TableName: table(),
      Key: key(`count#${room}`, 0),
      UpdateExpression: "ADD #count :one SET #at = :now",
      ExpressionAttributeNames: { "#count": "count", "#at": "at" },
      ExpressionAttributeValues: { ":one": { N: "1" }, ":now": { N: String(Date.now()) } },
      ReturnValues: "UPDATED_NEW",
    }),
  );
  const place = Number(counted.Attributes?.["count"]?.N);
  const ttl = Math.floor(Date.now() / 1000) + claimSeconds;
  const isFirst = await putOnce({
    ...key(claim, 0),
    place: { N: String(place) },
    ttl: { N: String(ttl) },
  });
  return isFirst ? place : ((await claimedPlace(claim)) ?? place);
}

function keep(message: ChatMessage): Promise<boolean> {
  return putOnce({ ...key(`room#${message.room}`, message.seq), message: { S: JSON.stringify(message) } });
}

async function at(room: string, seq: number): Promise<ChatMessage | undefined> {
  const item = await read(`room#${room}`, seq);
  return item && toMessage(item);
}

/** Puts a row unless its key is taken; says whether it did. */
async function putOnce(item: Record<string, AttributeValue>): Promise<boolean> {
  const { sdk, client } = await dynamo();
  try {
    await client.send(
      new sdk.PutItemCommand({
        TableName: table(),
        Item: item,
        ConditionExpression: "attribute_not_exists(pk)",
      }),
    );
    return true;
  } catch (error) {
    if (error instanceof sdk.ConditionalCheckFailedException) return false;
    throw error;
  }
}

async function read(pk: string, seq: number): Promise<Record<string, AttributeValue> | undefined> {
  const { sdk, client } = await dynamo();
  const found = await client.send(
    new sdk.GetItemCommand({ TableName: table(), Key: key(pk, seq), ConsistentRead: true }),
  );
  return found.Item;
}

interface Range {
  readonly range: string;
  readonly place: number;
  readonly limit: number;
  readonly forward: boolean;
}

async function query(room: string, { range, place, limit, forward }: Range): Promise<Page> {
  const { sdk, client } = await dynamo();
  const found = await client.send(
    new sdk.QueryCommand({
      TableName: table(),
      KeyConditionExpression: `pk = :room AND seq ${range}`,
      ExpressionAttributeValues: { ":room": { S: `room#${room}` }, ":place": { N: String(place) } },
      ConsistentRead: true,
      ScanIndexForward: forward,
      Limit: limit,
    }),
  );
  return { messages: (found.Items ?? []).map(toMessage), more: found.LastEvaluatedKey !== undefined };
}

function toMessage(item: Record<string, AttributeValue>): ChatMessage {
  return JSON.parse(item["message"]?.S ?? "null") as ChatMessage; // only `keep` writes these rows
}

function key(pk: string, seq: number): { pk: AttributeValue; seq: AttributeValue } {
  return { pk: { S: pk }, seq: { N: String(seq) } };
}

function table(): string {
  return setting("MESSAGES_TABLE");
}

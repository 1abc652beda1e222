// The messages of each room, in order, in a DynamoDB table: append once, read a page before or after a place.
import type { AttributeValue, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { ChatMessage } from "./chat.ts";
import { setting } from "./settings.ts";

/** A message that has no place yet. */
export type Draft = Pick<ChatMessage, "room" | "id" | "from" | "text" | "file">;

/** A page of a room's messages, oldest first. */
export interface Page {
  readonly messages: readonly ChatMessage[];
  /** Whether there are others beyond the page, in the direction asked. */
  readonly more: boolean;
}

const claimSeconds = 24 * 60 * 60;

type Sdk = typeof import("@aws-sdk/client-dynamodb");
let loading: Promise<{ readonly sdk: Sdk; readonly client: DynamoDBClient }> | undefined;

/** The SDK costs a cold start some 70 ms, so it is loaded by the first call that needs it. */
function dynamo(): NonNullable<typeof loading> {
  loading ??= import("@aws-sdk/client-dynamodb").then((sdk) => ({ sdk, client: new sdk.DynamoDBClient({}) }));
  return loading;
}

/**
 * Gives a message its place in the room and keeps it. The same `id` of the same sender keeps its first place,
 * however often it is sent.
 */
export async function append(draft: Draft): Promise<ChatMessage> {
  const claim = `claim#${draft.from.userId}#${draft.id}`;
  const seq = (await claimedPlace(claim)) ?? (await takePlace(claim, draft.room));
  const message: ChatMessage = { ...draft, seq, at: Date.now() };
  return (await keep(message)) ? message : ((await at(draft.room, seq)) ?? message);
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
  const item = await read(`count#${room}`, 0);
  return Number(item?.["count"]?.N ?? 0);
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
      UpdateExpression: "ADD #count :one",
      ExpressionAttributeNames: { "#count": "count" },
      ExpressionAttributeValues: { ":one": { N: "1" } },
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

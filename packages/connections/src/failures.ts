// What can go wrong with connections, for the programmer: every code with its fix.
import { defineFailures, type Failures } from "@gatewright/contract";
import type { Tally } from "./broadcast/tally.ts";

const table = {
  PAYLOAD_TOO_LARGE: {
    says: (at: { readonly bytes: number; readonly limit: number }): string =>
      `The message has ${at.bytes} bytes of UTF-8; API Gateway takes ${at.limit}. Nothing was sent.`,
    fix: "Send less, or put the content into a bucket and send its address.",
    blame: "user",
  },
  PAYLOAD_NOT_TEXT: {
    says: (at: { readonly given: string }): string => `A message cannot be made from ${at.given}.`,
    fix: "Pass a string, a value that JSON can hold, or bytes that are valid UTF-8: @connections sends text only.",
    blame: "user",
  },
  BAD_NAME: {
    says: (at: { readonly what: string; readonly problem: string }): string =>
      `The ${at.what} ${at.problem}.`,
    fix: "Use a non-empty string of at most 512 bytes.",
    blame: "user",
  },
  BAD_ATTRIBUTES: {
    says: (at: { readonly problem: string }): string => `The attributes of a connection ${at.problem}.`,
    fix: "Use a few short strings, finite numbers and booleans: they are copied into every room that the connection joins.",
    blame: "user",
  },
  BAD_ENDPOINT: {
    says: (at: { readonly problem: string }): string => `The endpoint of @connections ${at.problem}.`,
    fix: "Use managementEndpoint(event.requestContext), or https://{api}.execute-api.{region}.amazonaws.com/{stage}.",
    blame: "user",
  },
  BAD_TABLE: {
    says: (at: { readonly problem: string }): string => `The table of connections ${at.problem}.`,
    fix: "Pass the table's name, as in dynamoRegistry({ table: process.env.CONNECTIONS_TABLE }), and declare it as connectionsTable() does.",
    blame: "user",
  },
  BAD_SHARDS: {
    says: (at: { readonly shards: unknown }): string => `A room cannot have ${String(at.shards)} shards.`,
    fix: "Use a whole number from 1 to 256: one for each thousand joins and leaves a second.",
    blame: "user",
  },
  BAD_SEQUENCE: {
    says: (at: { readonly after: unknown }): string => `${String(at.after)} is no place in a room.`,
    fix: "Ask with the last number that the client has; 0 before its first message.",
    blame: "user",
  },
  CONNECTION_UNKNOWN: {
    says: (at: { readonly connectionId: string }): string =>
      `The registry does not know the connection ${at.connectionId}.`,
    fix: "Call registry.connect() in the $connect handler before the connection joins a room; after $disconnect it is gone.",
    blame: "user",
  },
  REGION_MISSING: {
    says: (): string => "The AWS region is not known.",
    fix: "Run inside AWS Lambda or `gatewright dev`, which set AWS_REGION, or pass the region.",
    blame: "user",
  },
  TABLE_BUSY: {
    says: (at: { readonly table: string; readonly left: number }): string =>
      `DynamoDB would not take ${at.left} requests to ${at.table}, retries included.`,
    fix: "Try again later, or give the table more capacity (PAY_PER_REQUEST adapts by itself).",
    blame: "system",
  },
  AUDIENCE_UNREADABLE: {
    says: (at: { readonly delivered: number; readonly tally: Tally }): string =>
      `The registry failed while the audience was read; ${at.delivered} connections had been sent the message.`,
    fix: "See the cause, and tally in the facts for who was reached. Clients drop duplicates by sequence or id, so the broadcast may be repeated.",
    blame: "system",
  },
  POST_IN_CONNECT: {
    says: (at: { readonly connectionId: string }): string =>
      `Nobody can post to ${at.connectionId} yet: its $connect has not answered, and until then API Gateway answers 410.`,
    fix: "Send the first message when the client sends its own first one (such as a join), or return it from that route.",
    blame: "user",
  },
  HAND_OVER_FAILED: {
    says: (at: { readonly delivered: number; readonly tally: Tally }): string =>
      `The rest of the audience could not be handed over; ${at.delivered} connections had been sent the message here.`,
    fix: "See the cause: the function's name, its permission (lambda:InvokeFunction) or the queue. The tally is in the facts.",
    blame: "system",
  },
  TASK_UNKNOWN: {
    says: (): string => "The event is no task of a broadcast.",
    fix: "Invoke the worker through lambdaHandOver or queueHandOver only.",
    blame: "user",
  },
  TASK_HELD: {
    says: (at: { readonly broadcastId: string; readonly taskId: string }): string =>
      `Another worker has the task ${at.taskId} of the broadcast ${at.broadcastId}.`,
    fix: "Nothing: the task comes again, and finds itself done, or its worker dead.",
    blame: "system",
  },
  TASK_UNFINISHED: {
    says: (at: { readonly broadcastId: string; readonly taskId: string }): string =>
      `The time was up before the task ${at.taskId} of the broadcast ${at.broadcastId} was done.`,
    fix: "Give the worker handOver, more time, or the room more shards. The task comes again and goes on where it stopped.",
    blame: "system",
  },
  LOOK_REFUSED: {
    says: (at: { readonly says: string }): string => `The connection could not be looked at: ${at.says}.`,
    fix: "Check the endpoint and the IAM action execute-api:ManageConnections.",
    blame: "user",
  },
} as const;

/** The failures of `@gatewright/connections`. */
export const failures: Failures<typeof table> = defineFailures("connections", table);

// The story's functions: tickets, proof, links, events, and a report that no API can carry.
import { createHash, randomBytes } from "node:crypto";
import { binary, httpApi } from "@gatewright/events/http";
import { streaming } from "@gatewright/events/streaming";
import { failures, type S3Event, uploadTo, type UploadOptions } from "@gatewright/uploads";
import { dynamoTickets } from "@gatewright/uploads/dynamodb";
import { largeResponses } from "@gatewright/uploads/large-responses";
import middy from "@middy/core";
import { executionModeStreamifyResponse } from "@middy/core/StreamifyResponse";

const bucket = process.env["FILES_BUCKET"] ?? "";
const options: UploadOptions = {
  bucket,
  prefix: "files",
  rules: { maxBytes: 1024 ** 3, types: ["application/pdf"] },
  proof: { tickets: dynamoTickets({ table: process.env["TICKETS_TABLE"] ?? "" }) },
};
const uploads = uploadTo(options);
const by = { owner: "ada" };

/** Thirty megabytes that are hard to pack, and what they add up to. */
const noise = httpApi().route("GET /{any+}", () => {
  const bytes = randomBytes(30 * 1024 ** 2);
  const sum = createHash("sha256").update(bytes).digest("hex");
  return binary(200, bytes, { "content-type": "image/x-noise", "x-sum": sum });
});

interface Event {
  readonly routeKey: string;
  readonly body?: string;
  readonly pathParameters?: Readonly<Record<string, string>>;
}

const routes: Readonly<Record<string, (id: string, body: never) => Promise<unknown>>> = {
  "POST /echo": async () => "heard",
  "POST /tickets": (
    _,
    { method, ...file }: { method: "by-size" | "put" | "parts" } & Parameters<typeof uploads.ticket>[0],
  ) => uploadTo({ ...options, method }).ticket({ ...file, ...by }),
  "POST /parts": (_, command: object) => uploads.answerParts(command, by),
  "POST /files/{id}": (id) => uploads.confirm(id),
  "GET /files/{id}": async (id) => ({ url: await uploads.downloadUrl(id) }),
};

/** Answers the API. */
export async function files(event: Event): Promise<unknown> {
  try {
    const body = JSON.parse(event.routeKey === "POST /echo" ? "{}" : (event.body ?? "{}")) as never; // each route knows its own
    return {
      statusCode: 200,
      body: JSON.stringify(await routes[event.routeKey]?.(event.pathParameters?.["id"] ?? "", body)),
    };
  } catch (error) {
    if (!failures.is(error)) throw error;
    return { statusCode: 409, body: JSON.stringify({ code: error.code }) };
  }
}

/** By a link to them. */
export const report = noise.handler().use(largeResponses({ store: { bucket } }));

/** By a stream. */
export const streamed = noise
  .handler({ mode: streaming })
  .use(largeResponses({ stream: true, store: { bucket } }));

/** By a stream of middy's own, from a handler that knows nothing of `httpApi`. */
export const streamedByMiddy = middy({ executionMode: executionModeStreamifyResponse })
  .use(largeResponses({ stream: true }))
  .handler(async () => {
    const bytes = randomBytes(30 * 1024 ** 2);
    const sum = createHash("sha256").update(bytes).digest("hex");
    const headers = { "content-type": "image/x-noise", "x-sum": sum };
    return { statusCode: 200, headers, body: bytes.toString("base64"), isBase64Encoded: true };
  });

/** With nobody who makes them fit. */
export const refused = noise.handler();

/** Hears from S3. */
export function arrived(event: S3Event): Promise<unknown> {
  return uploads.receiveEvent(event);
}

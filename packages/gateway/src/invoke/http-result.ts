// What a function returned to an HTTP API, payload 2.0 or 1.0.
import type { HeaderPair, HttpAnswer } from "./application.ts";
import { isBase64 } from "./base64.ts";
import { toLowerName, toTitleCase } from "./headers.ts";
import { HttpRejection } from "./rejection.ts";
import {
  isJsonObject,
  type JsonObject,
  Malformed,
  readBody,
  readFlag,
  readHeader,
  readMultiHeaders,
  readSingleHeaders,
  readStatus,
} from "./result-headers.ts";

/** The door writes these itself, or they belong to the connection. */
const dropped: ReadonlySet<string> = new Set([
  "connection",
  "content-length",
  "keep-alive",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);

/**
 * Reads a function's result as the answer of an HTTP API.
 *
 * Payload 2.0: what has no `statusCode` is the body of a 200 with JSON type, a JSON string without its quotes.
 * Payload 1.0 needs a `statusCode`. Unknown keys are ignored. Base64 is always decoded.
 *
 * @throws HttpRejection `INTERNAL_SERVER_ERROR`.
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 */
export function readHttpResult(payload: string | undefined, version: "1.0" | "2.0"): HttpAnswer {
  const text = payload ?? "null";
  const result = parse(text);
  try {
    if (version === "1.0") return readAnswer(result, readHeadersV1);
    const formatted = isJsonObject(result) && (result["statusCode"] ?? undefined) !== undefined;
    return formatted ? readAnswer(result, readHeadersV2) : inferAnswer(result, text);
  } catch (error) {
    if (!(error instanceof Malformed)) throw error;
    throw new HttpRejection("INTERNAL_SERVER_ERROR", `Malformed Lambda response: ${error.message}`);
  }
}

/** The parsed result; `undefined` for text that is not JSON. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // passed on as it is in payload 2.0, malformed in payload 1.0
  }
}

function inferAnswer(result: unknown, text: string): HttpAnswer {
  const body = Buffer.from(typeof result === "string" ? result : text);
  return { status: 200, headers: [["Content-Type", "application/json"]], body };
}

function readAnswer(result: unknown, readHeaders: (result: JsonObject) => readonly HeaderPair[]): HttpAnswer {
  if (!isJsonObject(result)) throw new Malformed("it is not an object");
  const headers: HeaderPair[] = [];
  for (const [name, value] of readHeaders(result)) {
    if (!dropped.has(toLowerName(name))) headers.push([toTitleCase(name), value]);
  }
  const typed = headers.some(([name]) => name === "Content-Type");
  const body = readBody(result["body"]);
  return {
    status: readStatus(result["statusCode"]),
    headers: typed ? headers : [["Content-Type", "text/plain; charset=utf-8"], ...headers],
    body: readFlag(result["isBase64Encoded"]) ? decode(body) : Buffer.from(body),
  };
}

function readHeadersV1(result: JsonObject): readonly HeaderPair[] {
  return [...readSingleHeaders(result["headers"]), ...readMultiHeaders(result["multiValueHeaders"])];
}

function readHeadersV2(result: JsonObject): readonly HeaderPair[] {
  const cookies = result["cookies"] ?? [];
  if (!Array.isArray(cookies)) throw new Malformed("cookies is not a list");
  return [
    ...readSingleHeaders(result["headers"]),
    ...cookies.map((cookie) => readHeader("set-cookie", cookie)),
  ];
}

function decode(body: string): Buffer {
  if (!isBase64(body)) throw new Malformed("body is not base64");
  return Buffer.from(body, "base64");
}

// What a proxy function returned to a REST API, read by API Gateway's strict rules.
import type { HeaderPair } from "./application.ts";
import { Rejection } from "./rejection.ts";
import {
  isJsonObject,
  Malformed,
  readBody,
  readFlag,
  readMultiHeaders,
  readSingleHeaders,
  readStatus,
} from "./result-headers.ts";

/** A well-formed result. */
export interface RestReply {
  readonly status: number;
  readonly headers: readonly HeaderPair[];
  readonly body: string;
  readonly isBase64Encoded: boolean;
}

const known = new Set([
  "statusCode",
  "headers",
  "multiValueHeaders",
  "body",
  "isBase64Encoded",
  "base64Encoded",
]);

/**
 * Reads a proxy function's result. All five keys may be left out or `null`; any other key is malformed.
 *
 * @throws Rejection `INTEGRATION_FAILURE` with 502: `Malformed Lambda proxy response`, and what is wrong with it.
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html
 */
export function readRestResult(payload: string | undefined): RestReply {
  try {
    return read(parse(payload));
  } catch (error) {
    if (!(error instanceof Malformed)) throw error;
    throw toMalformed(error.message);
  }
}

/** The refusal of an answer that is none, for the reason given. */
export function toMalformed(reason: string): Rejection {
  return new Rejection("INTEGRATION_FAILURE", {
    status: 502,
    why: `Malformed Lambda proxy response: ${reason}`,
  });
}

function parse(payload: string | undefined): unknown {
  try {
    return JSON.parse(payload ?? "null");
  } catch {
    throw new Malformed("it is not JSON");
  }
}

function read(result: unknown): RestReply {
  if (!isJsonObject(result)) throw new Malformed("it is not an object");
  const unknown = Object.keys(result).find((key) => !known.has(key));
  if (unknown !== undefined) throw new Malformed(`the key ${JSON.stringify(unknown)} is not allowed`);
  const multi = readMultiHeaders(result["multiValueHeaders"]);
  const single = readSingleHeaders(result["headers"]);
  return {
    status: readStatus(result["statusCode"] ?? 200),
    headers: merge(multi, single),
    body: readBody(result["body"]),
    isBase64Encoded: readFlag(result["isBase64Encoded"]),
  };
}

/** Lists first, then single values, each under the spelling that the lists use. */
function merge(multi: readonly HeaderPair[], single: readonly HeaderPair[]): readonly HeaderPair[] {
  if (multi.length === 0) return single;
  const spelling = new Map(multi.map(([name]) => [name.toLowerCase(), name]));
  return [
    ...multi,
    ...single.map(([name, value]): HeaderPair => [spelling.get(name.toLowerCase()) ?? name, value]),
  ];
}

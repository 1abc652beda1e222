// Headers in a function's result: what may stand there, and what it means on the wire.
import type { HeaderPair } from "./application.ts";
import { isHeaderName } from "./headers.ts";

/** Raised inside a result reader: the result cannot be an answer. `message` is for the developer. */
export class Malformed extends Error {}

/** A JSON object, whose keys are all unknown. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** Whether a value read from JSON is an object: not `null`, not a list. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Reads `headers`: strings, numbers and booleans; `null` values are left out. */
export function readSingleHeaders(value: unknown): readonly HeaderPair[] {
  if (value === undefined || value === null) return [];
  if (!isJsonObject(value)) throw new Malformed("headers is not an object");
  const headers: HeaderPair[] = [];
  for (const name of Object.keys(value))
    if (value[name] !== null) headers.push(readHeader(name, value[name]));
  return headers;
}

/** Reads `multiValueHeaders`: lists of strings, numbers and booleans. */
export function readMultiHeaders(value: unknown): readonly HeaderPair[] {
  if (value === undefined || value === null) return [];
  if (!isJsonObject(value)) throw new Malformed("multiValueHeaders is not an object");
  return Object.entries(value).flatMap(([name, list]) => {
    if (!Array.isArray(list)) throw new Malformed(`multiValueHeaders.${name} is not a list`);
    return list.map((one) => readHeader(name, one));
  });
}

/** One header line, written as text; refused if it would break the framing of HTTP. */
export function readHeader(name: string, value: unknown): HeaderPair {
  const isScalar = typeof value === "string" || typeof value === "number" || typeof value === "boolean";
  if (!isScalar) throw new Malformed(`the header ${JSON.stringify(name)} is not a string`);
  const text = String(value);
  if (!isHeaderName(name)) {
    throw new Malformed(`the header name ${JSON.stringify(name)} has characters that HTTP does not allow`);
  }
  // oxlint-disable-next-line no-control-regex -- control characters are what must not pass
  if (/[\0-\x08\x0a-\x1f\x7f]/.test(text)) {
    throw new Malformed(`the header ${JSON.stringify(name)} has control characters in its value`);
  }
  return [name, text];
}

/** Reads a status: a whole number from 200 to 599, or its digits as text. */
export function readStatus(value: unknown): number {
  const number = typeof value === "string" && /^\d{3}$/.test(value) ? Number(value) : value;
  if (typeof number === "number" && Number.isInteger(number) && number >= 200 && number <= 599) return number;
  throw new Malformed("statusCode is not a whole number from 200 to 599");
}

/** Reads a body: text, or nothing. */
export function readBody(value: unknown): string {
  if (value === undefined || value === null) return "";
  if (typeof value === "string") return value;
  throw new Malformed("body is not a string");
}

/** Reads `isBase64Encoded`: a boolean, or nothing. */
export function readFlag(value: unknown): boolean {
  if (value === undefined || value === null) return false;
  if (typeof value === "boolean") return value;
  throw new Malformed("isBase64Encoded is not true or false");
}

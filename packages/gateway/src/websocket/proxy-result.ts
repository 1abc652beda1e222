// What an integration gave a WebSocket API, and how a function's result is read by the rules of a Lambda proxy integration.
import { nameFault } from "../function-fault.ts";
import { Rejection } from "../invoke/rejection.ts";
import type { Invocation } from "../ports.ts";

/** An integration's answer, or why there is none. */
export type IntegrationResult =
  | {
      readonly kind: "answered";
      /** `undefined` where the function left it out. */
      readonly status: number | undefined;
      /** Lower-case names. */
      readonly headers: ReadonlyMap<string, string>;
      /** Bytes go out as a binary message. */
      readonly body: string | Uint8Array | undefined;
    }
  | { readonly kind: "timed-out" }
  /** It was not called, or its answer cannot be mapped. */
  | { readonly kind: "refused"; readonly rejection: Rejection }
  /** `why` is for the developer, without anything that the function said. */
  | { readonly kind: "failed"; readonly why: string };

const knownKeys: ReadonlySet<string> = new Set([
  "statusCode",
  "headers",
  "multiValueHeaders",
  "body",
  "isBase64Encoded",
]);

const failed = (why: string): IntegrationResult => ({ kind: "failed", why });

/**
 * Reads the outcome of an invocation. A result that is no proxy response counts as failed, as on AWS.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html
 */
export function readProxyResult(invocation: Invocation): IntegrationResult {
  if (invocation.kind === "timed-out") return { kind: "timed-out" };
  if (invocation.kind === "failed") return readFault(invocation);
  if (invocation.kind === "throttled") return failed("no execution environment was free");
  if (invocation.kind === "too-large") return failed(`its ${invocation.which} is over 6 MB`);
  const result = parse(invocation.payload ?? "");
  if (!isObject(result)) return failed("it did not return an object such as { statusCode: 200 }");
  for (const key of Object.keys(result)) {
    if (!knownKeys.has(key)) return failed(`its result has the key ${key}, which a proxy response has not`);
  }
  const status = readStatus(result["statusCode"]);
  if (status === "malformed") return failed("its statusCode is not a number from 200 to 599");
  const { headers = {}, body } = result as { headers?: unknown; body?: unknown }; // checked below
  if (headers !== null && !isObject(headers)) return failed("its headers are not an object");
  if (body !== undefined && body !== null && typeof body !== "string")
    return failed("its body is not a string");
  return { kind: "answered", status, headers: readHeaders(headers ?? {}), body: body ?? undefined };
}

/** A function that is not there is a fault of the API, not of the function. */
function readFault(invocation: Extract<Invocation, { readonly kind: "failed" }>): IntegrationResult {
  const why = `it failed with ${nameFault(invocation)}`;
  if (!invocation.isMissing) return failed(why);
  return { kind: "refused", rejection: new Rejection("API_CONFIGURATION_ERROR", { why }) };
}

/** Why there is no answer, for the developer. */
export function explain(result: Exclude<IntegrationResult, { readonly kind: "answered" }>): string {
  if (result.kind === "refused") return result.rejection.message;
  return result.kind === "timed-out" ? "no answer in time" : result.why;
}

function readStatus(value: unknown): number | undefined | "malformed" {
  if (value === undefined || value === null) return undefined;
  const isWritten = typeof value === "number" || (typeof value === "string" && /^\d{3}$/.test(value));
  const status = isWritten ? Number(value) : Number.NaN;
  return Number.isInteger(status) && status >= 200 && status <= 599 ? status : "malformed";
}

function readHeaders(headers: object): ReadonlyMap<string, string> {
  const texts = Object.entries(headers).filter(([, value]) => typeof value === "string");
  return new Map(texts.map(([name, value]) => [name.toLowerCase(), String(value)]));
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function parse(payload: string): unknown {
  try {
    return JSON.parse(payload);
  } catch {
    return undefined; // reported as "did not return an object"
  }
}

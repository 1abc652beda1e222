// What a Lambda authorizer's answer means, for REST, HTTP and WebSocket APIs alike.
import { nameFault } from "../function-fault.ts";
import { limits } from "@gatewright/contract";
import { failures } from "../failures.ts";
import type { Invocation } from "../ports.ts";
import {
  askPolicy,
  type Policy,
  type PolicyQuestion,
  type PolicyVerdict,
  readPolicy,
} from "../policy/policy.ts";

/**
 * How an authorizer may answer: `policy` with scalar context (REST, WebSocket, HTTP 1.0),
 * `policy-2.0` with any JSON in its context (HTTP 2.0), or `simple` (HTTP 2.0, `isAuthorized`).
 */
export type AuthorizerForm = "policy" | "policy-2.0" | "simple";

/** An authorizer's answer that was understood. It may be kept for the TTL and asked about many ARNs. */
export type AuthorizerAnswer =
  | {
      readonly kind: "policy";
      readonly policy: Policy;
      readonly principalId: string;
      /** For the form `policy`, every value is a string: numbers and booleans were written out. */
      readonly context: Readonly<Record<string, unknown>>;
      /** The value of an API key, where the API takes its keys from the authorizer. */
      readonly usageIdentifierKey?: string;
    }
  | {
      readonly kind: "simple";
      readonly isAuthorized: boolean;
      readonly context: Readonly<Record<string, unknown>>;
    };

/** What came of calling an authorizer. */
export type AuthorizerResult =
  | AuthorizerAnswer
  /** The function threw an error whose message is exactly `Unauthorized`. */
  | { readonly kind: "unauthorized" }
  /** Anything else: `why` is for the developer's eyes, never for the client's. */
  | { readonly kind: "broken"; readonly why: string };

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const broken = (why: string): AuthorizerResult => ({ kind: "broken", why });

/**
 * Reads what came back from calling a Lambda authorizer. Never throws; nothing half understood lets anybody in.
 *
 * @example
 * const result = readAuthorizerResult(await functions.invoke("authorizer", event, { timeoutMs: 10_000 }), "policy");
 * if (result.kind === "policy") console.log(judgeAnswer(result, { action: "execute-api:invoke", resource: arn, keys }));
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-lambda-authorizer-output.html
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-lambda-authorizer.html
 */
export function readAuthorizerResult(
  invocation: Invocation,
  form: AuthorizerForm,
  options: { readonly maxBytes?: number } = {},
): AuthorizerResult {
  if (invocation.kind === "failed" && invocation.errorMessage === "Unauthorized")
    return { kind: "unauthorized" };
  if (invocation.kind === "failed") return broken(`it failed with ${nameFault(invocation)}`);
  if (invocation.kind === "timed-out") return broken(`no answer within ${limits.authorizerTimeoutMs} ms`);
  if (invocation.kind === "throttled") return broken("no execution environment was free");
  if (invocation.kind === "too-large") return broken(`its ${invocation.which} is over 6 MB`);
  const payload = invocation.payload ?? "";
  if (options.maxBytes !== undefined && Buffer.byteLength(payload) > options.maxBytes) {
    return broken(`its result is over ${options.maxBytes} bytes`);
  }
  const answer = parse(payload);
  if (!isObject(answer)) return broken("its result is not an object");
  return form === "simple" ? readSimple(answer) : readWithPolicy(answer, form);
}

/** Judges one request by an answer, fresh or cached: the cached object is the policy, not the verdict. */
export function judgeAnswer(answer: AuthorizerAnswer, question: PolicyQuestion): PolicyVerdict {
  if (answer.kind === "policy") return askPolicy(answer.policy, question);
  return answer.isAuthorized ? "allow" : "explicit-deny";
}

function readSimple(answer: Readonly<Record<string, unknown>>): AuthorizerResult {
  const { isAuthorized, context = {} } = answer as { isAuthorized?: unknown; context?: unknown }; // checked below
  if (typeof isAuthorized !== "boolean") return broken("isAuthorized is not true or false");
  if (context !== null && !isObject(context)) return broken("context is not an object");
  return { kind: "simple", isAuthorized, context: context ?? {} };
}

function readWithPolicy(
  answer: Readonly<Record<string, unknown>>,
  form: "policy" | "policy-2.0",
): AuthorizerResult {
  const principalId = answer["principalId"];
  if (typeof principalId !== "string") return broken("principalId is not a string");
  const key = answer["usageIdentifierKey"] ?? undefined;
  if (key !== undefined && typeof key !== "string") return broken("usageIdentifierKey is not a string");
  const context = answer["context"] ?? {};
  if (!isObject(context)) return broken("context is not an object");
  const written = form === "policy" ? writeScalars(context) : context;
  if (typeof written === "string") return broken(`context.${written} is not a string, number or boolean`);
  try {
    const policy = readPolicy(answer["policyDocument"], { of: "Its policyDocument" });
    const usage = key === undefined ? {} : { usageIdentifierKey: key };
    return { kind: "policy", policy, principalId, context: written, ...usage };
  } catch (error) {
    if (failures.is(error)) return broken(error.message);
    throw error;
  }
}

/** The context with every value as a string, or the name of the first value that cannot be one. */
function writeScalars(context: Readonly<Record<string, unknown>>): Record<string, string> | string {
  const written: [string, string][] = [];
  for (const [name, value] of Object.entries(context)) {
    if (typeof value !== "string" && typeof value !== "number" && typeof value !== "boolean") return name;
    written.push([name, String(value)]);
  }
  return Object.fromEntries(written);
}

function parse(payload: string): unknown {
  try {
    return JSON.parse(payload);
  } catch {
    return undefined; // not JSON: reported as "not an object"
  }
}

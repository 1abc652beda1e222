// What may travel from the authorizer to the handlers, and in which words.
import type { AuthorizerContextValue } from "@gatewright/contract";
import type { Allowed, AuthorizerContext } from "./decision.ts";
import { failures } from "./failures.ts";

/** Names that API Gateway or the event readers use themselves. */
const reserved: ReadonlySet<string> = new Set(["principalId", "integrationLatency", "claims", "gw"]);

/**
 * Writes a context for API Gateway: every value under its own name, and all of them as JSON under `gw`.
 *
 * REST and WebSocket APIs hand numbers and booleans on as strings; from `gw` they are read back as they were.
 *
 * @throws Failure `CONTEXT_NAME_RESERVED`, `CONTEXT_VALUE_REFUSED`.
 */
export function encodeContext(context: AuthorizerContext): Record<string, AuthorizerContextValue> {
  const values: Record<string, AuthorizerContextValue> = {};
  for (const name of Object.keys(context)) {
    const value = context[name];
    if (value === undefined) continue;
    if (reserved.has(name)) throw failures.create("CONTEXT_NAME_RESERVED", { name });
    if (!isScalar(value)) throw failures.create("CONTEXT_VALUE_REFUSED", { name });
    values[name] = value;
  }
  values["gw"] = JSON.stringify(values);
  return values;
}

/** Shorter tokens are in other texts by chance. */
const shortestToken = 16;

/**
 * Refuses a grant that hands the token itself on: a context is logged, cached and passed to other functions.
 *
 * @throws Failure `CONTEXT_HOLDS_TOKEN`.
 */
export function refuseToken({ principalId, context }: Allowed, token: string): void {
  if (token.length < shortestToken) return;
  if (principalId.includes(token)) throw failures.create("CONTEXT_HOLDS_TOKEN", { name: "principalId" });
  for (const name of Object.keys(context)) {
    const value = context[name];
    if (typeof value === "string" && value.length >= token.length && value.includes(token))
      throw failures.create("CONTEXT_HOLDS_TOKEN", { name });
  }
}

function isScalar(value: unknown): value is AuthorizerContextValue {
  return (
    typeof value === "string" ||
    typeof value === "boolean" ||
    (typeof value === "number" && Number.isFinite(value))
  );
}

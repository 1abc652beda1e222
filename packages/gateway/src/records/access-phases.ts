// What a log tells of the phases before an integration: the web ACL, who calls, and whether they may.
import type { Notes } from "../invoke/trace.ts";
import { type HttpFacts, type RestFacts, toIntegrationStatus } from "./facts.ts";
import type { ShownError } from "./shown-error.ts";

/** One phase: `status`, `latency` in milliseconds, and `error`. What does not exist is left out or `undefined`. */
type Phase = Readonly<Record<string, unknown>>;

/** How a method or route finds out who calls. */
export type Way = "iam" | "function" | "token" | "nobody";

/** A request at the end of these phases. */
export interface Passage {
  readonly way: Way;
  readonly isIn: boolean;
  readonly notes: Pick<Notes, "accessMs" | "authorizer">;
  /** Why it came no further; `undefined` where it did, or never came so far. */
  readonly refusal: ShownError | undefined;
}

/** What API Gateway says of everybody who is known and may not make the call. */
const notAuthorized = "The client is not authorized to perform this operation.";

/**
 * `$context.waf`, `authenticate`, `authorizer` and `authorize` of a REST request, each only where there was such a phase:
 * IAM has no `authorizer`, a Lambda authorizer no `authenticate`, a user pool neither `authenticate` nor `authorize`.
 *
 * @param error the refusal as logs may show it
 * @see https://aws.amazon.com/blogs/compute/troubleshooting-amazon-api-gateway-with-enhanced-observability-variables/
 */
export function toRestPhases(
  { plan, notes, reached }: RestFacts,
  error: ShownError | undefined,
): Readonly<Record<"waf" | "authenticate" | "authorizer" | "authorize", Phase>> {
  const { authorizerId, iam } = reached.route?.method ?? {};
  const isIn = reached.iamCaller !== undefined; // `null` is in, too
  const passage = {
    way: toWay(iam, authorizerId, plan.authorizers),
    isIn,
    notes,
    refusal: reached.route && !isIn ? error : undefined,
  };
  return { waf: toWaf(notes, error), ...toPhases(passage) };
}

/** Who calls, and whether they may. */
export function toPhases(
  passage: Passage,
): Readonly<Record<"authenticate" | "authorizer" | "authorize", Phase>> {
  return {
    authenticate: toAuthenticate(passage),
    authorizer: toAuthorizer(passage),
    authorize: toAuthorize(passage),
  };
}

/** `$context.authorizer` of a request to an HTTP API, beside what the authorizer said. */
export function toHttpAuthorizer({ plan, notes, reached }: HttpFacts, error: ShownError | undefined): Phase {
  const { authorizerId, iam } = reached.route ?? {};
  const isIn = reached.authorizer !== undefined; // `null` is in, too
  const refusal = reached.route && !isIn ? error : undefined;
  return toAuthorizer({ way: toWay(iam, authorizerId, plan.authorizers), isIn, notes, refusal });
}

function toWay(
  iam: boolean | undefined,
  authorizerId: string | undefined,
  functions: ReadonlyMap<string, unknown>,
): Way {
  if (iam === true) return "iam";
  if (authorizerId === undefined) return "nobody";
  return functions.has(authorizerId) ? "function" : "token";
}

function toWaf({ waf, wafMs }: Notes, error: ShownError | undefined): Phase {
  if (!waf) return {};
  if (waf.responseCode === "WAF_ALLOW") return { status: 200, latency: wafMs };
  return { status: 403, latency: wafMs, error: error?.message };
}

/** Whether the signature holds. */
function toAuthenticate({ way, isIn, notes, refusal }: Passage): Phase {
  if (way !== "iam") return {};
  const latency = notes.accessMs;
  if (isIn || refusal?.type === "ACCESS_DENIED") return { status: 200, latency };
  return refusal ? { status: refusal.status, latency, error: refusal.message } : {};
}

/** What the authorizer said. */
function toAuthorizer({ way, isIn, notes, refusal }: Passage): Phase {
  if ((way !== "function" && way !== "token") || (!isIn && !refusal)) return {};
  const { authorizer, accessMs: latency } = notes;
  return {
    latency,
    status: refusal?.status ?? 200,
    error: refusal?.type === "ACCESS_DENIED" ? undefined : (refusal?.why ?? refusal?.message),
    ...(way === "function" && { integrationLatency: authorizer?.latencyMs ?? 0 }),
    ...(authorizer && {
      integrationStatus: toIntegrationStatus(authorizer.outcome),
      requestId: authorizer.requestId,
    }),
  };
}

/** Whether policies allow the call. It takes no time that could be told. */
function toAuthorize({ way, isIn, refusal }: Passage): Phase {
  const hasPolicies = way === "iam" || way === "function";
  if (isIn) return hasPolicies ? { status: 200, latency: 0 } : {};
  if (refusal?.type === "ACCESS_DENIED") return { status: 403, latency: 0, error: notAuthorized };
  return way === "function" && refusal ? { status: refusal.status, error: refusal.message } : {};
}

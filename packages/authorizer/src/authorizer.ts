// One definition of who may enter, for every API kind: take the token, have it checked, decide, answer.
import { isFailure, type AuthorizerEvent, type AuthorizerResult } from "@gatewright/contract";
import { answerAllowed, answerDenied, type HttpResponseForm } from "./answer.ts";
import type { Decision } from "./decision.ts";
import { failures } from "./failures.ts";
import { readRequest, type AuthorizerKind, type AuthorizerRequest } from "./request.ts";
import { takeToken, type TokenSource } from "./token-source.ts";
import { verifyToken, type ClaimsOf, type Verifier } from "./verify/verifier.ts";

/** Who may enter, and how they show it. */
export interface AuthorizerOptions<Verifiers extends readonly Verifier[]> {
  /** Where the token may be. All are looked at; two different tokens are refused. */
  readonly token: readonly TokenSource[];
  /** Who checks it: the first that takes the token's issuer. */
  readonly verify: Verifiers;
  /** Decides about a caller whose token is good. */
  readonly decide: (checked: {
    readonly claims: ClaimsOf<Verifiers>;
    readonly request: AuthorizerRequest;
  }) => Decision | Promise<Decision>;
  /**
   * How HTTP APIs with payload 2.0 are answered. Must say the same as the API's own setting (`enableSimpleResponses`),
   * which the event does not tell.
   *
   * @default "simple"
   */
  readonly httpResponse?: HttpResponseForm;
  /** Told once per call what came of it, for logs and metrics. When it throws, the call fails. */
  readonly onOutcome?: (outcome: AuthorizerOutcome) => void;
}

/** What came of one call. Holds nothing of the token. */
export interface AuthorizerOutcome {
  /** `unauthenticated`: no good token. `denied`: good token, no right. `unavailable`: could not be found out. */
  readonly kind: "allowed" | "denied" | "unauthenticated" | "unavailable";
  /** Stable, for metrics and alarms: `TOKEN_EXPIRED`, `KEYS_UNAVAILABLE`, `DENIED` … */
  readonly code: string;
  readonly api: AuthorizerKind;
  readonly principalId?: string;
  /** The reason given to `deny`, or what kept the token from being checked. */
  readonly detail?: string;
}

interface Judged {
  readonly outcome: AuthorizerOutcome;
  answer(): AuthorizerResult;
}

/**
 * Makes a Lambda authorizer that answers TOKEN, REQUEST (payload 1.0 and 2.0) and WebSocket `$connect` events.
 *
 * | outcome | REST, WebSocket, HTTP 1.0 | HTTP 2.0 |
 * |---|---|---|
 * | allowed | Allow policy | `isAuthorized: true`, or Allow policy |
 * | denied | Deny policy: 403 | `isAuthorized: false`, or Deny policy: 403 |
 * | unauthenticated | `Unauthorized` thrown: 401 | as denied: 403, since HTTP APIs know no other refusal |
 * | unavailable | a failure thrown: 500 | the same |
 *
 * Answers are safe to cache: they cover everything that the token may call, not the call that came first.
 *
 * @example
 * export const handler = authorizer({
 *   token: [fromHeader("authorization"), fromSubprotocol()],
 *   verify: [cognito({ userPoolId, clientId, tokenUse: "access" })],
 *   decide: ({ claims }) => allow({ principalId: claims.sub, context: { name: claims.username } }),
 * });
 *
 * @throws Failure `AUTHORIZER_INCOMPLETE` when it is made.
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-use-lambda-authorizer.html
 */
export function authorizer<const Verifiers extends readonly Verifier[]>(
  options: AuthorizerOptions<Verifiers>,
): (event: AuthorizerEvent) => Promise<AuthorizerResult> {
  if (options.token.length === 0) throw failures.create("AUTHORIZER_INCOMPLETE", { option: "token" });
  if (options.verify.length === 0) throw failures.create("AUTHORIZER_INCOMPLETE", { option: "verify" });
  return async (event) => {
    const judged = await judge(readRequest(event), options);
    options.onOutcome?.(judged.outcome);
    return judged.answer();
  };
}

/** The order of work: token, check, decision, answer. Whatever throws on the way lets nobody in. */
async function judge<const Verifiers extends readonly Verifier[]>(
  request: AuthorizerRequest,
  options: AuthorizerOptions<Verifiers>,
): Promise<Judged> {
  const taken = takeToken(options.token, request);
  if (taken.kind !== "taken") return judgeRefused(taken, request, options);
  try {
    const checked = await verifyToken(options.verify, taken.token, request);
    if (checked.kind !== "verified") return judgeRefused(checked, request, options);
    const claims = checked.claims as ClaimsOf<Verifiers>; // one of these verifiers made them
    return judgeDecided(await options.decide({ claims, request }), { request, options, claims });
  } catch (error) {
    const code = isFailure(error) ? error.code : "DECIDE_FAILED";
    return { outcome: { kind: "unavailable", code, api: request.kind }, answer: () => rethrow(error) };
  }
}

function judgeDecided(decision: Decision, { request, options, claims }: Decided): Judged {
  const form = options.httpResponse ?? "simple";
  const api = request.kind;
  const denied = (code: string, principalId: string, detail?: string): Judged => ({
    outcome: { kind: "denied", code, api, principalId, ...(detail === undefined ? {} : { detail }) },
    answer: () => answerDenied(request, form, principalId),
  });
  switch (decision?.decision) {
    case "allow": {
      const { principalId } = decision;
      const answer = answerAllowed(decision, request, form);
      if (!answer) return denied("ROUTE_NOT_ALLOWED", principalId);
      return { outcome: { kind: "allowed", code: "ALLOWED", api, principalId }, answer: () => answer };
    }
    case "deny":
      return denied("DENIED", subjectOf(claims), decision.reason);
    default:
      throw failures.create("DECISION_UNREADABLE", undefined);
  }
}

interface Decided {
  readonly request: AuthorizerRequest;
  readonly options: { readonly httpResponse?: HttpResponseForm };
  readonly claims: object;
}

interface Refused {
  readonly kind: "unauthenticated" | "unavailable";
  readonly code: string;
  readonly detail?: string;
}

function judgeRefused(
  { kind, code, detail }: Refused,
  request: AuthorizerRequest,
  options: { readonly httpResponse?: HttpResponseForm },
): Judged {
  const facts = { code, ...(detail === undefined ? {} : { detail }) };
  return {
    outcome: { kind, api: request.kind, ...facts },
    answer() {
      if (kind === "unavailable") throw failures.create("AUTHORIZER_UNAVAILABLE", facts);
      if (request.kind === "http-2.0")
        return answerDenied(request, options.httpResponse ?? "simple", "anonymous");
      throw new Error("Unauthorized"); // the exact words: API Gateway makes 401 of them, and 500 of any others
    },
  };
}

function subjectOf(claims: object): string {
  return "sub" in claims && typeof claims.sub === "string" && claims.sub !== "" ? claims.sub : "anonymous";
}

function rethrow(error: unknown): never {
  throw error;
}

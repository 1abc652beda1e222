// One definition of who may enter, for every API kind: take the token, have it checked, decide, answer.
import type { AuthorizerEvent, AuthorizerResult } from "@gatewright/contract";
import { answerAllowed, answerDenied, type HttpResponseForm } from "./answer.ts";
import { failures } from "./failures.ts";
import { assertComplete, judge, type JudgeOptions, type Judgement } from "./judge.ts";
import { readRequest, type AuthorizerRequest } from "./request.ts";
import type { Verifier } from "./verify/verifier.ts";

/** Who may enter, how they show it, and how HTTP APIs are answered. */
export interface AuthorizerOptions<Verifiers extends readonly Verifier[]> extends JudgeOptions<Verifiers> {
  /**
   * How HTTP APIs with payload 2.0 are answered. Must say the same as the API's own setting (`enableSimpleResponses`),
   * which the event does not tell.
   *
   * @default "simple"
   */
  readonly httpResponse?: HttpResponseForm;
}

/**
 * Makes a Lambda authorizer that answers TOKEN, REQUEST (payload 1.0 and 2.0) and WebSocket `$connect` events.
 *
 * | outcome | REST, WebSocket, HTTP 1.0 | HTTP 2.0 |
 * |---|---|---|
 * | allowed | Allow policy | `isAuthorized: true`, or Allow policy |
 * | denied | Deny policy: 403 | `isAuthorized: false`, or Deny policy: 403 |
 * | unauthenticated | `Unauthorized` thrown: 401 | as denied: 403, since HTTP APIs document no other refusal |
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
  assertComplete(options);
  const form = options.httpResponse ?? "simple";
  return async (event) => {
    const request = readRequest(event);
    const judgement = await judge(request, options, (granted) => answerAllowed(granted, request, form));
    return toResult(judgement, request, form);
  };
}

function toResult(
  judgement: Judgement<AuthorizerResult>,
  request: AuthorizerRequest,
  form: HttpResponseForm,
): AuthorizerResult {
  switch (judgement.kind) {
    case "allowed":
      return judgement.answer;
    case "denied":
      return answerDenied(request, form, judgement.principalId);
    case "unauthenticated":
      if (request.kind === "http-2.0") return answerDenied(request, form, "anonymous");
      throw new Error("Unauthorized"); // the exact words: API Gateway makes 401 of them, and 500 of any others
    default:
      throw unavailable(judgement);
  }
}

function unavailable({ code, detail, error }: Extract<Judgement<never>, { kind: "unavailable" }>): unknown {
  if (error !== undefined) return error;
  return failures.create("AUTHORIZER_UNAVAILABLE", { code, ...(detail === undefined ? {} : { detail }) });
}

// A token that comes by itself, such as in a message of a live socket whose first token is about to end.
import type { HandlerEvent } from "../handler-event.ts";
import type { AuthorizerRequest } from "../request.ts";
import { verifyToken, type ClaimsOf, type Verification, type Verifier } from "./verifier.ts";

/** There is no request: nothing that a verifier could ask it is there. */
const noRequest: AuthorizerRequest = {
  kind: "handler",
  arn: { partition: "aws", region: "", accountId: "", apiId: "", stage: "", call: "" },
  header: () => [],
  query: () => [],
  cookie: () => [],
  event: {} as HandlerEvent, // for verifiers of your own that look at it: it is empty
};

/**
 * Checks a token that no request carries, with the verifiers of an authorizer. Whether it is the same user's is the
 * caller's to compare. Never rejects; the codes are for logs.
 *
 * @example
 * const checked = await checkToken([cognito({ userPoolId, clientId, tokenUse: "access" })], message.body.token);
 * if (checked.kind !== "verified" || checked.claims.sub !== message.auth.userId) throw new SocketError("NOT_RENEWED", "…");
 */
export function checkToken<const Verifiers extends readonly Verifier[]>(
  verify: Verifiers,
  token: string,
): Promise<Verification<ClaimsOf<Verifiers>>> {
  // the verifier that answers gives the claims of its own kind
  return verifyToken(verify, token, noRequest) as Promise<Verification<ClaimsOf<Verifiers>>>;
}

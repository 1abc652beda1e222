// A check of the user's own: an opaque token, a signed ticket, a third party's service.
import type { AuthorizerRequest } from "../request.ts";
import { unauthenticated, type Verifier } from "./verifier.ts";

/**
 * A verifier made from a function: claims let the token pass, `undefined` turns it away (401).
 *
 * When the function throws, nobody is let in and the client sees 500; of the error only its name is told, since its
 * message may hold the token. Name `issuer` to check JWTs of that issuer only; without it every token that no earlier
 * verifier takes comes here.
 *
 * @example
 * custom(async (token) => (await sessions.find(token)) ?? undefined)
 */
export function custom<Claims extends object>(
  check: (token: string, request: AuthorizerRequest) => Promise<Claims | undefined> | Claims | undefined,
  options: { readonly issuer?: string } = {},
): Verifier<Claims> {
  return {
    ...(options.issuer === undefined ? {} : { issuers: [options.issuer] }),
    async verify(token, request) {
      const claims = await check(token.text, request);
      return typeof claims === "object" && claims !== null
        ? { kind: "verified", claims }
        : unauthenticated("TOKEN_REFUSED");
    },
  };
}

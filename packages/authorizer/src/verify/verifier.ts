// Who checks a token: the port that every verifier fills, and how one of several is chosen.
import type { AuthorizerRequest } from "../request.ts";
import { readUnverified, type UnverifiedToken } from "./unverified.ts";

/** What a verifier found. The codes go to logs; clients see only 401, 403 or 500. */
export type Verification<Claims extends object = object> =
  | { readonly kind: "verified"; readonly claims: Claims }
  | { readonly kind: "unauthenticated"; readonly code: string }
  /** It could not be found out. `detail` must hold nothing of the token. */
  | { readonly kind: "unavailable"; readonly code: string; readonly detail?: string };

/** Checks tokens of one kind. Must never reject, and never answer `verified` in doubt. */
export interface Verifier<Claims extends object = object> {
  /** The issuers whose tokens it checks. Without them it takes every token, opaque ones too. */
  readonly issuers?: readonly string[];
  verify(token: PresentedToken, request: AuthorizerRequest): Promise<Verification<Claims>>;
}

/** A token as it came, and what it says of itself where it is a JWT. */
export interface PresentedToken {
  readonly text: string;
  readonly unverified: UnverifiedToken | undefined;
}

/** The claims of whichever verifier answers. */
export type ClaimsOf<Verifiers extends readonly Verifier[]> =
  Verifiers[number] extends Verifier<infer Claims> ? Claims : never;

/**
 * Has a token checked by the first verifier that takes its issuer. The others are not asked, whatever it says.
 */
export async function verifyToken<Claims extends object>(
  verifiers: readonly Verifier<Claims>[],
  text: string,
  request: AuthorizerRequest,
): Promise<Verification<Claims>> {
  const unverified = readUnverified(text);
  const issuer = unverified?.payload["iss"];
  const verifier = verifiers.find(
    ({ issuers }) => !issuers || (typeof issuer === "string" && issuers.includes(issuer)),
  );
  if (verifier) return verifier.verify({ text, unverified }, request);
  return { kind: "unauthenticated", code: unverified ? "ISSUER_UNKNOWN" : "TOKEN_MALFORMED" };
}

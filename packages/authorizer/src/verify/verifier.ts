// Who checks a token: the port that every verifier fills, and how one of several is chosen.
import type { AuthorizerRequest } from "../request.ts";
import { readUnverified, type TokenFault, type UnverifiedToken } from "./unverified.ts";

/** What a verifier found. The codes go to logs; clients see only 401, 403 or 500. */
export type Verification<Claims extends object = object> =
  | { readonly kind: "verified"; readonly claims: Claims }
  | Unauthenticated
  /** It could not be found out. `detail` must hold nothing of the token. */
  | { readonly kind: "unavailable"; readonly code: string; readonly detail?: string };

/** The token is not good. `detail` must hold nothing of it. */
export interface Unauthenticated {
  readonly kind: "unauthenticated";
  readonly code: string;
  readonly detail?: string;
}

/** Checks tokens of one kind. Must never reject, and never answer `verified` in doubt. */
export interface Verifier<Claims extends object = object> {
  /** The issuers whose JWTs it checks. Without them, and without `takes`, it takes every token, opaque ones too. */
  readonly issuers?: readonly string[];
  /** Whether a token looks like one of its own, where no issuer says so: by its shape, never by a check. */
  readonly takes?: (token: PresentedToken, request: AuthorizerRequest) => boolean;
  /** The verdict, at once where nothing has to be waited for. */
  verify(
    token: PresentedToken,
    request: AuthorizerRequest,
  ): Verification<Claims> | Promise<Verification<Claims>>;
}

/** A token as it came, and what it says of itself where it is a JWT. */
export interface PresentedToken {
  readonly text: string;
  readonly unverified: UnverifiedToken | undefined;
  /** Why it is no JWT. */
  readonly fault?: TokenFault | undefined;
}

/** The claims of whichever verifier answers. */
export type ClaimsOf<Verifiers extends readonly Verifier[]> =
  Verifiers[number] extends Verifier<infer Claims> ? Claims : never;

/** JWTs that say two things at once: nobody is asked about them, not even who takes everything. */
const deceptive: ReadonlySet<string> = new Set([
  "HEADER_DUPLICATE",
  "CLAIM_DUPLICATE",
  "CLAIM_NAME_REFUSED",
  "TOKEN_TOO_DEEP",
]);

/**
 * Has a token checked by the first verifier that takes it. The others are not asked, whatever it says.
 */
export function verifyToken<Claims extends object>(
  verifiers: readonly Verifier<Claims>[],
  text: string,
  request: AuthorizerRequest,
): Verification<Claims> | Promise<Verification<Claims>> {
  const { token: unverified, fault } = readUnverified(text);
  if (fault !== undefined && deceptive.has(fault)) return unauthenticated(fault);
  const token: PresentedToken = { text, unverified, fault };
  try {
    const verifier = verifiers.find((one) => takesToken(one, token, request));
    if (!verifier) return unauthenticated(fault ?? "ISSUER_UNKNOWN");
    const found = verifier.verify(token, request);
    return "then" in found ? Promise.resolve(found).catch(fail) : found;
  } catch (error) {
    return fail(error);
  }
}

/** Of an error only its name is told: its message may hold the token. */
function fail(error: unknown): Verification<never> {
  const detail = error instanceof Error ? error.name : typeof error;
  return { kind: "unavailable", code: "VERIFIER_FAILED", detail };
}

function takesToken(
  { issuers, takes }: Verifier,
  token: PresentedToken,
  request: AuthorizerRequest,
): boolean {
  if (takes?.(token, request)) return true;
  if (!issuers) return takes === undefined;
  const issuer = token.unverified?.payload["iss"];
  return typeof issuer === "string" && issuers.includes(issuer);
}

/** The token is not good, and why. */
export function unauthenticated(code: string, detail?: string): Unauthenticated {
  return { kind: "unauthenticated", code, ...(detail === undefined ? {} : { detail }) };
}

// Whose tokens the `oidc` verifier takes, and which of them.
import type { StandardSchemaV1 } from "@standard-schema/spec";
import type { KeySet } from "../keys/key-set.ts";

/** What signs a token: key pairs only, since a shared secret would let every reader sign. */
export type SignatureAlgorithm =
  | "RS256"
  | "RS384"
  | "RS512"
  | "PS256"
  | "PS384"
  | "PS512"
  | "ES256"
  | "ES384"
  | "ES512"
  | "EdDSA";

/** Where an issuer's keys are; without it the issuer itself is asked, by discovery. */
export type KeySource =
  /** The address of its key set. */
  | { readonly jwksUri: string; readonly bundled?: KeySet }
  /** The keys themselves. Nothing is ever fetched. */
  | { readonly jwks: KeySet };

/** One issuer, and what its tokens must say. */
export interface OidcOptions<Schema extends StandardSchemaV1<unknown, object>> {
  /** As in the tokens' `iss`, character by character. */
  readonly issuer: string;
  /** This API's name at the issuer: one of them must be in `aud`. `null` takes tokens for anybody: say why. */
  readonly audience: string | readonly string[] | null;
  readonly keys?: KeySource;
  /** Any other is refused, whatever the keys could do. @default ["RS256"] */
  readonly algorithms?: readonly SignatureAlgorithm[];
  /** The header's `typ`, as in `at+jwt`: keeps id tokens and logout tokens of the same issuer out. */
  readonly type?: string;
  /** At least one of these, in `scope` or `scp`. */
  readonly scopes?: readonly string[];
  /** For clocks that differ; at most 300. @default 0 */
  readonly clockToleranceSeconds?: number;
  /** Any Standard Schema (zod, valibot, arktype …): what it makes of the claims is what `decide` gets. */
  readonly claims?: Schema;
  /** Some issuers put `jku` or `x5c` into every token. It is never read; with `true` it may be there. */
  readonly ignoreKeyHeaders?: boolean;
}

/** What every token of an OpenID issuer says. */
export interface OidcClaims {
  readonly iss: string;
  readonly sub?: string;
  readonly aud?: string | readonly string[];
  /** Seconds. */
  readonly exp: number;
  readonly [claim: string]: unknown;
}

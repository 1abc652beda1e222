// Short-lived tokens of our own, given for something that is too long or too good to be sent twice.
import { failures } from "../failures.ts";
import type { KeySet } from "../keys/key-set.ts";
import type { OidcClaims } from "../verify/oidc-options.ts";
import { oidc } from "../verify/oidc.ts";
import type { SignatureAlgorithm } from "../verify/oidc-options.ts";
import type { Verifier } from "../verify/verifier.ts";
import type { PrivateKey } from "../keys/private-key.ts";
import { toPorts, type VerifierPorts } from "../wire/ports.ts";

/** What tokens of our own are made with. */
export interface SessionTokenOptions {
  /** A private key as a JWK with `alg` and `kid`, from a secret store. */
  readonly privateKey: PrivateKey;
  /** Ours, as in `https://chat.example/session`. */
  readonly issuer: string;
  readonly audience: string;
  /** At most 3600. @default 900 */
  readonly lifeSeconds?: number;
}

/** Issues tokens of our own, and checks them. */
export interface SessionTokens {
  issue(
    claims: Readonly<Record<string, unknown>>,
  ): Promise<{ readonly token: string; readonly expiresAt: number }>;
  /** Takes these tokens, and no others. */
  readonly verifier: Verifier<OidcClaims>;
}

/** The members of a JWK that are public, by key type. */
const publicMembers: ReadonlySet<string> = new Set(["kty", "kid", "alg", "crv", "x", "y", "n", "e"]);

/**
 * Makes and checks short-lived tokens of our own, signed by a key pair; for the exchange of a SAML assertion.
 *
 * @throws Failure `SESSION_SETTING_UNREADABLE` when it is made.
 */
export function sessionTokens(options: SessionTokenOptions, ports: VerifierPorts = {}): SessionTokens {
  const { privateKey, issuer, audience, lifeSeconds = 900 } = options;
  const { now } = toPorts(ports);
  if (typeof privateKey?.alg !== "string" || typeof privateKey.kid !== "string" || !("d" in privateKey))
    throw failures.create("SESSION_SETTING_UNREADABLE", { name: "privateKey" });
  if (!(lifeSeconds > 0 && lifeSeconds <= 3600))
    throw failures.create("SESSION_SETTING_UNREADABLE", { name: "lifeSeconds" });
  const jwks: KeySet = {
    keys: [
      {
        ...Object.fromEntries(Object.entries(privateKey).filter(([name]) => publicMembers.has(name))),
        kty: privateKey.kty,
      },
    ],
  };
  return {
    async issue(claims) {
      const { signJwt } = await import("../wire/sign-jwt.ts");
      const iat = Math.floor(now() / 1000);
      const all = { ...claims, iss: issuer, aud: audience, iat, exp: iat + lifeSeconds };
      return { token: await signJwt(all, privateKey, "session+jwt"), expiresAt: all.exp };
    },
    verifier: oidc(
      {
        issuer,
        audience,
        keys: { jwks },
        algorithms: [privateKey.alg as SignatureAlgorithm], // oidc() refuses any other
        type: "session+jwt",
      },
      ports,
    ),
  };
}

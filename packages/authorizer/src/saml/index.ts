// SAML 2.0 assertions as tokens: checked by a kept library, used once, and exchanged for a short token of ours.
import { failures } from "../failures.ts";
import type { OnceStore } from "../once.ts";
import type { SessionTokens } from "../session/session-tokens.ts";
import { unauthenticated, type Verification, type Verifier } from "../verify/verifier.ts";
import { toPorts, type VerifierPorts } from "../wire/ports.ts";
import { readDocument } from "./document.ts";
import type { SamlClaims } from "./assertion.ts";
import type { SamlCheck } from "./saml-check.ts";

export type { SamlClaims } from "./assertion.ts";

/** Whose assertions are taken, and for whom they must be. */
export interface SamlOptions {
  /** The identity provider: its entity id, and the PEM certificates that it may sign with. */
  readonly provider: { readonly entityId: string; readonly certificates: readonly string[] };
  /** Our own entity id: the assertion's audience. */
  readonly audience: string;
  /** The address that the provider posts to: the assertion's recipient. */
  readonly recipient: string;
  /** Remembers assertions, so that each is used once. */
  readonly used: OnceStore;
  /**
   * The requests that we sent ({@link expectSamlResponse}): each may be answered once. `"idp-initiated"` takes
   * assertions that nobody asked for, and only those; know that they allow login CSRF.
   */
  readonly requests: OnceStore | "idp-initiated";
  /** For clocks that differ; at most 300. @default 0 */
  readonly clockToleranceSeconds?: number;
}

/** Loaded with the first assertion. */
let library: typeof import("./saml-check.ts") | undefined;

/**
 * Checks signed SAML 2.0 assertions, bare or in a response, base64 as they are posted.
 *
 * Signature (RSA or ECDSA with SHA-2; of the assertion itself, and the only one in the document), issuer, audience,
 * recipient, times, `InResponseTo`; each assertion is used once. Encrypted assertions, document types, comments and
 * SHA-1 are refused by name.
 *
 * @throws Failure `SAML_SETTING_UNREADABLE` when it is made.
 * @see https://docs.oasis-open.org/security/saml/v2.0/saml-profiles-2.0-os.pdf
 */
export function saml(options: SamlOptions, ports: VerifierPorts = {}): Verifier<SamlClaims> {
  assertSettings(options);
  const { now } = toPorts(ports);
  let check: SamlCheck | undefined;
  return {
    // base64 of "<"
    takes: ({ text }) => /^P[A-P][A-Za-z0-9+/=_\s-]+$/.test(text),
    async verify({ text }) {
      const document = readDocument(text);
      if (typeof document !== "string") return unauthenticated(document.fault);
      library ??= await import("./saml-check.ts");
      check ??= library.createSamlCheck(options, now);
      const found = await check(document);
      return found.kind === "verified" ? useOnce(found, options, now) : found;
    },
  };
}

type Verified = Extract<Verification<SamlClaims>, { kind: "verified" }>;

/** First the assertion, then the request that it answers: whoever comes second with either is turned away. */
async function useOnce(
  found: Verified,
  { used, requests, clockToleranceSeconds = 0 }: SamlOptions,
  now: () => number,
): Promise<Verification<SamlClaims>> {
  const { iss, assertionId, exp, inResponseTo } = found.claims;
  if (requests === "idp-initiated" && inResponseTo !== undefined)
    return unauthenticated("SAML_RESPONSE_NOT_EXPECTED");
  if (requests !== "idp-initiated" && inResponseTo === undefined)
    return unauthenticated("SAML_REQUEST_MISSING");
  const until = Math.max(exp, Math.ceil(now() / 1000)) + clockToleranceSeconds + 1;
  if (!(await used.claim(`saml-assertion#${iss}#${assertionId}`, until)))
    return unauthenticated("SAML_REPLAYED");
  if (requests !== "idp-initiated" && !(await requests.redeem(requestName(inResponseTo ?? ""))))
    return unauthenticated("SAML_RESPONSE_NOT_EXPECTED");
  return found;
}

const requestName = (id: string): string => `saml-request#${id}`;

/**
 * Notes the id of an `AuthnRequest` before the browser is sent away with it.
 *
 * @returns `false` for an id that is noted already: make another.
 */
export function expectSamlResponse(
  requests: OnceStore,
  requestId: string,
  until: number = Math.ceil(Date.now() / 1000) + 300,
): Promise<boolean> {
  return requests.claim(requestName(requestId), until);
}

/**
 * Checks an assertion that was posted, and gives a short-lived token of ours for it.
 *
 * @example
 * const exchange = samlExchange(saml(options), sessionTokens({ privateKey, issuer, audience }));
 * const given = await exchange(form.get("SAMLResponse"));
 * if (given.kind === "exchanged") return reply(200, { token: given.token });
 */
export function samlExchange(
  verifier: Verifier<SamlClaims>,
  sessions: SessionTokens,
): (assertion: string) => Promise<SamlExchange> {
  return async (assertion) => {
    const token = { text: assertion, unverified: undefined };
    const found = await verifier.verify(token, nowhere);
    if (found.kind !== "verified") return found;
    const { claims } = found;
    const { sub, iss, attributes, sessionIndex } = claims;
    const own = { sub, idp: iss, attributes, ...(sessionIndex === undefined ? {} : { sessionIndex }) };
    return { kind: "exchanged", claims, ...(await sessions.issue(own)) };
  };
}

/** What an exchange came to. */
export type SamlExchange =
  | {
      readonly kind: "exchanged";
      readonly token: string;
      /** Seconds since the epoch. */
      readonly expiresAt: number;
      readonly claims: SamlClaims;
    }
  | Exclude<Verification<SamlClaims>, { kind: "verified" }>;

/** An assertion says all there is to check: the request that brings it says nothing. */
const nowhere = {} as Parameters<Verifier["verify"]>[1]; // saml() reads no request

function assertSettings({ provider, audience, recipient, clockToleranceSeconds = 0 }: SamlOptions): void {
  const refuse = (name: string): never => {
    throw failures.create("SAML_SETTING_UNREADABLE", { name });
  };
  const isPem = (text: string): boolean => /-----BEGIN (CERTIFICATE|PUBLIC KEY)-----/.test(text);
  if (!provider?.entityId) refuse("provider.entityId");
  if (provider.certificates.length === 0 || !provider.certificates.every(isPem))
    refuse("provider.certificates");
  if (!audience) refuse("audience");
  if (!recipient) refuse("recipient");
  if (!(clockToleranceSeconds >= 0 && clockToleranceSeconds <= 300)) refuse("clockToleranceSeconds");
}

// The part of the SAML verifier that needs the library: loaded with the first assertion.
import { SAML, ValidateInResponseTo } from "@node-saml/node-saml";
import { unauthenticated, type Verification } from "../verify/verifier.ts";
import { readAssertion, type Assertion, type SamlClaims } from "./assertion.ts";

/** Checks a response with one assertion. */
export type SamlCheck = (document: string) => Promise<Verification<SamlClaims>>;

/** What must hold of an assertion. */
export interface SamlRules {
  readonly provider: { readonly entityId: string; readonly certificates: readonly string[] };
  readonly audience: string;
  readonly recipient: string;
  readonly clockToleranceSeconds?: number;
}

/**
 * Makes the check of one provider.
 *
 * The library verifies the signature and gives back the very bytes that it covers; all that is believed is read from
 * those. Issuer, recipient, times and audience are compared here, since the library leaves the first two out.
 */
export function createSamlCheck(rules: SamlRules, now: () => number): SamlCheck {
  const library = new SAML({
    idpCert: [...rules.provider.certificates],
    issuer: rules.audience,
    callbackUrl: rules.recipient,
    audience: rules.audience,
    wantAssertionsSigned: true,
    wantAuthnResponseSigned: false,
    validateInResponseTo: ValidateInResponseTo.never,
    acceptedClockSkewMs: (rules.clockToleranceSeconds ?? 0) * 1000,
  });
  return async (document) => {
    try {
      const SAMLResponse = Buffer.from(document).toString("base64");
      const { profile } = await library.validatePostResponseAsync({ SAMLResponse });
      const assertion = readAssertion(profile?.getAssertion?.());
      return assertion ? judge(assertion, rules, now()) : unauthenticated("SAML_INCOMPLETE");
    } catch (error) {
      return unauthenticated(codeOf(error));
    }
  };
}

function judge(assertion: Assertion, rules: SamlRules, now: number): Verification<SamlClaims> {
  const tolerance = (rules.clockToleranceSeconds ?? 0) * 1000;
  const { notBefore, audiences, recipient, ...claims } = assertion;
  if (claims.iss !== rules.provider.entityId) return unauthenticated("SAML_ISSUER_WRONG");
  if (!(claims.exp * 1000 + tolerance > now)) return unauthenticated("SAML_EXPIRED");
  if (!(notBefore - tolerance <= now)) return unauthenticated("SAML_NOT_YET_VALID");
  if (audiences.length === 0 || !audiences.every((one) => one.includes(rules.audience)))
    return unauthenticated("SAML_AUDIENCE_WRONG");
  if (recipient !== rules.recipient) return unauthenticated("SAML_RECIPIENT_WRONG");
  return { kind: "verified", claims };
}

/** The library tells its errors apart by their words. What is not known is refused like the rest. */
const words: readonly (readonly [RegExp, string])[] = [
  [/not yet valid/, "SAML_NOT_YET_VALID"],
  [/expired/, "SAML_EXPIRED"],
  [/audience/i, "SAML_AUDIENCE_WRONG"],
  [/refer to it's parent/, "SAML_SIGNATURE_OF_ANOTHER"],
  [/multiple assertions|more than one element|Too many signatures/, "SAML_WRAPPED"],
  [/SAML provider returned/, "SAML_STATUS_REFUSED"],
  [/signature|signed|digest|key/i, "SAML_SIGNATURE_INVALID"],
];

function codeOf(error: unknown): string {
  const message = error instanceof Error ? error.message : "";
  return words.find(([pattern]) => pattern.test(message))?.[1] ?? "SAML_MALFORMED";
}

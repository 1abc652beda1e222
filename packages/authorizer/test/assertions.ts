// A SAML identity provider for tests: assertions signed with real keys, and room to tamper with them.
import { generateKeyPairSync } from "node:crypto";
import { SignedXml } from "xml-crypto";
import { noteSecret } from "./secrets.ts";

export const provider = "https://idp.example/saml";
export const audience = "https://chat.example";
export const recipient = "https://chat.example/acs";

export interface SamlKey {
  readonly privateKey: string;
  readonly publicKey: string;
}

export function makeSamlKey(): SamlKey {
  const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  return {
    privateKey: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
    publicKey: publicKey.export({ type: "spki", format: "pem" }).toString(),
  };
}

export interface AssertionParts {
  readonly id?: string;
  readonly issuer?: string;
  readonly nameId?: string;
  readonly audience?: string | null;
  readonly recipient?: string | null;
  readonly inResponseTo?: string;
  /** Seconds from now. */
  readonly notBefore?: number;
  readonly notOnOrAfter?: number;
  readonly confirmation?: string;
}

const instant = (seconds: number) => new Date(Date.now() + seconds * 1000).toISOString();
let made = 0;

export function assertionXml(parts: AssertionParts = {}): string {
  const { id = `_assertion-${++made}`, issuer = provider, nameId = "ada@example.com", inResponseTo } = parts;
  const {
    notBefore = -60,
    notOnOrAfter = 300,
    confirmation = "urn:oasis:names:tc:SAML:2.0:cm:bearer",
  } = parts;
  const answered = inResponseTo === undefined ? "" : ` InResponseTo="${inResponseTo}"`;
  const to = parts.recipient === null ? "" : ` Recipient="${parts.recipient ?? recipient}"`;
  const restriction =
    parts.audience === null
      ? ""
      : `<saml:AudienceRestriction><saml:Audience>${parts.audience ?? audience}</saml:Audience></saml:AudienceRestriction>`;
  return (
    `<saml:Assertion xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="${id}" Version="2.0" IssueInstant="${instant(0)}">` +
    `<saml:Issuer>${issuer}</saml:Issuer>` +
    `<saml:Subject><saml:NameID Format="urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress">${nameId}</saml:NameID>` +
    `<saml:SubjectConfirmation Method="${confirmation}"><saml:SubjectConfirmationData${answered}${to} NotOnOrAfter="${instant(notOnOrAfter)}"/></saml:SubjectConfirmation></saml:Subject>` +
    `<saml:Conditions NotBefore="${instant(notBefore)}" NotOnOrAfter="${instant(notOnOrAfter)}">${restriction}</saml:Conditions>` +
    `<saml:AuthnStatement AuthnInstant="${instant(0)}" SessionIndex="session-1"><saml:AuthnContext><saml:AuthnContextClassRef>urn:oasis:names:tc:SAML:2.0:ac:classes:Password</saml:AuthnContextClassRef></saml:AuthnContext></saml:AuthnStatement>` +
    `<saml:AttributeStatement><saml:Attribute Name="role"><saml:AttributeValue>admin</saml:AttributeValue><saml:AttributeValue>staff</saml:AttributeValue></saml:Attribute></saml:AttributeStatement>` +
    `</saml:Assertion>`
  );
}

const rsa = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256";

export function signXml(
  xml: string,
  key: SamlKey,
  { algorithm = rsa, digest = "http://www.w3.org/2001/04/xmlenc#sha256" } = {},
): string {
  const signer = new SignedXml({
    privateKey: key.privateKey,
    signatureAlgorithm: algorithm,
    canonicalizationAlgorithm: "http://www.w3.org/2001/10/xml-exc-c14n#",
  });
  signer.addReference({
    xpath: "//*[local-name(.)='Assertion']",
    digestAlgorithm: digest,
    transforms: [
      "http://www.w3.org/2000/09/xmldsig#enveloped-signature",
      "http://www.w3.org/2001/10/xml-exc-c14n#",
    ],
  });
  signer.computeSignature(xml, {
    location: { reference: "//*[local-name(.)='Issuer']", action: "after" },
  });
  return signer.getSignedXml();
}

export function responseXml(inside: string, inResponseTo?: string): string {
  const answered = inResponseTo === undefined ? "" : ` InResponseTo="${inResponseTo}"`;
  return (
    `<?xml version="1.0" encoding="UTF-8"?><samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" ID="_response-${++made}" Version="2.0" IssueInstant="${instant(0)}"${answered}>` +
    `<samlp:Status><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"/></samlp:Status>${inside}</samlp:Response>`
  );
}

export const encode = (xml: string) => noteSecret(Buffer.from(xml).toString("base64"));

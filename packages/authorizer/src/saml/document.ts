// What a SAML document must be before any XML parser sees it.

import { readPlaces, type Place } from "./well-formed.ts";

/** Why a document is not looked into. */
export interface DocumentFault {
  readonly fault:
    | "SAML_MALFORMED"
    | "SAML_TOO_LONG"
    | "SAML_DOCTYPE_REFUSED"
    | "SAML_COMMENT_REFUSED"
    | "SAML_ENCRYPTED_REFUSED"
    | "SAML_UNSIGNED"
    | "SAML_ASSERTIONS_MANY"
    | "SAML_ASSERTION_NESTED"
    | "SAML_ASSERTION_MISPLACED"
    | "SAML_ASSERTION_IN_SIGNATURE"
    | "SAML_RESPONSES_MANY"
    | "SAML_SIGNATURES_MANY"
    | "SAML_IDS_TWIN"
    | "SAML_ALGORITHM_REFUSED";
}

const longest = 262_144;

/** Every algorithm that a document may name: exclusive canonical XML, RSA and ECDSA with SHA-2. */
const algorithms: ReadonlySet<string> = new Set([
  "http://www.w3.org/2001/10/xml-exc-c14n#",
  "http://www.w3.org/2000/09/xmldsig#enveloped-signature",
  "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256",
  "http://www.w3.org/2001/04/xmldsig-more#rsa-sha384",
  "http://www.w3.org/2001/04/xmldsig-more#rsa-sha512",
  "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256",
  "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha384",
  "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha512",
  "http://www.w3.org/2007/05/xmldsig-more#sha256-rsa-MGF1",
  "http://www.w3.org/2001/04/xmlenc#sha256",
  "http://www.w3.org/2001/04/xmldsig-more#sha384",
  "http://www.w3.org/2001/04/xmlenc#sha512",
]);

const count = (xml: string, tag: string): number =>
  xml.match(new RegExp(`<(?:[\\w.-]+:)?${tag}[\\s>/]`, "g"))?.length ?? 0;

/**
 * Decodes a document and refuses what no honest provider sends. Counting in the raw text may count too much, inside
 * of text for one, and then refuses: never too little.
 *
 * @returns a response with one signed assertion; a bare assertion is put into one.
 */
export function readDocument(base64: string): string | DocumentFault {
  if (base64.length > longest) return { fault: "SAML_TOO_LONG" };
  if (!/^[A-Za-z0-9+/_\s-]+={0,2}\s*$/.test(base64)) return { fault: "SAML_MALFORMED" };
  const xml = Buffer.from(base64, "base64").toString("utf8").trim();
  if (/<!(?:DOCTYPE|ENTITY)/i.test(xml)) return { fault: "SAML_DOCTYPE_REFUSED" };
  if (/<!|<\?(?!xml\s)/.test(xml)) return { fault: "SAML_COMMENT_REFUSED" };
  const body = xml.replace(/^<\?xml\s[^<>]*\?>\s*/, "");
  const places = body.includes("<?") ? undefined : readPlaces(body);
  if (!places) return { fault: "SAML_MALFORMED" };
  if (count(xml, "Encrypted\\w*") > 0) return { fault: "SAML_ENCRYPTED_REFUSED" };
  const root = /^<(?:[\w.-]+:)?(Response|Assertion)[\s>]/.exec(body)?.[1];
  if (!root) return { fault: "SAML_MALFORMED" };
  const assertions = count(xml, "Assertion");
  if (assertions === 0) return { fault: "SAML_MALFORMED" };
  if (count(xml, "Signature") === 0) return { fault: "SAML_UNSIGNED" };
  if (count(xml, "Response") > 1) return { fault: "SAML_RESPONSES_MANY" };
  if (assertions > 1) return { fault: explainAssertions(places) };
  const most = root === "Response" ? 2 : 1; // the provider may sign the response as well
  if (count(xml, "Signature") > most) return { fault: "SAML_SIGNATURES_MANY" };
  if (hasTwins(xml)) return { fault: "SAML_IDS_TWIN" };
  const named = [...xml.matchAll(/\bAlgorithm\s*=\s*(?:"([^"]*)"|'([^']*)')/g)];
  if (!named.every(([, double, single]) => algorithms.has(double ?? single ?? "")))
    return { fault: "SAML_ALGORITHM_REFUSED" };
  return root === "Response" ? xml : wrap(body);
}

/** Which wrapping it is: where the assertion that is one too many was put. */
function explainAssertions(places: readonly Place[]): DocumentFault["fault"] {
  const above = places.filter(({ name }) => name === "Assertion").map((place) => place.above);
  if (above.some((names) => names.includes("Signature"))) return "SAML_ASSERTION_IN_SIGNATURE";
  if (above.some((names) => names.includes("Assertion"))) return "SAML_ASSERTION_NESTED";
  return above.some((names) => names.length > 1) ? "SAML_ASSERTION_MISPLACED" : "SAML_ASSERTIONS_MANY";
}

/** Whether two elements bear the same id: then a signature could speak of another one than is read. */
function hasTwins(xml: string): boolean {
  const ids = [...xml.matchAll(/\s(?:\w+:)?id\s*=\s*(?:"([^"]*)"|'([^']*)')/gi)].map(
    ([, double, single]) => double ?? single,
  );
  return new Set(ids).size < ids.length;
}

/** The library reads responses. What is added is not signed, and nothing of it is believed. */
function wrap(assertion: string): string {
  const success = `<samlp:Status><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"/></samlp:Status>`;
  return `<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" Version="2.0">${success}${assertion}</samlp:Response>`;
}

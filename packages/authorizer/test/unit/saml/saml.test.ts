import { exportJWK, generateKeyPair } from "jose";
import * as fc from "fast-check";
import { describe, expect, test, vi } from "vitest";
import {
  allow,
  authorizer,
  fromHeader,
  memoryOnce,
  sessionTokens,
  type PrivateKey,
} from "../../../src/index.ts";
import { expectSamlResponse, saml, samlExchange, type SamlOptions } from "../../../src/saml/index.ts";
import {
  assertionXml,
  audience,
  encode,
  makeSamlKey,
  provider,
  recipient,
  responseXml,
  signXml,
  type AssertionParts,
} from "../../assertions.ts";
import { restEvent, tokenEvent } from "../../events.ts";
import { readRequest } from "../../../src/request.ts";
import { verifyToken } from "../../../src/verify/verifier.ts";
import { noteSecret } from "../../secrets.ts";

const key = makeSamlKey();
const otherKey = makeSamlKey();
const request = readRequest(tokenEvent("unused"));

function make(options: Partial<SamlOptions> = {}) {
  const requests = memoryOnce();
  const verifier = saml({
    provider: { entityId: provider, certificates: [key.publicKey] },
    audience,
    recipient,
    used: memoryOnce(),
    requests: "idp-initiated",
    ...options,
  });
  return {
    requests,
    verifier,
    check: async (document: string): Promise<string> => {
      const found = await verifyToken([verifier], document, request);
      return found.kind === "verified" ? `verified ${found.claims.sub}` : found.code;
    },
  };
}

const signed = (parts: AssertionParts = {}) => signXml(assertionXml(parts), key);
const check = (document: string, options: Partial<SamlOptions> = {}) => make(options).check(document);

describe("a signed assertion", () => {
  test("passes bare and in a response, with all it says", async () => {
    expect(await check(encode(signed()))).toBe("verified ada@example.com");
    const found = await verifyToken([make().verifier], encode(responseXml(signed({ id: "_a1" }))), request);
    expect(found).toEqual({
      kind: "verified",
      claims: {
        sub: "ada@example.com",
        iss: provider,
        exp: expect.any(Number),
        assertionId: "_a1",
        nameIdFormat: "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress",
        sessionIndex: "session-1",
        attributes: { role: ["admin", "staff"] },
      },
    });
  });

  test("signed by either of two keys passes, for a provider that is changing its own", async () => {
    const certificates = [otherKey.publicKey, key.publicKey];
    expect(await check(encode(signed()), { provider: { entityId: provider, certificates } })).toBe(
      "verified ada@example.com",
    );
  });

  test("is used once", async () => {
    const { check } = make();
    const document = encode(responseXml(signed()));
    expect(await Promise.all([check(document), check(document)])).toEqual(
      expect.arrayContaining(["verified ada@example.com", "SAML_REPLAYED"]),
    );
    expect(await check(document)).toBe("SAML_REPLAYED");
  });

  test("answers a request that was sent, once", async () => {
    const requests = memoryOnce();
    const { check } = make({ requests });
    await expectSamlResponse(requests, "_request-1");
    expect(await check(encode(signed({ inResponseTo: "_request-2" })))).toBe("SAML_RESPONSE_NOT_EXPECTED");
    expect(await check(encode(signed()))).toBe("SAML_REQUEST_MISSING");
    expect(await check(encode(responseXml(signed(), "_request-1")))).toBe("SAML_REQUEST_MISSING"); // said outside of the signature
    expect(await check(encode(signed({ inResponseTo: "_request-1" })))).toBe("verified ada@example.com");
    expect(await check(encode(signed({ inResponseTo: "_request-1" })))).toBe("SAML_RESPONSE_NOT_EXPECTED");
    expect(await make().check(encode(signed({ inResponseTo: "_request-3" })))).toBe(
      "SAML_RESPONSE_NOT_EXPECTED",
    );
  });

  test.each<[string, AssertionParts]>([
    ["SAML_EXPIRED", { notOnOrAfter: -1 }],
    ["SAML_NOT_YET_VALID", { notBefore: 60 }],
    ["SAML_AUDIENCE_WRONG", { audience: "https://other.example" }],
    ["SAML_AUDIENCE_WRONG", { audience: null }],
    ["SAML_RECIPIENT_WRONG", { recipient: "https://other.example/acs" }],
    ["SAML_RECIPIENT_WRONG", { recipient: null }],
    ["SAML_ISSUER_WRONG", { issuer: "https://evil.example" }],
    ["SAML_INCOMPLETE", { confirmation: "urn:oasis:names:tc:SAML:2.0:cm:holder-of-key" }],
    ["SAML_INCOMPLETE", { nameId: "" }],
  ])("is %s with %j", async (code, parts) => {
    expect(await check(encode(signed(parts)))).toBe(code);
  });

  test("passes within the tolerance for clocks that differ", async () => {
    const parts = { notOnOrAfter: -5, notBefore: -100 };
    expect(await check(encode(signed(parts)), { clockToleranceSeconds: 30 })).toBe(
      "verified ada@example.com",
    );
  });
});

describe("an attack", () => {
  const evil = assertionXml({ id: "_evil", nameId: "root@example.com" });
  const good = signed({ id: "_good" });
  const inGood = (where: RegExp, what: string) => good.replace(where, `${what}$&`);
  const unsigned = good.replace(/<Signature[\s\S]*<\/Signature>/, "");
  const signature = /<Signature[\s\S]*<\/Signature>/.exec(good)?.[0] ?? "";

  test.each<[string, string, string]>([
    ["no signature", "SAML_UNSIGNED", encode(responseXml(unsigned))],
    ["another key", "SAML_SIGNATURE_INVALID", encode(signXml(assertionXml(), otherKey))],
    ["a changed name", "SAML_SIGNATURE_INVALID", encode(good.replace("ada@", "root@"))],
    ["a changed attribute", "SAML_SIGNATURE_INVALID", encode(good.replace(">staff<", ">owner<"))],
    ["a changed digest", "SAML_SIGNATURE_INVALID", encode(good.replace(/(<DigestValue>)./, "$1="))],
    ["wrapping 1: the evil one first", "SAML_ASSERTIONS_MANY", encode(responseXml(evil + good))],
    ["wrapping 2: the evil one last", "SAML_ASSERTIONS_MANY", encode(responseXml(good + evil))],
    [
      "wrapping 3: the good one inside the evil one",
      "SAML_ASSERTION_NESTED",
      encode(
        responseXml(evil.replace("</saml:Subject>", `</saml:Subject><saml:Advice>${good}</saml:Advice>`)),
      ),
    ],
    [
      "wrapping 4: the evil one inside the good one",
      "SAML_ASSERTION_NESTED",
      encode(responseXml(inGood(/<saml:Subject>/, evil))),
    ],
    [
      "wrapping 5: the good one in extensions",
      "SAML_ASSERTION_MISPLACED",
      encode(responseXml(`<samlp:Extensions>${good}</samlp:Extensions>${evil}`)),
    ],
    [
      "wrapping 6: the good one in the evil one's signature",
      "SAML_ASSERTION_IN_SIGNATURE",
      encode(
        responseXml(
          evil.replace(
            "<saml:Subject>",
            `${signature.replace("</Signature>", `<Object>${unsigned}</Object></Signature>`)}<saml:Subject>`,
          ),
        ),
      ),
    ],
    ["wrapping 7: the same id twice", "SAML_IDS_TWIN", encode(responseXml(`<x ID="_good"/>${good}`))],
    [
      "wrapping 8: the evil one under the good one's signature",
      "SAML_WRAPPED",
      encode(responseXml(evil.replace("<saml:Subject>", `${signature}<saml:Subject>`))),
    ],
    [
      "two signatures in it",
      "SAML_SIGNATURES_MANY",
      encode(good.replace("<saml:Subject>", `${signature}<saml:Subject>`)),
    ],
    ["a signature beside it", "SAML_SIGNATURE_OF_ANOTHER", encode(responseXml(signature + unsigned))],
    [
      "a response in a response",
      "SAML_RESPONSES_MANY",
      encode(responseXml(responseXml(good).replace(/^<\?xml[^>]*>/, ""))),
    ],
    [
      "a comment in the name",
      "SAML_COMMENT_REFUSED",
      encode(good.replace("ada@example.com", "ada@example.com<!-- -->.evil.example")),
    ],
    ["a section of characters", "SAML_COMMENT_REFUSED", encode(good.replace("ada@", "<![CDATA[ada@]]>"))],
    ["a processing instruction", "SAML_COMMENT_REFUSED", encode(good.replace("ada@", "<?x?>ada@"))],
    ["a document type", "SAML_DOCTYPE_REFUSED", encode(`<!DOCTYPE x [<!ENTITY a "b">]>${good}`)],
    [
      "an entity bomb",
      "SAML_DOCTYPE_REFUSED",
      encode(`<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY lol "lol"><!ENTITY lol2 "&lol;&lol;">]>${good}`),
    ],
    ["an encrypted assertion", "SAML_ENCRYPTED_REFUSED", encode(responseXml("<saml:EncryptedAssertion/>"))],
    [
      "an encrypted name",
      "SAML_ENCRYPTED_REFUSED",
      encode(good.replace("<saml:NameID", "<saml:EncryptedID/><saml:NameID")),
    ],
    [
      "a SHA-1 signature",
      "SAML_ALGORITHM_REFUSED",
      encode(signXml(assertionXml(), key, { algorithm: "http://www.w3.org/2000/09/xmldsig#rsa-sha1" })),
    ],
    [
      "a SHA-1 digest",
      "SAML_ALGORITHM_REFUSED",
      encode(signXml(assertionXml(), key, { digest: "http://www.w3.org/2000/09/xmldsig#sha1" })),
    ],
    [
      "a shared secret",
      "SAML_ALGORITHM_REFUSED",
      encode(good.replace("xmldsig-more#rsa-sha256", "xmldsig-more#hmac-sha256")),
    ],
    [
      "a transform that selects",
      "SAML_ALGORITHM_REFUSED",
      encode(
        good.replace(
          "http://www.w3.org/2000/09/xmldsig#enveloped-signature",
          "http://www.w3.org/TR/1999/REC-xpath-19991116",
        ),
      ),
    ],
    [
      "a coded algorithm",
      "SAML_ALGORITHM_REFUSED",
      encode(good.replace("xmldsig-more#rsa-sha256", "xmldsig-more#rsa-sh&#97;256")),
    ],
    [
      "a failed status",
      "SAML_MALFORMED",
      encode(responseXml("").replace("status:Success", "status:Responder")),
    ],
    ["no XML", "SAML_MALFORMED", encode("<Assertion")],
    ["broken XML", "SAML_MALFORMED", encode(good.replace("</saml:Subject>", "</saml:Subjekt>"))],
    ["300 KB", "SAML_TOO_LONG", encode(`<Assertion>${" ".repeat(300_000)}`)],
    [
      "deep nesting",
      "SAML_MALFORMED",
      encode(responseXml(`<a>`.repeat(20_000) + assertionXml() + `</a>`.repeat(20_000))),
    ],
    ["a wrong alphabet", "SAML_MALFORMED", `${encode(good)}====`],
  ])("with %s is %s", async (_what, code, document) => {
    expect(await check(document)).toBe(code);
  });

  test("by any one changed character never gets another name in", async () => {
    const warnings = vi.spyOn(console, "warn");
    const errors = vi.spyOn(console, "error");
    const { verifier } = make({ used: { claim: async () => true, redeem: async () => true } });
    await fc.assert(
      fc.asyncProperty(
        fc.nat(good.length - 1),
        fc.string({ minLength: 1, maxLength: 1 }),
        async (at, character) => {
          const mutated = good.slice(0, at) + character + good.slice(at + 1);
          const found = await verifyToken([verifier], Buffer.from(mutated).toString("base64"), request);
          if (found.kind === "verified") {
            expect(found.claims).toMatchObject({
              sub: "ada@example.com",
              assertionId: "_good",
              attributes: { role: ["admin", "staff"] },
            });
          } else expect(found.kind).toBe("unauthenticated");
        },
      ),
      { numRuns: 300 },
    );
    expect([warnings, errors].map(({ mock }) => mock.calls)).toEqual([[], []]); // a parser that mends says what
    vi.restoreAllMocks();
  });
});

describe("in an API", () => {
  test("an assertion in a header is an authorizer's token", async () => {
    const handler = authorizer({
      token: [fromHeader("authorization", { scheme: "SAML" })],
      verify: [make().verifier],
      decide: ({ claims }) => allow({ principalId: claims.sub }),
    });
    const event = restEvent({ headers: { Authorization: [`SAML ${encode(signed())}`] } });
    expect(await handler(event)).toMatchObject({ principalId: "ada@example.com" });
  });

  test("an assertion is exchanged for a short token of ours, which the same authorizer takes", async () => {
    const { privateKey } = await generateKeyPair("ES256", { extractable: true });
    const jwk = { ...(await exportJWK(privateKey)), alg: "ES256", kid: "session-1" } as PrivateKey;
    const sessions = sessionTokens({ privateKey: jwk, issuer: "https://chat.example/session", audience });
    const { verifier } = make();
    const exchange = samlExchange(verifier, sessions);
    const given = await exchange(encode(responseXml(signed())));
    if (given.kind !== "exchanged") throw new Error(given.code);
    noteSecret(given.token);
    const found = await verifyToken<object>([verifier, sessions.verifier], given.token, request);
    expect(found).toMatchObject({
      kind: "verified",
      claims: { sub: "ada@example.com", idp: provider, attributes: { role: ["admin", "staff"] } },
    });
    expect(given.expiresAt - Date.now() / 1000).toBeLessThanOrEqual(900);
    expect(await exchange(encode(signXml(assertionXml(), otherKey)))).toEqual({
      kind: "unauthenticated",
      code: "SAML_SIGNATURE_INVALID",
    });
    expect(JSON.stringify(sessions)).not.toContain(jwk["d"]);
  });
});

test.each<[string, Partial<SamlOptions>]>([
  ["provider.entityId", { provider: { entityId: "", certificates: [key.publicKey] } }],
  ["provider.certificates", { provider: { entityId: provider, certificates: [] } }],
  ["provider.certificates", { provider: { entityId: provider, certificates: ["MIIC"] } }],
  ["audience", { audience: "" }],
  ["recipient", { recipient: "" }],
  ["clockToleranceSeconds", { clockToleranceSeconds: 301 }],
])("a %s that cannot be used is refused when it is made", (name, options) => {
  expect(() => make(options)).toThrow(
    expect.objectContaining({ code: "SAML_SETTING_UNREADABLE", facts: { name } }),
  );
});

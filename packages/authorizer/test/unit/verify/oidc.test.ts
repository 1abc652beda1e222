import type { StandardSchemaV1 } from "@standard-schema/spec";
import { maxLength, object, pipe, string } from "valibot";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  failures,
  oidc,
  type KeySource,
  type OidcOptions,
  type SignatureAlgorithm,
} from "../../../src/index.ts";
import { readRequest } from "../../../src/request.ts";
import { verifyToken, type Verifier } from "../../../src/verify/verifier.ts";
import { tokenEvent } from "../../events.ts";
import { audience, makeKey, startIssuer, type Issuer } from "../../issuer.ts";

let issuer: Issuer;
beforeAll(async () => void (issuer = await startIssuer()));
afterAll(() => issuer.close());

const request = readRequest(tokenEvent("unused"));
async function check(verifier: Verifier, token: string): Promise<string> {
  const found = await verifyToken([verifier], token, request);
  if (found.kind === "verified") return `verified ${String((found.claims as { sub?: string }).sub)}`;
  return `${found.kind} ${found.code}${found.kind === "unavailable" && found.detail ? `: ${found.detail}` : ""}`;
}

type Plain = Omit<OidcOptions<never>, "claims">;
const at = (options: Partial<Plain> = {}, ports = {}) =>
  oidc({ issuer: issuer.issuer, audience, ...options }, ports);

/** A verifier with a clock of its own. */
function clocked(options: Partial<Plain> = {}) {
  let passed = 0;
  const verifier = at(options, { now: () => Date.now() + passed });
  return { verifier, pass: (ms: number) => void (passed += ms) };
}

describe("keys", () => {
  test("are found by discovery, once for all tokens", async () => {
    const verifier = at();
    const before = issuer.asked.length;
    const found = await Promise.all([1, 2, 3].map(async () => check(verifier, await issuer.sign())));
    expect(found).toEqual(["verified ada", "verified ada", "verified ada"]);
    expect(issuer.asked.slice(before)).toEqual(["/.well-known/openid-configuration", "/keys"]);
  });

  test("are fetched from an address, or come along and nothing is fetched", async () => {
    const before = issuer.asked.length;
    expect(await check(at({ keys: { jwksUri: issuer.jwksUri } }), await issuer.sign())).toBe("verified ada");
    expect(issuer.asked.slice(before)).toEqual(["/keys"]);
    const keys = { jwks: { keys: issuer.keys.map(({ jwk }) => jwk) } } as KeySource;
    expect(await check(at({ keys }), await issuer.sign())).toBe("verified ada");
    expect(issuer.asked.length).toBe(before + 1);
  });

  test("that were bundled serve until a token names another one", async () => {
    const bundled = { keys: issuer.keys.map(({ jwk }) => jwk) };
    const verifier = at({ keys: { jwksUri: issuer.jwksUri, bundled } as KeySource });
    const before = issuer.asked.length;
    expect(await check(verifier, await issuer.sign())).toBe("verified ada");
    expect(issuer.asked.length).toBe(before);
    issuer.keys.push(await makeKey("RS256", "key-bundled-2"));
    const newer = await issuer.sign({}, { key: issuer.keys.at(-1) ?? expect.fail("no key") });
    expect(await check(verifier, newer)).toBe("verified ada");
    expect(issuer.asked.length).toBe(before + 1);
    issuer.keys.pop();
  });

  test("rotate while it runs: the new one is fetched, the old one goes on as long as it is published", async () => {
    const { verifier, pass } = clocked();
    const old = await issuer.sign();
    expect(await check(verifier, old)).toBe("verified ada");
    const [first = expect.fail("no key")] = issuer.keys;
    issuer.keys.unshift(await makeKey("RS256", "key-2"));
    const fresh = await issuer.sign();
    expect(await check(verifier, fresh)).toBe("unauthenticated KEY_UNKNOWN"); // fetched a moment ago
    pass(10_000);
    expect(await check(verifier, fresh)).toBe("verified ada");
    expect(await check(verifier, old)).toBe("verified ada");
    issuer.keys.splice(0, 2, first);
  });

  test("that nobody knows are asked for at most once in ten seconds, however many tokens name them", async () => {
    const { verifier, pass } = clocked({ keys: { jwksUri: issuer.jwksUri } });
    await check(verifier, await issuer.sign());
    const before = issuer.asked.length;
    pass(10_000);
    const flood = await Promise.all(
      Array.from({ length: 50 }, async (_, index) =>
        check(verifier, await issuer.sign({}, { header: { kid: `flood-${index}` } })),
      ),
    );
    expect(new Set(flood)).toEqual(new Set(["unauthenticated KEY_UNKNOWN"]));
    expect(issuer.asked.length - before).toBe(1);
  });

  test("serve through an outage for a day, and are renewed aside", async () => {
    const { verifier, pass } = clocked({ keys: { jwksUri: issuer.jwksUri } });
    await check(verifier, await issuer.sign());
    issuer.misbehave((response) => response.writeHead(500).end());
    const before = issuer.asked.length;
    pass(20 * 60_000);
    const later = { exp: Math.floor(Date.now() / 1000) + 200_000 };
    expect(await check(verifier, await issuer.sign(later))).toBe("verified ada");
    await expect.poll(() => issuer.asked.length).toBe(before + 1);
    pass(24 * 3_600_000);
    expect(await check(verifier, await issuer.sign(later))).toMatch(
      /^unavailable KEYS_UNAVAILABLE: .*status 500/,
    );
    issuer.misbehave(undefined);
    pass(10_000);
    expect(await check(verifier, await issuer.sign(later))).toBe("verified ada");
  });

  const outages: [string, RegExp, Parameters<Issuer["misbehave"]>[0]][] = [
    [
      "an error",
      /^unavailable KEYS_UNAVAILABLE: 127\.0\.0\.1:\d+: status 503$/,
      (r) => r.writeHead(503).end(),
    ],
    [
      "a redirect",
      /^unavailable KEYS_UNAVAILABLE: .*status 302$/,
      (r) => r.writeHead(302, { location: "http://127.0.0.1:1/" }).end(),
    ],
    ["a web page", /^unavailable KEYS_UNREADABLE/, (r) => r.end("<html>")],
    ["an empty list", /^unavailable KEYS_UNREADABLE/, (r) => r.end('{"keys":[]}')],
    ["a secret key", /^unavailable KEYS_UNREADABLE/, (r) => r.end('{"keys":[{"kty":"oct","k":"AAAA"}]}')],
    [
      "a private key",
      /^unavailable KEYS_UNREADABLE/,
      (r) => r.end('{"keys":[{"kty":"RSA","n":"AQ","e":"AQAB","d":"AQ"}]}'),
    ],
    ["2 MB", /^unavailable KEYS_UNREACHABLE: .*ANSWER_TOO_LONG/, (r) => r.end(Buffer.alloc(2_000_000, 32))],
    ["a broken connection", /^unavailable KEYS_UNREACHABLE: .*ECONNRESET/, (r) => r.destroy()],
    [
      "a key that cannot be one",
      /^unavailable KEYS_UNREADABLE/,
      (r) =>
        r.end(JSON.stringify({ keys: [{ kty: "RSA", kid: "key-1", alg: "RS256", n: "AQAB", e: "AQAB" }] })),
    ],
  ];
  test.each(outages)("whose address answers %s let nobody in", async (_what, expected, how) => {
    issuer.misbehave(how);
    expect(await check(at({ keys: { jwksUri: issuer.jwksUri } }), await issuer.sign())).toMatch(expected);
    issuer.misbehave(undefined);
  });

  test("whose address never answers are given up, with the VPC named where it runs in Lambda", async () => {
    issuer.misbehave(() => undefined);
    process.env["AWS_LAMBDA_FUNCTION_NAME"] = "authorizer";
    const found = await check(at({ keys: { jwksUri: issuer.jwksUri } }), await issuer.sign());
    delete process.env["AWS_LAMBDA_FUNCTION_NAME"];
    issuer.misbehave(undefined);
    expect(found).toMatch(/^unavailable KEYS_UNREACHABLE: .*no answer within 3000 ms; a function in a VPC/);
  });

  test.each([
    ["another issuer", { issuer: "https://evil.example", jwks_uri: "https://evil.example/keys" }],
    ["an address without TLS", { jwks_uri: "http://evil.example/keys" }],
    ["no address", {}],
  ])("are not fetched where discovery names %s", async (_what, document) => {
    issuer.misbehave((response) => response.end(JSON.stringify({ issuer: issuer.issuer, ...document })));
    expect(await check(at(), await issuer.sign())).toMatch(/^unavailable DISCOVERY_UNREADABLE/);
    issuer.misbehave(undefined);
  });
});

describe("algorithms", () => {
  const all: SignatureAlgorithm[] = [
    ...(["RS256", "RS384", "RS512", "PS256", "PS384", "PS512"] as const),
    ...(["ES256", "ES384", "ES512", "EdDSA"] as const),
  ];
  test.each(all)("%s passes where it is named, and nowhere else", async (alg) => {
    const key = await makeKey(alg, `kid-${alg}`);
    const keys = { jwks: { keys: [key.jwk] } } as KeySource;
    const token = await issuer.sign({}, { key });
    expect(await check(at({ keys, algorithms: [alg] }), token)).toBe("verified ada");
    const others = all.filter((one) => one !== alg);
    expect(await check(at({ keys, algorithms: others }), token)).toBe("unauthenticated ALGORITHM_REFUSED");
  });

  test("of a key are not taken from the token: RS256 with a PS256 key is another key", async () => {
    const key = await makeKey("PS256", "ps");
    const rsa = await makeKey("RS256", "ps");
    const keys = { jwks: { keys: [key.jwk] } } as KeySource;
    const verifier = at({ keys, algorithms: ["RS256", "PS256"] });
    expect(await check(verifier, await issuer.sign({}, { key: rsa }))).toBe(
      "unauthenticated KEY_OF_ANOTHER_ALGORITHM",
    );
  });
});

describe("claims", () => {
  const cases: [string, string, Partial<Plain>, Record<string, unknown>, Record<string, unknown>?][] = [
    ["expired", "TOKEN_EXPIRED", {}, { exp: Math.floor(Date.now() / 1000) - 5 }],
    ["of no end", "EXPIRY_MISSING", {}, { exp: undefined }],
    ["not yet", "TOKEN_NOT_YET_VALID", {}, { nbf: Math.floor(Date.now() / 1000) + 60 }],
    ["for somebody else", "AUDIENCE_WRONG", {}, { aud: "https://other.example" }],
    ["for nobody", "AUDIENCE_WRONG", {}, { aud: undefined }],
    ["of another issuer", "ISSUER_UNKNOWN", {}, { iss: "https://evil.example" }],
    ["of another type", "TYPE_WRONG", { type: "at+jwt" }, {}, { typ: "JWT" }],
    ["of no type", "TYPE_WRONG", { type: "at+jwt" }, {}],
    ["without the scope", "SCOPE_MISSING", { scopes: ["chat:send"] }, { scope: "chat:read" }],
    ["without any scope", "SCOPE_MISSING", { scopes: ["chat:send"] }, {}],
  ];
  test.each(cases)("a token %s is %s", async (_what, code, options, ...[claims, header = {}]) => {
    expect(await check(at(options), await issuer.sign(claims, { header }))).toBe(`unauthenticated ${code}`);
  });

  test("that fit pass: type, scopes in either spelling, one of several audiences, clocks that differ", async () => {
    const now = Math.floor(Date.now() / 1000);
    expect(await check(at({ type: "at+jwt" }), await issuer.sign({}, { header: { typ: "at+jwt" } }))).toBe(
      "verified ada",
    );
    expect(await check(at({ scopes: ["b", "c"] }), await issuer.sign({ scope: "a b" }))).toBe("verified ada");
    expect(await check(at({ scopes: ["b"] }), await issuer.sign({ scp: ["a", "b"] }))).toBe("verified ada");
    expect(await check(at({ audience: ["x", audience] }), await issuer.sign({ aud: ["y", audience] }))).toBe(
      "verified ada",
    );
    expect(await check(at({ audience: null }), await issuer.sign({ aud: "any" }))).toBe("verified ada");
    const late = await issuer.sign({ exp: now - 5, nbf: now + 5 });
    expect(await check(at({ clockToleranceSeconds: 30 }), late)).toBe("verified ada");
  });

  test("are given to a schema, whose complaints name the place and not the value", async () => {
    const claims = object({ sub: string(), tenant: pipe(string(), maxLength(5)) });
    const verifier = oidc({ issuer: issuer.issuer, audience, claims });
    const good = await verifyToken([verifier], await issuer.sign({ tenant: "acme" }), request);
    expect(good).toEqual({ kind: "verified", claims: { sub: "ada", tenant: "acme" } });
    const bad = await verifyToken([verifier], await issuer.sign({ tenant: "much too long" }), request);
    expect(bad).toEqual({ kind: "unauthenticated", code: "CLAIMS_REFUSED", detail: "tenant" });
  });

  test("that a schema fails on are unavailable, not refused and not passed", async () => {
    const validate = (): never => {
      throw new RangeError("a secret value");
    };
    const claims: StandardSchemaV1<unknown, object> = {
      "~standard": { version: 1, vendor: "test", validate },
    };
    const verifier = oidc({ issuer: issuer.issuer, audience, claims });
    expect(await verifyToken([verifier], await issuer.sign(), request)).toEqual({
      kind: "unavailable",
      code: "VERIFIER_FAILED",
      detail: "RangeError",
    });
  });
});

test.each([
  ["issuer", { issuer: "" }],
  ["issuer", { issuer: "http://login.example" }],
  ["keys.jwksUri", { keys: { jwksUri: "http://login.example/keys" } }],
  ["keys.jwksUri", { keys: { jwksUri: "" } }],
  ["audience", { audience: "" }],
  ["audience", { audience: [] }],
  ["algorithms", { algorithms: ["HS256"] }],
  ["algorithms", { algorithms: ["none"] }],
  ["algorithms", { algorithms: [] }],
  ["clockToleranceSeconds", { clockToleranceSeconds: 301 }],
  ["clockToleranceSeconds", { clockToleranceSeconds: Number.NaN }],
])("a %s that cannot be used is refused when it is made: %j", (name, options) => {
  expect(() => oidc({ issuer: "https://login.example", audience, ...(options as object) })).toThrow(
    expect.objectContaining({ code: "OIDC_SETTING_UNREADABLE", facts: { name } }),
  );
  expect(failures.is(new Error("x"))).toBe(false);
});

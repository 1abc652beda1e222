import { generateKeyPairSync } from "node:crypto";
import * as fc from "fast-check";
import { exportJWK, generateKeyPair, importJWK, SignJWT, UnsecuredJWT } from "jose";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { checkToken, cognito, failures } from "../../../src/index.ts";
import { readRequest } from "../../../src/request.ts";
import { verifyToken } from "../../../src/verify/verifier.ts";
import { tokenEvent } from "../../events.ts";
import { accessClaims, clientId, issuer, startPool, userPoolId, type Pool } from "../../pool.ts";

let pool: Pool;
beforeAll(async () => {
  pool = await startPool();
  vi.stubEnv("AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER", pool.endpoint);
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await pool.close();
});

const makeVerifier = () => cognito({ userPoolId, clientId: ["other", clientId], tokenUse: "access" });
const request = readRequest(tokenEvent("unused"));

async function check(token: string, verifier: ReturnType<typeof makeVerifier> = makeVerifier()) {
  const found = await verifyToken([verifier], token, request);
  return found.kind === "verified" ? found.claims.username : `${found.kind} ${found.code}`;
}

const now = () => Math.floor(Date.now() / 1000);
const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString("base64url");

test("a good token passes, from either of the pool's issuers", async () => {
  expect(await check(await pool.sign())).toBe("ada");
  expect(await check(await pool.sign({ iss: issuer.replace("cognito-idp", "issuer-cognito-idp") }))).toBe(
    "ada",
  );
});

test("a token that no request carries is checked the same", async () => {
  const good = await checkToken([makeVerifier()], await pool.sign());
  expect(good.kind === "verified" && good.claims.sub).toBe(accessClaims()["sub"]);
  expect(await checkToken([makeVerifier()], `${await pool.sign()}x`)).toMatchObject({
    kind: "unauthenticated",
  });
  expect(await checkToken([makeVerifier()], "opaque")).toMatchObject({ code: "TOKEN_MALFORMED" });
});

describe("an attack", () => {
  const attacks: [string, string, () => Promise<string> | string][] = [
    ["no algorithm", "ALGORITHM_NONE", () => new UnsecuredJWT(accessClaims()).encode() + "AAAA"],
    ["no signature", "TOKEN_UNSIGNED", () => new UnsecuredJWT(accessClaims()).encode()],
    [
      "alg none with a key id",
      "ALGORITHM_NONE",
      async () => {
        const [, body, signature] = (await pool.sign()).split(".");
        return `${encode({ alg: "none", kid: "key-1" })}.${body}.${signature}`;
      },
    ],
    [
      "HS256 signed with the public key",
      "ALGORITHM_SYMMETRIC",
      async () => {
        const secret = new TextEncoder().encode(JSON.stringify(pool.publicJwk));
        return new SignJWT(accessClaims()).setProtectedHeader({ alg: "HS256", kid: "key-1" }).sign(secret);
      },
    ],
    [
      "RS512 where RS256 is published",
      "ALGORITHM_REFUSED",
      async () => {
        const { privateKey } = await generateKeyPair("RS512");
        return pool.sign({}, { header: { alg: "RS512" }, key: privateKey });
      },
    ],
    [
      "another key under a known id",
      "SIGNATURE_INVALID",
      async () => {
        const { privateKey } = await generateKeyPair("RS256");
        return pool.sign({}, { key: privateKey });
      },
    ],
    [
      "a key of its own in the header",
      "KEY_IN_HEADER",
      async () => {
        const { privateKey, publicKey } = await generateKeyPair("RS256");
        return pool.sign({}, { key: privateKey, header: { jwk: await exportJWK(publicKey) } });
      },
    ],
    ["an unknown key id", "KEY_UNKNOWN", () => pool.sign({}, { header: { kid: "key-2" } })],
    ["no key id", "KEY_ID_MISSING", () => pool.sign({}, { header: { kid: undefined } })],
    [
      "a critical header",
      "CRITICAL_HEADER_REFUSED",
      async () => {
        const [, body, signature] = (await pool.sign()).split(".");
        return `${encode({ alg: "RS256", kid: "key-1", crit: ["exp"] })}.${body}.${signature}`;
      },
    ],
    ["expired", "TOKEN_EXPIRED", () => pool.sign({ exp: now() - 1 })],
    ["for ever", "EXPIRY_MISSING", () => pool.sign({}, { drop: ["exp"] })],
    ["not yet", "TOKEN_NOT_YET_VALID", () => pool.sign({ nbf: now() + 60 })],
    ["another issuer", "ISSUER_UNKNOWN", () => pool.sign({ iss: "https://evil.example" })],
    ["another pool", "ISSUER_UNKNOWN", () => pool.sign({ iss: `${issuer}2` })],
    ["no issuer", "ISSUER_UNKNOWN", () => pool.sign({}, { drop: ["iss"] })],
    ["another client", "CLIENT_WRONG", () => pool.sign({ client_id: "evil" })],
    ["no client", "CLIENT_WRONG", () => pool.sign({}, { drop: ["client_id"] })],
    ["an id token", "ID_TOKEN_REFUSED", () => pool.sign({ token_use: "id", aud: clientId })],
    ["a token of no use", "TOKEN_USE_WRONG", () => pool.sign({}, { drop: ["token_use"] })],
    [
      "a tampered payload",
      "SIGNATURE_INVALID",
      async () => {
        const [head, , signature] = (await pool.sign()).split(".");
        return `${head}.${encode({ ...accessClaims(), sub: "admin" })}.${signature}`;
      },
    ],
    ["a cut signature", "SIGNATURE_INVALID", async () => (await pool.sign()).slice(0, -2)],
    ["padding", "TOKEN_PADDED", async () => `${await pool.sign()}==`],
    ["a space", "TOKEN_HAS_SPACE", async () => `${await pool.sign()} `],
    ["a list for a payload", "TOKEN_MALFORMED", () => `${encode({ alg: "RS256" })}.${encode([])}.aaaa`],
    ["junk", "TOKEN_MALFORMED", () => "junk"],
    ["nothing", "TOKEN_MALFORMED", () => ""],
    ["a million bytes of dots", "TOKEN_TOO_LONG", () => ".".repeat(1_000_000)],
  ];
  test.each(attacks)("with %s is %s", async (_attack, code, forge) => {
    expect(await check(await forge())).toBe(`unauthenticated ${code}`);
  });

  test("by any one changed character never passes", async () => {
    const token = await pool.sign();
    const verifier = makeVerifier();
    const characters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.= ".split("");
    await fc.assert(
      fc.asyncProperty(fc.nat(token.length - 1), fc.constantFrom(...characters), async (at, character) => {
        fc.pre(token[at] !== character);
        const mutated = token.slice(0, at) + character + token.slice(at + 1);
        expect(await check(mutated, verifier)).toMatch(/^unauthenticated /);
      }),
      { numRuns: 500 },
    );
  });
});

test("unknown key ids cannot make it fetch the keys again and again", async () => {
  const verifier = makeVerifier();
  const before = pool.fetches();
  for (const kid of ["a", "b", "c"]) await check(await pool.sign({}, { header: { kid } }), verifier);
  expect(pool.fetches() - before).toBe(1);
});

test("an id token passes where an id token is wanted, and groups and scopes are asked for", async () => {
  const idToken = await pool.sign({ token_use: "id", aud: clientId, "cognito:username": "ada" });
  const id = await verifyToken([cognito({ userPoolId, clientId, tokenUse: "id" })], idToken, request);
  expect(id).toMatchObject({ kind: "verified", claims: { "cognito:username": "ada" } });

  const strict = cognito({
    userPoolId,
    clientId,
    tokenUse: "access",
    groups: ["staff"],
    scopes: ["chat/send"],
  });
  expect(await check(await pool.sign(), strict)).toBe("unauthenticated SCOPE_MISSING");
  expect(await check(await pool.sign({ scope: "chat/send" }), strict)).toBe("unauthenticated GROUP_MISSING");
  expect(await check(await pool.sign({ scope: "a chat/send", "cognito:groups": ["staff"] }), strict)).toBe(
    "ada",
  );
});

/** A verifier with a clock of its own. */
function clocked(options: Parameters<typeof cognito>[0] = { userPoolId, clientId, tokenUse: "access" }) {
  let passed = 0;
  const verifier = cognito(options, { now: () => Date.now() + passed });
  return {
    pass: (ms: number) => void (passed += ms),
    of: async (token: string) => {
      const found = await verifyToken([verifier], token, request);
      if (found.kind === "verified") return "verified";
      return `${found.kind} ${found.code}${found.kind === "unavailable" ? ` ${found.detail}` : ""}`;
    },
  };
}

describe("keys", () => {
  const later = { exp: Math.floor(Date.now() / 1000) + 200_000 };

  test("that were fetched serve through an outage for a day", async () => {
    const { of, pass } = clocked();
    expect(await of(await pool.sign())).toBe("verified");
    pool.answerKeys({ status: 500, body: "" });
    pass(23 * 3_600_000);
    expect(await of(await pool.sign(later))).toBe("verified");
    pass(2 * 3_600_000);
    expect(await of(await pool.sign(later))).toMatch(/^unavailable KEYS_UNAVAILABLE .*: status 500$/);
    pool.answerKeys(undefined);
    pass(10_000);
    expect(await of(await pool.sign(later))).toBe("verified");
  });

  test("that were bundled serve without any fetch, until a token names another one", async () => {
    const { of } = clocked({ userPoolId, clientId, tokenUse: "access", bundledKeys: pool.keySet("bundled") });
    const before = pool.fetches();
    expect(await of(await pool.sign({}, { header: { kid: "bundled" } }))).toBe("verified");
    expect(pool.fetches()).toBe(before);
    expect(await of(await pool.sign())).toBe("verified");
    expect(pool.fetches()).toBe(before + 1);
  });

  test("that never come are given up, and the VPC is named where it runs in Lambda", async () => {
    pool.answerKeys("never");
    vi.stubEnv("AWS_LAMBDA_FUNCTION_NAME", "authorizer");
    const found = await clocked().of(await pool.sign());
    vi.stubEnv("AWS_LAMBDA_FUNCTION_NAME", undefined);
    pool.answerKeys(undefined);
    expect(found).toMatch(
      /^unavailable KEYS_UNREACHABLE .*no answer within 3000 ms; a function in a VPC .*bundle/,
    );
  });
});

test("many pools have keys, clients and issuers of their own", async () => {
  const other = await startPool("eu-west-1_OtherPool2");
  const pools = [
    { userPoolId, clientId, tokenUse: "access" as const, bundledKeys: pool.keySet("key-1") },
    {
      userPoolId: "eu-west-1_OtherPool2",
      clientId: "other",
      tokenUse: "access" as const,
      bundledKeys: other.keySet("key-1"),
    },
  ];
  const { of } = clocked(pools);
  const its = { iss: "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_OtherPool2", client_id: "other" };
  expect(await of(await pool.sign())).toBe("verified");
  expect(await of(await other.sign(its))).toBe("verified");
  expect(await of(await other.sign({ ...its, client_id: clientId }))).toBe("unauthenticated CLIENT_WRONG");
  expect(await of(await pool.sign(its))).toBe("unauthenticated SIGNATURE_INVALID"); // the first one's key, the other's name
  expect(await of(await other.sign({ ...its, iss: issuer, client_id: clientId }))).toBe(
    "unauthenticated SIGNATURE_INVALID",
  );
  await other.close();
});

test("a scope that is a list is not what Cognito writes", async () => {
  expect(await check(await pool.sign({ scope: ["chat/send"] }))).toBe("unauthenticated CLAIM_MALFORMED");
});

test("a key that is too weak to be one is not the token's fault, and lets nobody in", async () => {
  const { publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const jwk = { ...publicKey.export({ format: "jwk" }), kid: "key-1", alg: "RS256", n: "AQAB", kty: "RSA" };
  pool.answerKeys({ status: 200, body: JSON.stringify({ keys: [jwk] }) });
  expect(await check(await pool.sign())).toMatch(/^unavailable /);
  pool.answerKeys(undefined);
});

test("settings that are missing are told when it is made", () => {
  const code = (make: () => unknown) => {
    try {
      return make();
    } catch (error) {
      return failures.is(error) && [error.code, error.facts];
    }
  };
  expect(code(() => cognito({ userPoolId: "", clientId, tokenUse: "access" }))).toEqual([
    "COGNITO_SETTING_UNREADABLE",
    { name: "userPoolId" },
  ]);
  expect(code(() => cognito({ userPoolId, clientId: [], tokenUse: "access" }))).toEqual([
    "COGNITO_SETTING_UNREADABLE",
    { name: "clientId" },
  ]);
});

test("the test's own keys are what they say", async () => {
  await expect(importJWK(pool.publicJwk, "RS256")).resolves.toBeDefined();
});

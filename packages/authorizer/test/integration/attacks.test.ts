// Every known way to forge a JWT, against the whole authorizer: none gets in, each has its own code, none shows its token.
import { createHmac, sign as signBytes, generateKeyPairSync, type KeyObject } from "node:crypto";
import type { AuthorizerEvent } from "@gatewright/contract";
import * as fc from "fast-check";
import { CompactEncrypt, exportJWK, exportSPKI, importJWK, SignJWT } from "jose";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { allow, authorizer, cognito, fromCookie, fromHeader, oidc, type KeySource } from "../../src/index.ts";
import { httpEvent, restEvent } from "../events.ts";
import { audience, makeKey, startIssuer, type Issuer, type IssuerKey } from "../issuer.ts";
import { clientId, issuer as poolIssuer, startPool, userPoolId, type Pool } from "../pool.ts";
import { noteSecret } from "../secrets.ts";

let issuer: Issuer;
let pool: Pool;
let ec: IssuerKey;
let ed: IssuerKey;
beforeAll(async () => {
  issuer = await startIssuer();
  pool = await startPool();
  [ec, ed] = [await makeKey("ES256", "ec"), await makeKey("EdDSA", "ed")];
  issuer.keys.push(ec, ed);
  vi.stubEnv("AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER", pool.endpoint);
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await Promise.all([issuer.close(), pool.close()]);
});

const b64 = (part: string | object) =>
  Buffer.from(typeof part === "string" ? part : JSON.stringify(part)).toString("base64url");
const now = () => Math.floor(Date.now() / 1000);
const claims = () => ({ iss: issuer.issuer, aud: audience, sub: "ada", iat: now(), exp: now() + 600 });
const first = (): IssuerKey => issuer.keys.at(0) ?? expect.fail("no key");
const last = <T>(list: readonly T[]): T => list.at(-1) ?? expect.fail("empty");

/** Signs any text as a payload, and any text as a header: what no library lets one do. */
function signRaw(key: KeyObject, header: string | object, payload: string | object): string {
  const input = `${b64(header)}.${b64(payload)}`;
  return `${input}.${signBytes("sha256", Buffer.from(input), { key, dsaEncoding: "ieee-p1363" }).toString("base64url")}`;
}
const rawKey = generateKeyPairSync("rsa", { modulusLength: 2048 });
beforeAll(async () => {
  const jwk = { ...(await exportJWK(rawKey.publicKey)), kid: "raw", alg: "RS256", use: "sig" };
  issuer.keys.push({ kid: "raw", alg: "RS256", privateKey: rawKey.privateKey as never, jwk });
});
const raw = (payload: string | object, header: string | object = { alg: "RS256", kid: "raw" }) =>
  signRaw(rawKey.privateKey, header, payload);

function gate(origins?: readonly string[]) {
  const outcomes: { code: string; kind: string }[] = [];
  const handler = authorizer({
    token: [fromHeader("authorization"), fromCookie("session", origins ? { origins } : {})],
    verify: [
      cognito({ userPoolId, clientId, tokenUse: "access" }),
      oidc({ issuer: issuer.issuer, audience, type: "at+jwt", algorithms: ["RS256", "ES256", "EdDSA"] }),
      oidc({
        issuer: "https://untyped.example",
        audience,
        keys: { jwks: { keys: [ec.jwk] } } as KeySource,
        algorithms: ["ES256"],
      }),
    ],
    decide: ({ claims }) => allow({ principalId: String(claims.sub) }),
    onOutcome: (outcome) => outcomes.push(outcome),
  });
  return { handler, outcomes };
}

/** Sends an event, and looks for its token in all that comes of it. */
async function send(event: AuthorizerEvent, tokens: readonly string[]): Promise<string> {
  const { handler, outcomes } = gate();
  const result: unknown = await handler(event).catch((error: unknown) => error);
  const { kind, code } = last(outcomes);
  const shown = [
    JSON.stringify(result),
    String(result),
    result instanceof Error && result.stack,
    JSON.stringify(outcomes),
  ].join();
  for (const token of tokens) {
    noteSecret(token);
    const parts = [token, ...token.split(".")].filter((part) => part.length > 24);
    expect(parts.filter((part) => shown.includes(part))).toEqual([]);
  }
  return kind === "unauthenticated" ? code : `${kind} ${code}`;
}
const bearer = (token: string) => restEvent({ headers: { Authorization: [`Bearer ${token}`] } });
const typed = { typ: "at+jwt" };

describe("a forged token with", () => {
  const attacks: [string, string, () => string | Promise<string>][] = [
    ["alg none", "ALGORITHM_NONE", () => `${b64({ alg: "none", kid: "key-1" })}.${b64(claims())}.AAAA`],
    ["alg nOnE", "ALGORITHM_NONE", () => `${b64({ alg: "nOnE", kid: "key-1" })}.${b64(claims())}.AAAA`],
    ["no signature", "TOKEN_UNSIGNED", () => `${b64({ alg: "none" })}.${b64(claims())}.`],
    ["no algorithm", "ALGORITHM_MISSING", () => `${b64({ kid: "key-1" })}.${b64(claims())}.AAAA`],
    ["a list of algorithms", "ALGORITHM_MALFORMED", () => `${b64({ alg: ["RS256"] })}.${b64(claims())}.AAAA`],
    [
      "HS256 signed with the RSA public key",
      "ALGORITHM_SYMMETRIC",
      async () => {
        const pem = await exportSPKI((await importJWK(first().jwk, "RS256")) as CryptoKey);
        const input = `${b64({ alg: "HS256", kid: "key-1" })}.${b64(claims())}`;
        return `${input}.${createHmac("sha256", pem).update(input).digest("base64url")}`;
      },
    ],
    [
      "an algorithm that is not pinned",
      "ALGORITHM_REFUSED",
      async () => issuer.sign({}, { key: { ...(await makeKey("PS256", "key-1")), kid: "key-1" } }),
    ],
    [
      "another key under a known kid",
      "SIGNATURE_INVALID",
      async () => issuer.sign({}, { key: await makeKey("RS256", "key-1"), header: typed }),
    ],
    [
      "an unknown kid",
      "KEY_UNKNOWN",
      async () => issuer.sign({}, { key: await makeKey("RS256", "nobody's") }),
    ],
    [
      "a kid that is a path",
      "KEY_UNKNOWN",
      async () => issuer.sign({}, { key: await makeKey("RS256", "../../dev/null") }),
    ],
    [
      "a kid of another algorithm",
      "KEY_OF_ANOTHER_ALGORITHM",
      () => issuer.sign({}, { header: { kid: "ec" } }),
    ],
    [
      "a key in its header",
      "KEY_IN_HEADER",
      async () => issuer.sign({}, { key: await makeKey("RS256", "key-1"), header: { jwk: first().jwk } }),
    ],
    [
      "an address for keys",
      "KEY_ADDRESS_IN_HEADER",
      () => issuer.sign({}, { header: { jku: "https://evil.example/keys" } }),
    ],
    [
      "an address for certificates",
      "CERTIFICATE_ADDRESS_IN_HEADER",
      () => issuer.sign({}, { header: { x5u: "https://evil.example/certificate" } }),
    ],
    ["certificates", "CERTIFICATE_IN_HEADER", () => issuer.sign({}, { header: { x5c: ["MIIC"] } })],
    [
      "a critical header",
      "CRITICAL_HEADER_REFUSED",
      () => raw(claims(), { alg: "RS256", kid: "raw", crit: ["exp"] }),
    ],
    [
      "an unencoded payload",
      "UNENCODED_PAYLOAD_REFUSED",
      () => raw(claims(), { alg: "RS256", kid: "raw", b64: false, crit: ["b64"] }),
    ],
    ["an end that is over", "TOKEN_EXPIRED", () => issuer.sign({ exp: now() - 5 }, { header: typed })],
    ["no end", "EXPIRY_MISSING", () => issuer.sign({}, { drop: ["exp"], header: typed })],
    ["an end that is text", "CLAIM_MALFORMED", () => raw({ ...claims(), exp: "9999999999" })],
    ["a beginning to come", "TOKEN_NOT_YET_VALID", () => issuer.sign({ nbf: now() + 60 }, { header: typed })],
    ["another issuer", "ISSUER_UNKNOWN", () => issuer.sign({ iss: "https://evil.example" })],
    ["an issuer with a slash more", "ISSUER_UNKNOWN", () => issuer.sign({ iss: `${issuer.issuer}/` })],
    ["a list of issuers", "ISSUER_UNKNOWN", () => raw({ ...claims(), iss: [issuer.issuer] })],
    [
      "another audience",
      "AUDIENCE_WRONG",
      () => issuer.sign({ aud: "https://evil.example" }, { header: typed }),
    ],
    ["another type", "TYPE_WRONG", () => issuer.sign({}, { header: { typ: "logout+jwt" } })],
    ["another client", "CLIENT_WRONG", () => pool.sign({ client_id: "evil" })],
    ["no use that there is", "TOKEN_USE_WRONG", () => pool.sign({ token_use: "refresh" })],
    ["the use of an id token", "ID_TOKEN_REFUSED", () => pool.sign({ token_use: "id", aud: clientId })],
    [
      "another issuer's signature",
      "SIGNATURE_INVALID",
      async () => {
        const key = { ...first(), kid: "key-1" };
        return issuer.sign({ iss: poolIssuer, client_id: clientId, token_use: "access" }, { key });
      },
    ],
    [
      "a claim that is there twice",
      "CLAIM_DUPLICATE",
      () => raw(`{"sub":"ada","sub":"root",${JSON.stringify(claims()).slice(1)}`),
    ],
    [
      "a claim that is there twice, once escaped",
      "CLAIM_DUPLICATE",
      () => raw(`{"\\u0073ub":"root",${JSON.stringify(claims()).slice(1)}`),
    ],
    [
      "a claim that is there twice inside of another",
      "CLAIM_DUPLICATE",
      () => raw(`{"cnf":{"a":1, "a" :2},${JSON.stringify(claims()).slice(1)}`),
    ],
    [
      "a header that is there twice",
      "HEADER_DUPLICATE",
      () => raw(claims(), '{"alg":"RS256","alg":"none","kid":"raw"}'),
    ],
    ["1 MB", "TOKEN_TOO_LONG", () => raw({ ...claims(), fill: "x".repeat(1_000_000) })],
    [
      "deep JSON",
      "TOKEN_TOO_DEEP",
      () => raw(`{"a":${"[".repeat(3000)}${"]".repeat(3000)},${JSON.stringify(claims()).slice(1)}`),
    ],
    ["a payload that is a list", "TOKEN_MALFORMED", () => raw("[]")],
    ["a payload that is no JSON", "TOKEN_MALFORMED", () => raw('{"sub":')],
    ["padding on its signature", "TOKEN_PADDED", async () => `${await issuer.sign()}==`],
    ["padding in its middle", "TOKEN_PADDED", async () => (await issuer.sign()).replace(".", "=.")],
    ["a space inside", "TOKEN_HAS_SPACE", async () => (await issuer.sign()).replace(".", ". ")],
    ["a line end inside", "TOKEN_HAS_SPACE", async () => (await issuer.sign()).replace(".", ".\r\n")],
    [
      "loose bits in its last character",
      "TOKEN_NOT_CANONICAL",
      async () => {
        const token = await issuer.sign(); // 256 bytes: the last character carries four loose bits
        const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        return token.slice(0, -1) + alphabet[alphabet.indexOf(token.slice(-1)) + 1];
      },
    ],
    [
      "the other base64 alphabet",
      "TOKEN_ALPHABET_WRONG",
      async () => `${(await issuer.sign()).slice(0, -2)}+/`,
    ],
    ["a part more", "TOKEN_MALFORMED", async () => `${await issuer.sign()}.AAAA`],
    [
      "encryption",
      "TOKEN_ENCRYPTED",
      async () => {
        const key = await importJWK({ ...first().jwk, alg: "RSA-OAEP-256" }, "RSA-OAEP-256");
        return new CompactEncrypt(Buffer.from(JSON.stringify(claims())))
          .setProtectedHeader({ alg: "RSA-OAEP-256", enc: "A256GCM" })
          .encrypt(key);
      },
    ],
    [
      "an ECDSA signature of zeros",
      "SIGNATURE_ZERO",
      async () => (await ecToken()).replace(/[^.]+$/, b64("\0".repeat(64))),
    ],
    [
      "an ECDSA signature as long as it likes",
      "SIGNATURE_LENGTH_WRONG",
      async () =>
        (await ecToken()).replace(/[^.]+$/, (s) =>
          Buffer.concat([Buffer.from(s, "base64url"), Buffer.alloc(3)]).toString("base64url"),
        ),
    ],
    [
      "an ECDSA signature in DER",
      "SIGNATURE_IN_DER",
      async () =>
        (await ecToken()).replace(/[^.]+$/, (s) => toDer(Buffer.from(s, "base64url")).toString("base64url")),
    ],
    [
      "an ECDSA signature with s beyond the order",
      "SIGNATURE_OUT_OF_RANGE",
      async () =>
        (await ecToken()).replace(/[^.]+$/, (s) =>
          changeS(s, (value) => order + (value % ((1n << 256n) - order))),
        ),
    ],
    [
      "an ECDSA signature with s of zero",
      "SIGNATURE_ZERO",
      async () => (await ecToken()).replace(/[^.]+$/, (s) => changeS(s, () => 0n)),
    ],
    [
      "an EdDSA signature of zeros",
      "SIGNATURE_ZERO",
      async () => (await edToken()).replace(/[^.]+$/, b64("\0".repeat(64))),
    ],
    [
      "an EdDSA signature with s + L, its malleable twin",
      "SIGNATURE_OUT_OF_RANGE",
      async () => (await edToken()).replace(/[^.]+$/, beyondOrder),
    ],
    [
      "an EdDSA signature that was cut",
      "SIGNATURE_LENGTH_WRONG",
      async () =>
        (await edToken()).replace(/[^.]+$/, (s) =>
          Buffer.from(s, "base64url").subarray(1).toString("base64url"),
        ),
    ],
    ["a key id that is a list", "KEY_ID_MALFORMED", () => raw(claims(), { alg: "RS256", kid: ["raw"] })],
    [
      "a prototype in it",
      "CLAIM_NAME_REFUSED",
      () => raw(`{"__proto__":{"admin":true},${JSON.stringify(claims()).slice(1)}`),
    ],
    [
      "a prototype deep in it",
      "CLAIM_NAME_REFUSED",
      () => raw(`{"a":{"\\u005f_proto__":{}},${JSON.stringify(claims()).slice(1)}`),
    ],
    ["junk", "TOKEN_MALFORMED", () => "junk"],
    ["a kind of another system", "TOKEN_MALFORMED", () => "xoxb-123456789012-abcdefabcdef"],
  ];
  const order = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
  const edToken = () => issuer.sign({}, { key: ed, header: typed });
  const edwardsOrder = (1n << 252n) + 27742317777372353535851937790883648493n;
  function beyondOrder(signature: string): string {
    const bytes = Buffer.from(signature, "base64url");
    const s = BigInt(`0x${Buffer.from(bytes.subarray(32).toReversed()).toString("hex")}`) + edwardsOrder;
    const reversed = Buffer.from(s.toString(16).padStart(64, "0"), "hex").toReversed();
    return Buffer.concat([bytes.subarray(0, 32), reversed]).toString("base64url");
  }
  const ecToken = () => issuer.sign({}, { key: ec, header: typed });
  function changeS(signature: string, change: (s: bigint) => bigint): string {
    const bytes = Buffer.from(signature, "base64url");
    const s = BigInt(`0x${bytes.subarray(32).toString("hex")}`);
    const hex = (change(s) % (1n << 256n)).toString(16).padStart(64, "0");
    return Buffer.concat([bytes.subarray(0, 32), Buffer.from(hex, "hex")]).toString("base64url");
  }
  function toDer(signature: Buffer): Buffer {
    const integer = (part: Buffer) => {
      const value = part.readUInt8(0) > 127 ? Buffer.concat([Buffer.alloc(1), part]) : part;
      return Buffer.concat([Buffer.from([2, value.length]), value]);
    };
    const body = Buffer.concat([integer(signature.subarray(0, 32)), integer(signature.subarray(32))]);
    return Buffer.concat([Buffer.from([0x30, body.length]), body]);
  }

  test.each(attacks)("%s is %s", async (_what, code, forge) => {
    const token = await forge();
    expect(await send(bearer(token), [token])).toBe(code);
  });

  test("is told from every other kind of forgery by its code", () => {
    const kinds = [
      "alg none",
      "HS256 signed with the RSA public key",
      "an algorithm that is not pinned",
      "another key under a known kid",
      "an unknown kid",
      "a kid of another algorithm",
      "a key in its header",
      "an address for keys",
      "an address for certificates",
      "certificates",
      "a critical header",
      "an unencoded payload",
      "an end that is over",
      "a beginning to come",
      "another issuer",
      "another audience",
      "another client",
      "another type",
      "no use that there is",
      "the use of an id token",
      "a claim that is there twice",
      "a header that is there twice",
      "1 MB",
      "deep JSON",
      "an ECDSA signature of zeros",
      "an ECDSA signature in DER",
      "an ECDSA signature as long as it likes",
      "an ECDSA signature with s beyond the order",
      "padding on its signature",
      "loose bits in its last character",
      "the other base64 alphabet",
      "a space inside",
      "no signature",
      "encryption",
    ];
    const codes = kinds.map((kind) => attacks.find(([what]) => what === kind)?.[1] ?? expect.fail(kind));
    expect(new Set(codes).size).toBe(kinds.length);
  });

  test("nothing wrong passes, by every key: the gate is not merely shut", async () => {
    for (const key of [first(), ec, ed]) {
      const token = await issuer.sign({}, { key, header: typed });
      expect(await send(bearer(token), [token])).toBe("allowed ALLOWED");
    }
    const rawToken = raw(claims(), { alg: "RS256", kid: "raw", ...typed });
    expect(await send(bearer(rawToken), [rawToken])).toBe("allowed ALLOWED");
    const cognitoToken = await pool.sign();
    expect(await send(bearer(cognitoToken), [cognitoToken])).toBe("allowed ALLOWED");
  });

  test("the twin of an ECDSA signature says nothing else than the signature: half of all honest ones are it", async () => {
    // (r, n - s) is as good as (r, s) by the standard. It lets nobody in who could not come in anyway; nothing here
    // (answers kept, tickets, replays) takes a token's text for its identity.
    const token = await ecToken();
    const twin = token.replace(/[^.]+$/, (signature) => changeS(signature, (s) => order - s));
    expect(twin).not.toBe(token);
    expect(await send(bearer(twin), [twin])).toBe("allowed ALLOWED");
  });
});

describe("two tokens", () => {
  test("in two Authorization headers are refused, in either order", async () => {
    const [good, other] = [
      await issuer.sign({}, { header: typed }),
      await issuer.sign({ sub: "eve" }, { header: typed }),
    ];
    for (const both of [
      [good, other],
      [other, good],
      [good, "junk"],
    ]) {
      const event = restEvent({ headers: { Authorization: both.map((token) => `Bearer ${token}`) } });
      expect(await send(event, [good, other])).toBe("TOKENS_DIFFER");
    }
  });

  test("in headers of other case, or joined by an HTTP API, are refused", async () => {
    const [good, other] = [
      await issuer.sign({}, { header: typed }),
      await issuer.sign({ sub: "eve" }, { header: typed }),
    ];
    const cases = restEvent({
      headers: { Authorization: [`Bearer ${good}`], authorization: [`Bearer ${other}`] },
    });
    expect(await send(cases, [good, other])).toBe("TOKENS_DIFFER");
    const joined = httpEvent({ headers: { Authorization: [`Bearer ${good}`, `Bearer ${other}`] } });
    expect(await send(joined, [good, other])).toBe("TOKENS_JOINED");
  });

  test("in a header and a cookie are refused, and the same one twice is one", async () => {
    const [good, other] = [
      await issuer.sign({}, { header: typed }),
      await issuer.sign({ sub: "eve" }, { header: typed }),
    ];
    const both = (cookie: string) =>
      restEvent({ headers: { Authorization: [`Bearer ${good}`], Cookie: [`session=${cookie}`] } });
    expect(await send(both(other), [good, other])).toBe("TOKENS_DIFFER");
    expect(await send(both(good), [good])).toBe("allowed ALLOWED");
  });
});

describe("a mutated good token never gets in", () => {
  const characters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.= ,\n\0é".split("");
  const mutation = fc.oneof(
    fc.record({
      kind: fc.constant("replace" as const),
      at: fc.nat(2000),
      character: fc.constantFrom(...characters),
    }),
    fc.record({
      kind: fc.constant("insert" as const),
      at: fc.nat(2000),
      character: fc.constantFrom(...characters),
    }),
    fc.record({ kind: fc.constant("remove" as const), at: fc.nat(2000), character: fc.constant("") }),
    fc.record({ kind: fc.constant("swap" as const), at: fc.nat(2000), character: fc.constant("") }),
  );
  const apply = (token: string, { kind, at, character }: { kind: string; at: number; character: string }) => {
    const i = at % (token.length - 1);
    if (kind === "swap") return token.slice(0, i) + token[i + 1] + token[i] + token.slice(i + 2);
    return token.slice(0, i) + character + token.slice(kind === "insert" ? i : i + 1);
  };

  test.each(["RS256", "ES256", "EdDSA"])("%s", async (alg) => {
    const { handler, outcomes } = gate();
    const key = issuer.keys.find((one) => one.alg === alg) ?? expect.fail(alg);
    const token = await issuer.sign({}, { key, header: typed });
    await fc.assert(
      fc.asyncProperty(fc.array(mutation, { minLength: 1, maxLength: 3 }), async (mutations) => {
        const mutated = mutations.reduce(apply, token);
        fc.pre(mutated.trim() !== token);
        await expect(handler(bearer(mutated))).rejects.toThrow("Unauthorized");
        expect(last(outcomes).kind).toBe("unauthenticated");
      }),
      { numRuns: 400 },
    );
  });

  test("and no text at all makes it throw anything but what API Gateway understands", async () => {
    const { handler } = gate();
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: "binary", maxLength: 300 }), async (text) => {
        await expect(handler(bearer(text))).rejects.toThrow("Unauthorized");
      }),
      { numRuns: 300 },
    );
  });

  test("nor does any JSON, signed by the issuer itself, that lacks what a token must say", async () => {
    const { handler } = gate();
    await fc.assert(
      fc.asyncProperty(fc.json({ maxDepth: 4 }), async (json) => {
        await expect(handler(bearer(raw(json)))).rejects.toThrow("Unauthorized");
      }),
      { numRuns: 200 },
    );
  });
});

test("a token of one issuer is checked by that issuer's rules only, whoever else would take it", async () => {
  const token = await new SignJWT({ ...claims(), iss: "https://untyped.example" })
    .setProtectedHeader({ alg: "ES256", kid: "ec" })
    .sign(ec.privateKey);
  expect(await send(bearer(token), [token])).toBe("allowed ALLOWED");
  const confused = await issuer.sign({}, { key: ec }); // no type, which this issuer's rules want
  expect(await send(bearer(confused), [confused])).toBe("TYPE_WRONG");
});

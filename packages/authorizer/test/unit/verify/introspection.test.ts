import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { decodeProtectedHeader, exportJWK, generateKeyPair, jwtVerify, type JWK } from "jose";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { introspection, type IntrospectionOptions, type PrivateKey } from "../../../src/index.ts";
import { readRequest } from "../../../src/request.ts";
import { verifyToken } from "../../../src/verify/verifier.ts";
import { tokenEvent } from "../../events.ts";
import { noteSecret } from "../../secrets.ts";

interface Asked {
  readonly form: URLSearchParams;
  readonly headers: IncomingMessage["headers"];
}

const asked: Asked[] = [];
let reply: (response: ServerResponse, form: URLSearchParams) => void;
const active =
  (more: object = {}) =>
  (response: ServerResponse) =>
    void response.end(JSON.stringify({ active: true, sub: "ada", ...more }));
const server = createServer((request, response) => {
  const receive = async (): Promise<void> => {
    const form = new URLSearchParams(await text(request));
    asked.push({ form, headers: request.headers });
    reply(response, form);
  };
  void receive();
});
let endpoint = "";
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}/introspect`;
});
afterAll(() => {
  server.close();
  server.closeAllConnections();
});
beforeEach(() => {
  asked.length = 0;
  reply = active();
});

const secret = noteSecret("s3cret+/ %of:the-client");
function ask(options: Partial<IntrospectionOptions> = {}) {
  let passed = 0;
  const client = { id: "chat api", secret };
  const verifier = introspection({ endpoint, client, ...options }, { now: () => Date.now() + passed });
  const request = readRequest(tokenEvent("unused"));
  return {
    pass: (ms: number) => void (passed += ms),
    async of(token: string): Promise<string> {
      const found = await verifyToken([verifier], noteSecret(token), request);
      return found.kind === "verified" ? `verified ${found.claims.sub}` : `${found.kind} ${found.code}`;
    },
  };
}
const seconds = (more: number) => Math.floor(Date.now() / 1000) + more;

describe("the question", () => {
  test("carries token and client, by Basic", async () => {
    expect(await ask().of("opaque-token-1")).toBe("verified ada");
    const [{ form, headers } = expect.fail()] = asked;
    expect(Object.fromEntries(form)).toEqual({ token: "opaque-token-1", token_type_hint: "access_token" });
    const basic = Buffer.from(String(headers.authorization).slice(6), "base64").toString();
    expect(new URLSearchParams(`x=${basic.split(":")[0]}`).get("x")).toBe("chat api");
    expect(new URLSearchParams(`x=${basic.split(":")[1]}`).get("x")).toBe(secret);
  });

  test("or in the body", async () => {
    await ask({ client: { id: "chat api", secret, method: "post" } }).of("opaque-token-2");
    expect(asked[0]?.form.get("client_secret")).toBe(secret);
    expect(asked[0]?.headers.authorization).toBeUndefined();
  });

  test("or a private key signs it, anew each time", async () => {
    const { privateKey, publicKey } = await generateKeyPair("ES256", { extractable: true });
    const key = { ...(await exportJWK(privateKey)), alg: "ES256", kid: "client-key" } as JWK as PrivateKey;
    const one = ask({ client: { id: "chat", privateKey: key, audience: "https://login.example" } });
    await one.of("opaque-token-3");
    await one.of("opaque-token-4");
    const [first = "", second = ""] = asked.map(({ form }) => form.get("client_assertion") ?? "");
    const { payload } = await jwtVerify(first, publicKey, {
      audience: "https://login.example",
      issuer: "chat",
    });
    expect(payload.sub).toBe("chat");
    expect(payload.exp! - payload.iat!).toBe(60);
    expect(decodeProtectedHeader(first)).toMatchObject({ alg: "ES256", kid: "client-key" });
    expect(first).not.toBe(second);
  });
});

describe("the answer", () => {
  test.each<[string, string, object, Partial<IntrospectionOptions>?]>([
    ["TOKEN_INACTIVE", "that it is not active", { active: false }],
    ["TOKEN_INACTIVE", "a text instead of true", { active: "true" }],
    ["TOKEN_INACTIVE", "a number instead of true", { active: 1 }],
    ["TOKEN_EXPIRED", "an end that is over", { exp: seconds(-1) }],
    ["TOKEN_EXPIRED", "an end that is no number", { exp: "later" }],
    ["TOKEN_NOT_YET_VALID", "a beginning to come", { nbf: seconds(60) }],
    [
      "ISSUER_UNKNOWN",
      "another issuer",
      { iss: "https://evil.example" },
      { issuer: "https://login.example" },
    ],
    ["ISSUER_UNKNOWN", "no issuer where one is wanted", {}, { issuer: "https://login.example" }],
    ["AUDIENCE_WRONG", "another audience", { aud: ["b"] }, { audience: "a" }],
    ["AUDIENCE_WRONG", "no audience where one is wanted", {}, { audience: "a" }],
    ["SCOPE_MISSING", "other scopes", { scope: "chat:read" }, { scopes: ["chat:send"] }],
  ])("is %s for %s", async (code, _what, said, options) => {
    reply = active(said);
    expect(await ask(options).of("opaque")).toBe(`unauthenticated ${code}`);
  });

  test("passes where all of it fits", async () => {
    reply = active({ aud: ["a", "b"], iss: "https://login.example", scope: "x chat:send", exp: seconds(60) });
    const options = { audience: "b", issuer: "https://login.example", scopes: ["chat:send"] };
    expect(await ask(options).of("opaque")).toBe("verified ada");
  });

  test.each<[string, string, typeof reply]>([
    ["INTROSPECTION_REFUSED", "401: the client is not known", (r) => r.writeHead(401).end()],
    ["INTROSPECTION_UNAVAILABLE", "500", (r) => r.writeHead(500).end()],
    ["INTROSPECTION_UNREADABLE", "a web page", (r) => r.end("<html>")],
    ["INTROSPECTION_UNREADABLE", "a list", (r) => r.end("[]")],
    ["INTROSPECTION_UNREACHABLE", "a broken connection", (r) => r.destroy()],
  ])("is unavailable, %s, for %s", async (code, _what, how) => {
    reply = how;
    expect(await ask().of("opaque")).toBe(`unavailable ${code}`);
  });

  test("is given up after the time that was set", async () => {
    reply = () => undefined;
    expect(await ask({ limits: { timeoutMs: 50 } }).of("opaque")).toBe(
      "unavailable INTROSPECTION_UNREACHABLE",
    );
  });
});

describe("what is kept", () => {
  test("a yes for a minute, and never beyond the token's own end", async () => {
    const one = ask();
    reply = active({ exp: seconds(30) });
    await one.of("ends in 30 s".replaceAll(" ", "-"));
    reply = active({ exp: seconds(3600) });
    await one.of("ends-later");
    expect(asked).toHaveLength(2);
    one.pass(29_000);
    reply = active({ active: false });
    expect(await one.of("ends-in-30-s")).toBe("verified ada");
    one.pass(2000);
    expect(await one.of("ends-in-30-s")).toBe("unauthenticated TOKEN_INACTIVE");
    expect(await one.of("ends-later")).toBe("verified ada");
    one.pass(30_000);
    expect(await one.of("ends-later")).toBe("unauthenticated TOKEN_INACTIVE");
    expect(asked).toHaveLength(4);
  });

  test("a no for ten seconds", async () => {
    const one = ask();
    reply = active({ active: false });
    await one.of("opaque");
    reply = active();
    one.pass(9000);
    expect(await one.of("opaque")).toBe("unauthenticated TOKEN_INACTIVE");
    one.pass(2000);
    expect(await one.of("opaque")).toBe("verified ada");
  });

  test("no failure at all", async () => {
    const one = ask();
    reply = (response) => response.writeHead(500).end();
    await one.of("opaque");
    reply = active();
    expect(await one.of("opaque")).toBe("verified ada");
  });

  test("as many answers as were allowed, the one used longest ago makes room", async () => {
    const one = ask({ limits: { most: 2 } });
    for (const token of ["a1", "b1", "a1", "c1", "a1", "b1"]) await one.of(token);
    expect(asked.map(({ form }) => form.get("token"))).toEqual(["a1", "b1", "c1", "b1"]);
  });

  test("and a token is asked about once at a time", async () => {
    const one = ask();
    const found = await Promise.all(Array.from({ length: 20 }, () => one.of("same")));
    expect(new Set(found)).toEqual(new Set(["verified ada"]));
    expect(asked).toHaveLength(1);
  });
});

test("an endpoint that fails five times in a row is left alone for ten seconds, then tried by one", async () => {
  const one = ask();
  reply = (response) => response.writeHead(503).end();
  for (const token of ["t1", "t2", "t3", "t4", "t5"])
    expect(await one.of(token)).toBe("unavailable INTROSPECTION_UNAVAILABLE");
  expect(await one.of("t6")).toBe("unavailable INTROSPECTION_PAUSED");
  expect(asked).toHaveLength(5);
  one.pass(10_000);
  expect(await one.of("t7")).toBe("unavailable INTROSPECTION_UNAVAILABLE");
  expect(await one.of("t8")).toBe("unavailable INTROSPECTION_PAUSED");
  expect(asked).toHaveLength(6);
  reply = active();
  one.pass(10_000);
  const [first, second] = await Promise.all([one.of("t9"), one.of("t10")]);
  expect([first, second]).toEqual(["verified ada", "unavailable INTROSPECTION_PAUSED"]);
  expect(await one.of("t11")).toBe("verified ada");
});

test("it takes opaque tokens and the JWTs of its issuer, and nothing that cannot be a token", async () => {
  const request = readRequest(tokenEvent("unused"));
  const jwt = [{ alg: "RS256" }, { iss: "https://a" }, "AAAA"]
    .map((part) =>
      typeof part === "string" ? part : Buffer.from(JSON.stringify(part)).toString("base64url"),
    )
    .join(".");
  const of = (issuer?: string) => {
    const client = { id: "c", secret };
    return introspection({ endpoint, client, ...(issuer ? { issuer } : {}) });
  };
  const code = async (token: string, issuer?: string) => {
    const found = await verifyToken([of(issuer)], token, request);
    return found.kind === "verified" ? found.kind : found.code;
  };
  reply = active({ iss: "https://a" });
  expect(await code(jwt)).toBe("ISSUER_UNKNOWN");
  expect(await code(jwt, "https://a")).toBe("verified");
  expect(await code("spaces are none")).toBe("TOKEN_HAS_SPACE");
  expect(await code("a,b")).toBe("TOKENS_JOINED");
});

test.each<[string, Partial<IntrospectionOptions>]>([
  ["endpoint", { endpoint: "http://login.example/introspect" }],
  ["client.id", { client: { id: "", secret } }],
  ["client.secret", { client: { id: "c", secret: "" } }],
  ["limits.timeoutMs", { limits: { timeoutMs: 9001 } }],
])("a %s that cannot be used is refused when it is made", (name, options) => {
  const good = { endpoint: "https://login.example/introspect", client: { id: "c", secret } };
  expect(() => introspection({ ...good, ...options })).toThrow(
    expect.objectContaining({ code: "INTROSPECTION_SETTING_UNREADABLE", facts: { name } }),
  );
});

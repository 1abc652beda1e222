// Tokens of a certified issuer, of one that rotates its keys, and of some that behave badly.
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { exportJWK, generateKeyPair, type JWK, SignJWT } from "jose";
import { afterEach, describe, expect, test } from "vitest";
import { loadProvider } from "../../oidc-provider.ts";
import { manualClock } from "../../../src/manual-clock.ts";
import { createTokenChecker } from "../../../src/tokens/check-token.ts";
import { isTrustworthy } from "../../../src/tokens/fetch-document.ts";
import { createAddressOf } from "../../../src/tokens/issuer-addresses.ts";
import { createIssuerKeys } from "../../../src/tokens/issuer-keys.ts";

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

async function listen(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  closing.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`; // a TCP server has a port
}

interface Made {
  readonly kid: string;
  readonly publicJwk: JWK;
  sign(claims: object, header?: object): Promise<string>;
}

async function makeKey(kid: string): Promise<Made> {
  const { publicKey, privateKey } = await generateKeyPair("RS256");
  return {
    kid,
    publicJwk: { ...(await exportJWK(publicKey)), kid, alg: "RS256", use: "sig" },
    sign: (claims, header = {}) =>
      new SignJWT({ ...claims }).setProtectedHeader({ alg: "RS256", kid, ...header }).sign(privateKey),
  };
}

/** An issuer whose documents a test may change while it runs. */
async function startIssuer(keys: Made[]) {
  const state = { fetched: 0, keys, discovery: {} as object };
  const url = await listen((request, response) => {
    if (request.url === "/keys") state.fetched += 1;
    const jwks = { keys: state.keys.map(({ publicJwk }) => publicJwk) };
    const discovery = { issuer: url, jwks_uri: `${url}/keys`, ...state.discovery };
    response.end(JSON.stringify(request.url === "/keys" ? jwks : discovery));
  });
  const clock = manualClock(Date.UTC(2026, 10, 21));
  const checker = createTokenChecker(
    createIssuerKeys(clock, (issuer) => issuer),
    clock,
  );
  const exp = Math.floor(clock.now() / 1000) + 86_400;
  const check = async (key: Made, claims: object = {}) =>
    (await checker.check(await key.sign({ iss: url, exp, ...claims }), url)).kind;
  return { url, state, clock, checker, check, exp };
}

describe("a token of oidc-provider", () => {
  test("is good for its issuer, and its claims are what the issuer said", async () => {
    const Provider = await loadProvider();
    const { privateKey } = await generateKeyPair("RS256", { extractable: true });
    const jwk = { ...(await exportJWK(privateKey)), kid: "one", alg: "RS256", use: "sig" };
    let serve: RequestListener = (_request, response) => void response.writeHead(503).end();
    const issuer = await listen((request, response) => serve(request, response));
    serve = new Provider(issuer, {
      jwks: { keys: [jwk] },
      clients: [
        {
          client_id: "robot",
          client_secret: "a-secret-of-a-robot-that-is-long-enough",
          grant_types: ["client_credentials"],
          redirect_uris: [],
          response_types: [],
        },
      ],
      features: {
        devInteractions: { enabled: false },
        clientCredentials: { enabled: true },
        resourceIndicators: {
          enabled: true,
          getResourceServerInfo: async () => ({
            scope: "chat:send",
            audience: "https://api.example",
            accessTokenTTL: 600,
            accessTokenFormat: "jwt",
            jwt: { sign: { alg: "RS256" } },
          }),
        },
      },
    }).callback();
    const answer = await fetch(`${issuer}/token`, {
      method: "POST",
      headers: {
        authorization: `Basic ${Buffer.from("robot:a-secret-of-a-robot-that-is-long-enough").toString("base64")}`,
      },
      body: new URLSearchParams({
        grant_type: "client_credentials",
        scope: "chat:send",
        resource: "https://api.example",
      }),
    });
    const { access_token: token } = (await answer.json()) as { readonly access_token: string };
    const clock = manualClock(Date.now());
    const checker = createTokenChecker(
      createIssuerKeys(clock, (each) => each),
      clock,
    );
    expect(await checker.check(token, issuer)).toMatchObject({
      kind: "good",
      claims: { iss: issuer, aud: "https://api.example", scope: "chat:send", client_id: "robot" },
    });
    clock.advance(601_000);
    expect(await checker.check(token, issuer)).toEqual({ kind: "expired" });
  });
});

describe("keys", () => {
  test("are fetched once, and again when a token names a new one", async () => {
    const [one, two] = await Promise.all([makeKey("one"), makeKey("two")]);
    const issuer = await startIssuer([one]);
    expect(await Promise.all([1, 2, 3].map(() => issuer.check(one)))).toEqual(["good", "good", "good"]);
    expect(issuer.state.fetched).toBe(1);
    issuer.state.keys = [one, two];
    expect(await issuer.check(two)).toBe("bad");
    issuer.clock.advance(10_001);
    expect(await issuer.check(two)).toBe("good");
    expect(await issuer.check(one)).toBe("good");
    expect(issuer.state.fetched).toBe(2);
  });

  test("that were withdrawn serve no longer than two hours", async () => {
    const [one, two] = await Promise.all([makeKey("one"), makeKey("two")]);
    const issuer = await startIssuer([one]);
    expect(await issuer.check(one)).toBe("good");
    issuer.state.keys = [two];
    issuer.clock.advance(7_199_000);
    expect(await issuer.check(one)).toBe("good");
    issuer.clock.advance(2000);
    expect(await issuer.check(one)).toBe("bad");
  });

  test("of other kinds are left out", async () => {
    const one = await makeKey("one");
    const odd = { ...one, publicJwk: { ...one.publicJwk, use: "enc" } };
    const issuer = await startIssuer([odd]);
    expect(await issuer.check(one)).toBe("bad");
  });
});

describe("an issuer", () => {
  const checkAt = async (listener: (url: string) => RequestListener) => {
    const one = await makeKey("one");
    let serve: RequestListener = () => {};
    const url = await listen((request, response) => serve(request, response));
    serve = listener(url);
    const clock = manualClock(Date.UTC(2026, 10, 21));
    const checker = createTokenChecker(
      createIssuerKeys(clock, (issuer) => issuer),
      clock,
    );
    return checker.check(await one.sign({ iss: url, exp: 2e9 }), url);
  };
  const reason = (text: string) => ({ kind: "out-of-reach", why: expect.stringContaining(text) });

  test("that is slower than 1,500 ms is out of reach", async () => {
    expect(await checkAt(() => () => {})).toEqual(reason("1500 ms"));
  });

  test("with more than 150,000 bytes of keys is out of reach", async () => {
    const big = JSON.stringify({ keys: [], padding: "x".repeat(150_000) });
    const answer = await checkAt((url) => (request, response) => {
      response.end(request.url === "/keys" ? big : JSON.stringify({ issuer: url, jwks_uri: `${url}/keys` }));
    });
    expect(answer).toEqual(reason("150000 bytes"));
  });

  test.each<[string, (url: string) => RequestListener, string]>([
    [
      "that moves",
      () => (_, response) => void response.writeHead(302, { location: "/x" }).end(),
      "out of reach",
    ],
    ["that fails", () => (_, response) => void response.writeHead(500).end(), "status 500"],
    ["that speaks no JSON", () => (_, response) => void response.end("<html>"), "not JSON"],
    [
      "that names another",
      () => (_, response) => void response.end('{"issuer":"https://x"}'),
      "another issuer",
    ],
    [
      "without keys",
      (url) => (_, response) => void response.end(JSON.stringify({ issuer: url })),
      "no jwks_uri",
    ],
    [
      "with keys at an address of another machine over http",
      (url) => (_, response) =>
        void response.end(JSON.stringify({ issuer: url, jwks_uri: "http://keys.example/keys" })),
      "neither https",
    ],
  ])("%s is out of reach", async (_name, listener, why) => {
    expect(await checkAt(listener)).toEqual(reason(why));
  });
});

test("claims that are missing or wrong are named", async () => {
  const one = await makeKey("one");
  const issuer = await startIssuer([one]);
  const says = async (claims: object) => issuer.checker.check(await one.sign(claims), issuer.url);
  expect(await says({ iss: issuer.url })).toEqual({
    kind: "bad",
    says: "the token's exp is missing or invalid",
  });
  expect(await says({ exp: issuer.exp })).toEqual({
    kind: "bad",
    says: "the token does not have a valid issuer",
  });
  expect(await issuer.checker.check("a.b", issuer.url)).toEqual({
    kind: "bad",
    says: "the token is not a JWT",
  });
});

test.each([
  ["https://issuer.example/tenant", true],
  ["http://127.0.0.1:3000", true],
  ["http://localhost:3000/realm", true],
  ["http://issuer.localhost", true],
  ["http://[::1]:3000", true],
  ["http://issuer.example", false],
  ["http://127.0.0.1.example", false],
  ["https://issuer.example/?a=1", false],
  ["issuer", false],
])("%s: %s", (address, verdict) => {
  expect(isTrustworthy(address)).toBe(verdict);
});

test("an embedded user pool's keys are at the local issuer, all others at their own", () => {
  const addressOf = createAddressOf("eu-west-1", ["eu-west-1_Pool"], "http://127.0.0.1:4006");
  const pool = "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Pool";
  expect(addressOf(pool)).toBe("http://127.0.0.1:4006/eu-west-1_Pool");
  expect(addressOf(`${pool}x`)).toBe(`${pool}x`);
});

// A certified OAuth server in this process: real tokens, real introspection, real revocation, real rotation.
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { exportJWK, generateKeyPair, type JWK } from "jose";
import { loadProvider } from "../provider.ts";
import { afterAll, beforeAll, expect, test } from "vitest";
import { allow, authorizer, fromHeader, introspection, oidc, type PrivateKey } from "../../src/index.ts";
import { restEvent } from "../events.ts";
import { noteSecret } from "../secrets.ts";

const api = "https://api.example";
const Provider = await loadProvider();
let listener: RequestListener = (_request, response) => void response.writeHead(503).end();
const server = createServer((request, response) => listener(request, response));
let issuer = "";
let clientKey: PrivateKey;
let clientPublic: JWK;

const signingKey = async (kid: string) => {
  const { privateKey } = await generateKeyPair("ES256", { extractable: true });
  return { ...(await exportJWK(privateKey)), kid, alg: "ES256", use: "sig" };
};

/** The same issuer with these keys: a rotation swaps the provider behind the same address. */
function serve(keys: readonly JWK[]): void {
  const configuration = {
    jwks: { keys },
    clientDefaults: { id_token_signed_response_alg: "ES256" },
    clients: [
      {
        client_id: "robot",
        client_secret: noteSecret("robot-secret-robot-secret-robot!"),
        grant_types: ["client_credentials"],
        redirect_uris: [],
        response_types: [],
      },
      {
        client_id: "keyed",
        grant_types: ["client_credentials"],
        redirect_uris: [],
        response_types: [],
        token_endpoint_auth_method: "private_key_jwt",
        token_endpoint_auth_signing_alg: "ES256",
        jwks: { keys: [clientPublic] },
      },
    ],
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      introspection: { enabled: true, allowedPolicy: async () => true },
      revocation: { enabled: true },
      resourceIndicators: {
        enabled: true,
        getResourceServerInfo: async () => ({
          scope: "chat:send",
          audience: api,
          accessTokenTTL: 600,
          accessTokenFormat: "jwt",
          jwt: { sign: { alg: "ES256" } },
        }),
      },
    },
    scopes: ["chat:send"],
  };
  listener = new Provider(issuer, configuration).callback();
}

async function post(path: string, form: Record<string, string>): Promise<Record<string, unknown>> {
  const response = await fetch(`${issuer}${path}`, {
    method: "POST",
    body: new URLSearchParams(form),
    headers: {
      authorization: `Basic ${Buffer.from("robot:robot-secret-robot-secret-robot!").toString("base64")}`,
    },
  });
  return response.status === 200
    ? ((await response.json().catch(() => ({}))) as Record<string, unknown>)
    : { status: response.status };
}

async function tokenFor(resource?: string): Promise<string> {
  const given = await post("/token", {
    grant_type: "client_credentials",
    scope: "chat:send",
    ...(resource ? { resource } : {}),
  });
  return noteSecret(String(given["access_token"]));
}

beforeAll(async () => {
  const { privateKey, publicKey } = await generateKeyPair("ES256", { extractable: true });
  clientKey = { ...(await exportJWK(privateKey)), alg: "ES256", kid: "client" } as JWK as PrivateKey;
  clientPublic = { ...(await exportJWK(publicKey)), alg: "ES256", kid: "client", use: "sig" };
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  serve([await signingKey("first")]);
});
afterAll(() => {
  server.close();
  server.closeAllConnections();
});

function gate() {
  let passed = 0;
  const ports = { now: () => Date.now() + passed };
  const codes: string[] = [];
  const endpoint = () => `${issuer}/token/introspection`;
  const handler = authorizer({
    token: [fromHeader("authorization")],
    verify: [
      oidc({ issuer, audience: api, type: "at+jwt", algorithms: ["ES256"], scopes: ["chat:send"] }, ports),
      introspection(
        { endpoint: endpoint(), client: { id: "keyed", privateKey: clientKey, audience: issuer } },
        ports,
      ),
    ],
    decide: ({ claims }) => allow({ principalId: String(claims["client_id"]) }),
    onOutcome: ({ code, detail }) => codes.push(detail === undefined ? code : `${code} ${detail}`),
  });
  return {
    pass: (ms: number) => void (passed += ms),
    call: async (token: string) => {
      const event = restEvent({ headers: { Authorization: [`Bearer ${token}`] } });
      const result = await handler(event).catch((error: unknown) => String(error));
      return typeof result === "string" ? codes.at(-1) : "principalId" in result && result.principalId;
    },
  };
}

test("its JWTs pass by discovery, and go on passing while keys rotate", async () => {
  const { call, pass } = gate();
  const old = await tokenFor(api);
  expect(await call(old)).toBe("robot");
  const first = await fetch(`${issuer}/jwks`).then((response) => response.json() as Promise<{ keys: JWK[] }>);
  expect(first.keys.map(({ kid }) => kid)).toEqual(["first"]);
  serve([await signingKey("second")]);
  pass(10_000);
  const fresh = await tokenFor(api);
  expect(await call(fresh)).toBe("robot");
  expect(await call(old)).toBe("KEY_UNKNOWN"); // its key is published no longer
});

test("its opaque tokens pass by introspection with private_key_jwt, until they are revoked", async () => {
  const { call, pass } = gate();
  const token = await tokenFor();
  expect(token.split(".")).toHaveLength(1);
  expect(await call(token)).toBe("robot");
  await post("/token/revocation", { token });
  expect(await call(token)).toBe("robot"); // kept for a minute, as is said
  pass(60_000);
  expect(await call(token)).toBe("TOKEN_INACTIVE");
  expect(await call("nobody-issued-this")).toBe("TOKEN_INACTIVE");
});

test("introspection with the wrong key is our fault, not the token's", async () => {
  const { privateKey } = await generateKeyPair("ES256", { extractable: true });
  const wrong = { ...(await exportJWK(privateKey)), alg: "ES256", kid: "client" } as JWK as PrivateKey;
  const client = { id: "keyed", privateKey: wrong, audience: issuer };
  const handler = authorizer({
    token: [fromHeader("authorization")],
    verify: [introspection({ endpoint: `${issuer}/token/introspection`, client })],
    decide: () => allow({ principalId: "nobody" }),
  });
  const event = restEvent({ headers: { Authorization: [`Bearer ${await tokenFor()}`] } });
  await expect(handler(event)).rejects.toMatchObject({
    code: "AUTHORIZER_UNAVAILABLE",
    facts: { code: "INTROSPECTION_REFUSED" },
  });
});

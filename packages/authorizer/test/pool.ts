// A user pool for tests: real keys, real tokens, and its keys on a real HTTP server.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { exportJWK, generateKeyPair, SignJWT, type CryptoKey, type JWK } from "jose";
import type { KeySet } from "../src/index.ts";
import { noteSecret } from "./secrets.ts";

export const userPoolId = "us-east-1_TestPool1";
export const clientId = "1example23456789";
export const issuer = `https://cognito-idp.us-east-1.amazonaws.com/${userPoolId}`;

export interface Pool {
  readonly endpoint: string;
  readonly publicJwk: JWK;
  /** How often the keys were asked for. */
  readonly fetches: () => number;
  /** The published key under a name. */
  keySet(kid: string): KeySet;
  /** What the keys' address answers from now on; `undefined` is the keys themselves. */
  answerKeys(answer: { readonly status: number; readonly body: string } | "never" | undefined): void;
  sign(claims?: Record<string, unknown>, options?: SignOptions): Promise<string>;
  close(): Promise<void>;
}

interface SignOptions {
  readonly header?: Record<string, unknown>;
  readonly key?: CryptoKey;
  readonly drop?: readonly string[];
}

export async function startPool(id: string = userPoolId): Promise<Pool> {
  const { privateKey, publicKey } = await generateKeyPair("RS256", { extractable: true });
  const publicJwk = { ...(await exportJWK(publicKey)), kid: "key-1", alg: "RS256", use: "sig" };
  let fetches = 0;
  let answer: Parameters<Pool["answerKeys"]>[0];
  const server = createServer((request, response) => {
    const known = request.url === `/${id}/.well-known/jwks.json`;
    if (known) fetches += 1;
    if (answer === "never") return;
    response.writeHead(known ? (answer?.status ?? 200) : 404, { "content-type": "application/json" });
    response.end(answer?.body ?? JSON.stringify({ keys: [publicJwk] }));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    publicJwk,
    keySet: (kid) => ({ keys: [{ ...publicJwk, kty: "RSA", kid }] }),
    fetches: () => fetches,
    answerKeys: (next) => void (answer = next),
    sign: async (claims = {}, { header = {}, key = privateKey, drop = [] } = {}) => {
      const all = Object.entries({ ...accessClaims(), ...claims }).filter(([name]) => !drop.includes(name));
      const token = new SignJWT(Object.fromEntries(all));
      return noteSecret(await token.setProtectedHeader({ alg: "RS256", kid: "key-1", ...header }).sign(key));
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

export function accessClaims(): Record<string, unknown> {
  const now = Math.floor(Date.now() / 1000);
  return {
    sub: "aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee",
    iss: issuer,
    client_id: clientId,
    token_use: "access",
    scope: "aws.cognito.signin.user.admin",
    auth_time: now,
    iat: now,
    exp: now + 3600,
    jti: "11111111-2222-4333-8444-555555555555",
    username: "ada",
  };
}

// An OpenID issuer for tests: real keys of any algorithm on a real HTTP server that can be made to misbehave.
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { exportJWK, generateKeyPair, SignJWT, type CryptoKey, type JWK } from "jose";
import { noteSecret } from "./secrets.ts";

export const audience = "https://api.example";

export interface IssuerKey {
  readonly kid: string;
  readonly alg: string;
  readonly privateKey: CryptoKey;
  readonly jwk: JWK;
}

/** What the server does with a request; `undefined` is what an issuer does. */
export type Misbehaviour = (response: ServerResponse, path: string) => void;

export interface Issuer {
  readonly issuer: string;
  readonly jwksUri: string;
  /** Paths that were asked for, in their order. */
  readonly asked: string[];
  /** The keys that are published; the first one signs. */
  readonly keys: IssuerKey[];
  misbehave(how: Misbehaviour | undefined): void;
  sign(claims?: Record<string, unknown>, options?: SignOptions): Promise<string>;
  close(): Promise<void>;
}

export interface SignOptions {
  readonly header?: Record<string, unknown>;
  readonly key?: IssuerKey;
  readonly drop?: readonly string[];
}

export async function makeKey(alg: string, kid: string): Promise<IssuerKey> {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true });
  return { kid, alg, privateKey, jwk: { ...(await exportJWK(publicKey)), kid, alg, use: "sig" } };
}

export async function startIssuer(alg: string = "RS256"): Promise<Issuer> {
  const keys = [await makeKey(alg, "key-1")];
  const asked: string[] = [];
  let misbehaviour: Misbehaviour | undefined;
  const server = createServer((request, response) => {
    const path = request.url ?? "";
    asked.push(path);
    if (misbehaviour) return misbehaviour(response, path);
    const bodies: Record<string, unknown> = {
      "/.well-known/openid-configuration": { issuer, jwks_uri: `${issuer}/keys` },
      "/keys": { keys: keys.map(({ jwk }) => jwk) },
    };
    response.writeHead(bodies[path] ? 200 : 404, { "content-type": "application/json" });
    response.end(JSON.stringify(bodies[path] ?? {}));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    issuer,
    jwksUri: `${issuer}/keys`,
    asked,
    keys,
    misbehave: (how) => void (misbehaviour = how),
    async sign(claims = {}, { header = {}, key = keys.at(0), drop = [] } = {}) {
      if (!key) throw new Error("no key");
      const now = Math.floor(Date.now() / 1000);
      const all = { iss: issuer, aud: audience, sub: "ada", iat: now, exp: now + 600, ...claims };
      const kept = Object.fromEntries(Object.entries(all).filter(([name]) => !drop.includes(name)));
      const token = await new SignJWT(kept)
        .setProtectedHeader({ alg: key.alg, kid: key.kid, ...header })
        .sign(key.privateKey);
      return noteSecret(token);
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

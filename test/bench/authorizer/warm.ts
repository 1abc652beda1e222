// A warm call: one token verified and answered, by us and by what one would use instead.
import { allow, authorizer, cognito, fromHeader, oidc, type Verifier } from "@gatewright/authorizer";
import type { TokenAuthorizerEvent } from "@gatewright/contract";
import { CognitoJwtVerifier } from "aws-jwt-verify";
import type { Jwks } from "aws-jwt-verify/jwk";
import { createLocalJWKSet, exportJWK, generateKeyPair, jwtVerify, SignJWT, type JWK } from "jose";
import { createPublicKey, verify } from "node:crypto";

/** One way to check a token; throws where it does not let it in. */
export interface Candidate {
  readonly name: string;
  run(): unknown;
}

const userPoolId = "us-east-1_BenchPool";
const clientId = "1example23456789";
const issuer = `https://cognito-idp.us-east-1.amazonaws.com/${userPoolId}`;

/** Makes every candidate with the same key, the same token and the same checks; no network is used. */
export async function makeCandidates(): Promise<readonly Candidate[]> {
  const { publicKey, privateKey } = await generateKeyPair("RS256", { extractable: true });
  const jwk = { ...(await exportJWK(publicKey)), kty: "RSA", kid: "bench-1", alg: "RS256", use: "sig" };
  const now = Math.floor(Date.now() / 1000);
  const claims = {
    sub: "aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee",
    iss: issuer,
    client_id: clientId,
    aud: clientId,
    origin_jti: "7c7c1ad5-4c0a-4b6e-9c64-0b9c0a2f6f55",
    event_id: "b0f6a1b1-5f63-4df6-9f4e-5b1c9d2ce8a4",
    token_use: "access",
    scope: "aws.cognito.signin.user.admin",
    auth_time: now,
    iat: now,
    exp: now + 36_000,
    jti: "11111111-2222-4333-8444-555555555555",
    username: "ada",
  };
  const token = await new SignJWT(claims)
    .setProtectedHeader({ alg: "RS256", kid: "bench-1" })
    .sign(privateKey);
  return [
    signatureAlone(token, jwk),
    ...libraryAlone(token, { keys: [jwk] }), // the keys of this bench
    joseAlone(token, jwk),
    ...ours(token, jwk),
  ];
}

function signatureAlone(token: string, jwk: JWK): Candidate {
  const key = createPublicKey({ key: jwk, format: "jwk" });
  return {
    name: "the signature check itself (node:crypto)",
    run() {
      const at = token.lastIndexOf(".");
      const good = verify(
        "sha256",
        Buffer.from(token.slice(0, at)),
        key,
        Buffer.from(token.slice(at + 1), "base64url"),
      );
      if (!good) throw new Error("refused");
    },
  };
}

function libraryAlone(token: string, jwks: Jwks): readonly Candidate[] {
  const verifier = CognitoJwtVerifier.create({ userPoolId, clientId, tokenUse: "access" });
  verifier.cacheJwks(jwks);
  return [
    { name: "aws-jwt-verify alone", run: () => verifier.verify(token) },
    { name: "aws-jwt-verify alone, verifySync", run: () => verifier.verifySync(token) },
  ];
}

function joseAlone(token: string, jwk: JWK): Candidate {
  const keys = createLocalJWKSet({ keys: [jwk] });
  const options = { issuer, audience: clientId, algorithms: ["RS256"] };
  return { name: "jose alone", run: () => jwtVerify(token, keys, options) };
}

function ours(token: string, jwk: JWK): readonly Candidate[] {
  const bundledKeys = { keys: [{ ...jwk, kty: "RSA" }] } as never; // a public key set
  const event: TokenAuthorizerEvent = {
    type: "TOKEN",
    methodArn: "arn:aws:execute-api:us-east-1:123456789012:abcdef1234/dev/GET/rooms/42",
    authorizationToken: `Bearer ${token}`,
  };
  const by = (name: string, verifier: Verifier<{ readonly sub?: string }>): Candidate => {
    const handler = authorizer({
      token: [fromHeader("authorization")],
      verify: [verifier],
      decide: ({ claims }) =>
        allow({
          principalId: String(claims.sub),
          context: { userId: String(claims.sub), name: "ada" },
          routes: ["GET /rooms/*", "POST /rooms/*", "$connect"],
        }),
    });
    return { name, run: () => handler(event) };
  };
  return [
    by(
      "ours, cognito: token, verify and policy",
      cognito({ userPoolId, clientId, tokenUse: "access", bundledKeys }),
    ),
    by(
      "ours, oidc: token, verify and policy",
      oidc({ issuer, audience: clientId, keys: { jwks: bundledKeys } }),
    ),
  ];
}

import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  CognitoIdentityProviderClient,
  GetUserCommand,
  GlobalSignOutCommand,
  InitiateAuthCommand,
  RevokeTokenCommand,
  SignUpCommand,
  type AuthFlowType,
} from "@aws-sdk/client-cognito-identity-provider";
import { CognitoJwtVerifier } from "aws-jwt-verify";
import { SimpleJwksCache } from "aws-jwt-verify/jwk";
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { noteSecret } from "../../../../../test/secrets/note.ts";
import { startIssuer } from "../../../src/backends/issuer.ts";
import { manualClock, type ManualClock } from "../../../src/manual-clock.ts";
import type { UserPool } from "../../../src/model/resources.ts";

const poolId = "us-east-1_Chat00001";
const ClientId = "3n4b5urk1ft4fl3mg5e62d9ado";
const password = "Lovelace-1815";

const pool: UserPool = {
  logicalId: "UserPool",
  id: poolId,
  name: "chat",
  clients: [
    {
      logicalId: "UserPoolClient",
      id: ClientId,
      name: "web",
      authFlows: ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
      accessTokenSeconds: 600,
      idTokenSeconds: 300,
      refreshTokenSeconds: 86_400,
    },
    {
      logicalId: "Strict",
      id: "strict",
      name: "strict",
      authFlows: ["ALLOW_USER_SRP_AUTH"],
      accessTokenSeconds: 600,
      idTokenSeconds: 300,
      refreshTokenSeconds: 86_400,
    },
  ],
  users: [
    { name: "ada", password, groups: ["staff"], attributes: { email: "ada@example.com", sub: "forged" } },
    { name: "grace", password: "Hopper-1906", groups: [], attributes: {} },
  ],
};

let folder: string;
let clock: ManualClock;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "gatewright-issuer-"));
  clock = manualClock(Date.now());
});
afterEach(() => rm(folder, { recursive: true }));

async function start({ port = 0, pools = [pool] } = {}) {
  const errors: string[] = [];
  const log = { info() {}, warn() {}, error: (line: string) => void errors.push(line) };
  const backend = await startIssuer({ userPools: pools, region: "us-east-1", folder, port, clock, log });
  const client = new CognitoIdentityProviderClient({
    endpoint: backend.endpoint,
    region: "us-east-1",
    credentials: { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "secret" },
    maxAttempts: 1,
  });
  let closed = false;
  const close = async () => {
    if (closed) return;
    closed = true;
    client.destroy();
    await backend.close();
    expect(errors).toEqual([]);
  };
  onTestFinished(close);
  const initiate = async (AuthFlow: string, AuthParameters: Record<string, string>, id = ClientId) => {
    const flow = AuthFlow as AuthFlowType; // the SDK's own names, and some that are none
    const answer = await client.send(
      new InitiateAuthCommand({ AuthFlow: flow, ClientId: id, AuthParameters }),
    );
    const { AccessToken = "", IdToken = "", RefreshToken = "" } = answer.AuthenticationResult!;
    for (const token of [AccessToken, IdToken, RefreshToken]) noteSecret(token);
    return answer.AuthenticationResult!;
  };
  const signIn = (USERNAME = "ada", PASSWORD = password) =>
    initiate("USER_PASSWORD_AUTH", { USERNAME, PASSWORD });
  return { backend, client, initiate, signIn, close };
}

function verifierAt(endpoint: string) {
  const fetcher = {
    fetch: async (uri: string) => (await fetch(uri.replace(/^https:\/\/[^/]+/, endpoint))).arrayBuffer(),
  };
  return CognitoJwtVerifier.create(
    { userPoolId: poolId, clientId: ClientId, tokenUse: null },
    { jwksCache: new SimpleJwksCache({ fetcher }) },
  );
}

describe("signing in", () => {
  test("gives tokens that Cognito's own verifier takes", async () => {
    const { backend, signIn } = await start();
    const tokens = await signIn();
    const verifier = verifierAt(backend.endpoint);
    const access = await verifier.verify(tokens.AccessToken!, { tokenUse: "access" });
    const id = await verifier.verify(tokens.IdToken!, { tokenUse: "id", groups: "staff" });
    const seconds = Math.floor(clock.now() / 1000);
    const uuid = expect.stringMatching(
      /^[0-9a-f]{8}-[0-9a-f]{4}-[48][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
    );
    const common = {
      sub: uuid,
      "cognito:groups": ["staff"],
      iss: `https://cognito-idp.us-east-1.amazonaws.com/${poolId}`,
      origin_jti: uuid,
      event_id: uuid,
      auth_time: seconds,
      iat: seconds,
      jti: uuid,
    };
    expect(access).toEqual({
      ...common,
      client_id: ClientId,
      token_use: "access",
      scope: "aws.cognito.signin.user.admin",
      exp: seconds + 600,
      username: "ada",
    });
    expect(id).toEqual({
      ...common,
      aud: ClientId,
      token_use: "id",
      exp: seconds + 300,
      "cognito:username": "ada",
      email: "ada@example.com",
    });
    expect(id.sub).toBe(access.sub);
    expect(tokens).toMatchObject({ ExpiresIn: 600, TokenType: "Bearer" });
    await expect(verifier.verify(tokens.IdToken!, { tokenUse: "access" })).rejects.toThrow();
  });

  test("names the same user by the same sub, and another by another", async () => {
    const { backend, signIn } = await start();
    const subject = async (name: string, secret: string) => {
      const { AccessToken } = await signIn(name, secret);
      return (await verifierAt(backend.endpoint).verify(AccessToken!)).sub;
    };
    const ada = await subject("ada", password);
    expect(await subject("ada", password)).toBe(ada);
    expect(await subject("grace", "Hopper-1906")).not.toBe(ada);
  });

  test("does not tell an unknown user from a wrong password", async () => {
    const { signIn } = await start();
    const wrong = { name: "NotAuthorizedException", message: "Incorrect username or password." };
    await expect(signIn("ada", "wrong")).rejects.toMatchObject(wrong);
    await expect(signIn("nobody", password)).rejects.toMatchObject(wrong);
    await expect(signIn("__proto__", password)).rejects.toMatchObject(wrong);
  });

  test("needs a known client, a flow that it allows, and every parameter", async () => {
    const { initiate } = await start();
    const given = { USERNAME: "ada", PASSWORD: password };
    await expect(initiate("USER_PASSWORD_AUTH", given, "nobody")).rejects.toMatchObject({
      name: "ResourceNotFoundException",
      message: "User pool client nobody does not exist.",
    });
    await expect(initiate("USER_PASSWORD_AUTH", given, "strict")).rejects.toMatchObject({
      name: "InvalidParameterException",
      message: "USER_PASSWORD_AUTH flow not enabled for this client",
    });
    await expect(initiate("REFRESH_TOKEN_AUTH", { REFRESH_TOKEN: "x" }, "strict")).rejects.toMatchObject({
      name: "InvalidParameterException",
    });
    await expect(initiate("USER_SRP_AUTH", given)).rejects.toThrow(/USER_SRP_AUTH is not supported/);
    await expect(initiate("USER_PASSWORD_AUTH", { USERNAME: "ada" })).rejects.toThrow(
      "Missing required parameter PASSWORD",
    );
  });
});

describe("a refresh token", () => {
  test("gives new tokens of the same sign-in, also after a restart, and is not given again", async () => {
    const first = await start();
    const { RefreshToken, AccessToken } = await first.signIn();
    const before = await verifierAt(first.backend.endpoint).verify(AccessToken!);
    await first.close();

    clock.advance(500_000);
    const second = await start();
    const renewed = await second.initiate("REFRESH_TOKEN_AUTH", { REFRESH_TOKEN: RefreshToken! });
    expect(renewed.RefreshToken).toBeUndefined();
    const after = await verifierAt(second.backend.endpoint).verify(renewed.AccessToken!);
    expect(after).toMatchObject({
      origin_jti: before["origin_jti"],
      auth_time: before["auth_time"],
      sub: before.sub,
    });
    expect(after.iat - before.iat).toBe(500);
    expect(after.jti).not.toBe(before.jti);
    await second.initiate("REFRESH_TOKEN", { REFRESH_TOKEN: RefreshToken! });
  });

  test("is refused when it is unknown, over, revoked, or of a user who is gone", async () => {
    const { client, initiate, signIn, close } = await start();
    const renew = (REFRESH_TOKEN = "x", by = initiate) => by("REFRESH_TOKEN_AUTH", { REFRESH_TOKEN });
    await expect(renew()).rejects.toMatchObject({
      name: "NotAuthorizedException",
      message: "Invalid Refresh Token",
    });

    const { RefreshToken } = await signIn();
    const kept = await signIn();
    await client.send(new RevokeTokenCommand({ ClientId, Token: RefreshToken }));
    await expect(renew(RefreshToken)).rejects.toThrow("Refresh Token has been revoked");
    await renew(kept.RefreshToken);
    await close();

    const without = await start({ pools: [{ ...pool, users: [] }] });
    await expect(renew(kept.RefreshToken, without.initiate)).rejects.toThrow("Invalid Refresh Token");
    await without.close();

    const last = await start();
    clock.advance(86_400_000);
    await expect(renew(kept.RefreshToken, last.initiate)).rejects.toThrow("Refresh Token has expired");
  });
});

describe("GetUser and GlobalSignOut", () => {
  test("know the user by the access token, until it is over or revoked", async () => {
    const { client, signIn, initiate } = await start();
    const { AccessToken, IdToken, RefreshToken } = await signIn();
    const user = await client.send(new GetUserCommand({ AccessToken }));
    expect(user.Username).toBe("ada");
    expect(user.UserAttributes).toContainEqual({ Name: "email", Value: "ada@example.com" });
    await expect(client.send(new GetUserCommand({ AccessToken: IdToken }))).rejects.toThrow(
      "Invalid Access Token",
    );
    const tampered = `${AccessToken!.slice(0, -8)}AAAAAAAA`;
    await expect(client.send(new GetUserCommand({ AccessToken: tampered }))).rejects.toMatchObject({
      name: "NotAuthorizedException",
    });

    const other = await signIn();
    await client.send(new GlobalSignOutCommand({ AccessToken }));
    await expect(client.send(new GetUserCommand({ AccessToken: other.AccessToken }))).rejects.toThrow(
      "revoked",
    );
    await expect(initiate("REFRESH_TOKEN_AUTH", { REFRESH_TOKEN: RefreshToken! })).rejects.toThrow("revoked");

    const later = await signIn();
    clock.advance(600_000);
    await expect(client.send(new GetUserCommand({ AccessToken: later.AccessToken }))).rejects.toThrow(
      "expired",
    );
  });
});

describe("the wire", () => {
  const target = (operation: string) => ({
    "content-type": "application/x-amz-json-1.1",
    "x-amz-target": `AWSCognitoIdentityProviderService.${operation}`,
  });

  test("is open to browsers, as Cognito's is", async () => {
    const { backend } = await start();
    const asked = await fetch(backend.endpoint, {
      method: "OPTIONS",
      headers: { origin: "http://127.0.0.1:4000" },
    });
    expect(asked.status).toBe(200);
    expect(asked.headers.get("access-control-allow-origin")).toBe("*");
    expect(asked.headers.get("access-control-allow-headers")).toMatch(/content-type.*x-amz-target/);
    const sent = await fetch(backend.endpoint, {
      method: "POST",
      headers: target("InitiateAuth"),
      body: JSON.stringify({
        AuthFlow: "USER_PASSWORD_AUTH",
        ClientId,
        AuthParameters: { USERNAME: "ada", PASSWORD: password },
      }),
    });
    expect(sent.headers.get("access-control-allow-origin")).toBe("*");
    expect(await sent.json()).toMatchObject({ AuthenticationResult: { TokenType: "Bearer" } });
  });

  test("refuses what it does not know by name, in Cognito's shape", async () => {
    const { backend, client } = await start();
    const signUp = client.send(new SignUpCommand({ ClientId, Username: "eve", Password: "Evelyn-1901" }));
    await expect(signUp).rejects.toMatchObject({ name: "UnknownOperationException" });
    await expect(signUp).rejects.toThrow(/^SignUp is not supported .* InitiateAuth, GetUser/);
    const refused = await fetch(backend.endpoint, {
      method: "POST",
      headers: target("toString"),
      body: "{}",
    });
    expect(refused.status).toBe(400);
    expect(refused.headers.get("x-amzn-errortype")).toBe("UnknownOperationException:");
    expect(await refused.json()).toMatchObject({ __type: "UnknownOperationException" });
  });

  test.each([
    ["no JSON", 400, "SerializationException", { body: "{" }],
    ["no object", 400, "SerializationException", { body: "[]" }],
    ["no target", 404, "UnknownOperationException", { body: "{}", headers: {} }],
    ["too much", 413, "RequestTooLongException", { body: " ".repeat(200_000) }],
    ["text that no header holds", 400, "ResourceNotFoundException", { body: '{"ClientId":"\\u0000☃\\n"}' }],
  ])("survives %s", async (_what, status, type, { body, headers = target("InitiateAuth") }: RequestInit) => {
    const { backend } = await start();
    const refused = await fetch(backend.endpoint, {
      method: "POST",
      body: body ?? null,
      headers: headers ?? {},
    });
    expect(refused.status).toBe(status);
    expect(await refused.json()).toMatchObject({ __type: type });
  });

  test("publishes the keys and where they are", async () => {
    const { backend } = await start();
    const found = await fetch(`${backend.endpoint}/${poolId}/.well-known/openid-configuration`);
    const configuration = (await found.json()) as { issuer: string; jwks_uri: string };
    expect(configuration.issuer).toBe(`https://cognito-idp.us-east-1.amazonaws.com/${poolId}`);
    expect(configuration.jwks_uri).toBe(`${backend.endpoint}/${poolId}/.well-known/jwks.json`);
    const jwks = await (await fetch(configuration.jwks_uri)).json();
    expect(jwks).toEqual({
      keys: [
        { alg: "RS256", use: "sig", kty: "RSA", e: "AQAB", n: expect.any(String), kid: expect.any(String) },
      ],
    });
    expect((await fetch(`${backend.endpoint}/us-east-1_Other/.well-known/jwks.json`)).status).toBe(404);
    expect((await fetch(`${backend.endpoint}//%`)).status).toBe(404);
  });
});

describe("the data folder", () => {
  test("keeps the key for its owner, and no token or password", async () => {
    const first = await start();
    const tokens = await first.signIn();
    await first.close();
    const key = await readFile(join(folder, "signing-key.pem"), "utf8");
    expect((await stat(join(folder, "signing-key.pem"))).mode & 0o777).toBe(0o600);
    expect((await stat(join(folder, "refresh-tokens.json"))).mode & 0o777).toBe(0o600);
    expect(await readFile(join(folder, ".gitignore"), "utf8")).toBe("*\n");
    const files = await Promise.all(
      (await readdir(folder)).map((name) => readFile(join(folder, name), "utf8")),
    );
    for (const secret of [password, tokens.RefreshToken!, tokens.AccessToken!])
      expect(files.join("\n")).not.toContain(secret);

    const second = await start();
    expect(await readFile(join(folder, "signing-key.pem"), "utf8")).toBe(key);
    await verifierAt(second.backend.endpoint).verify(tokens.AccessToken!);
  });

  test.each(["signing-key.pem", "refresh-tokens.json"])(
    "with a broken %s is told by the file's name",
    async (name) => {
      await (await start()).signIn();
      await writeFile(join(folder, name), "rubbish");
      await expect(start()).rejects.toMatchObject({
        code: "ISSUER_FILE_UNREADABLE",
        facts: { file: join(folder, name) },
      });
    },
  );

  test("is of no use to another one's tokens", async () => {
    const first = await start();
    const { AccessToken } = await first.signIn();
    await first.close();
    await rm(join(folder, "signing-key.pem"));
    const second = await start();
    await expect(verifierAt(second.backend.endpoint).verify(AccessToken!)).rejects.toThrow(
      /not found in the JWKS/,
    );
  });
});

test("a taken port is told", async () => {
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void other.close());
  const { port } = other.address() as AddressInfo;
  await expect(start({ port })).rejects.toMatchObject({ code: "PORT_TAKEN", facts: { port } });
});

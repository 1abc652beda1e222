// A whole gateway: tokens of the embedded issuer, signatures with made keys, a private API, a custom domain.
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { request as httpsRequest } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import {
  CognitoIdentityProviderClient,
  InitiateAuthCommand,
} from "@aws-sdk/client-cognito-identity-provider";
import { payloadHash, signRequest } from "@gatewright/signature";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Service } from "../../src/model/service.ts";
import { type Gateway, startGateway } from "../../src/start.ts";
import { httpApi, lambda, method, restApi, route, service } from "./invoke/requests.ts";

const pool = "us-east-1_Local0001";
const issuer = `https://cognito-idp.us-east-1.amazonaws.com/${pool}`;
const sources = [{ from: "header", name: "Authorization" }] as const;
const open = { Effect: "Allow", Principal: "*", Action: "execute-api:Invoke", Resource: "execute-api:/*" };

let folder = "";
let gateway: Gateway;

function definition(): Service {
  return service({
    folder,
    functions: [
      {
        key: "f",
        name: "chat-dev-f",
        handler: "f.handler",
        runtime: "nodejs24.x",
        memoryMb: 128,
        timeoutMs: 5000,
        environment: {},
      },
    ],
    restApi: restApi(
      [
        method("GET /cognito", { authorizerId: "cog01" }),
        method("GET /iam", { iam: true, resourceId: "res002" }),
      ],
      {
        endpointType: "PRIVATE",
        resourcePolicy: { Statement: [open] },
        cognitoAuthorizers: [
          {
            id: "cog01",
            name: "pool",
            type: "COGNITO_USER_POOLS",
            userPoolIds: [pool],
            identitySources: sources,
            ttlSeconds: 300,
          },
        ],
      },
    ),
    httpApi: httpApi([route("GET /jwt", { authorizerId: "jwt01", integration: lambda })], {
      jwtAuthorizers: [
        { id: "jwt01", name: "pool", type: "JWT", issuer, audience: ["client1"], identitySources: sources },
      ],
    }),
    userPools: [
      {
        logicalId: "Pool",
        id: pool,
        name: "pool",
        clients: [
          {
            logicalId: "Client",
            id: "client1",
            name: "web",
            authFlows: ["ALLOW_USER_PASSWORD_AUTH"],
            accessTokenSeconds: 3600,
            idTokenSeconds: 3600,
            refreshTokenSeconds: 86_400,
          },
        ],
        users: [
          { name: "ada", password: "Lovelace-1815", groups: [], attributes: { email: "ada@example.com" } },
        ],
      },
    ],
    identities: [
      {
        name: "robot",
        arn: "arn:aws:iam::123456789012:user/robot",
        policies: [{ Statement: { Effect: "Allow", Action: "execute-api:*", Resource: "*" } }],
      },
    ],
    domains: [{ domainName: "api.localhost", mappings: [{ path: "v1", api: "http", stage: "$default" }] }],
  });
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "access-"));
  const source =
    "export const handler = async (event) => ({ statusCode: 200, body: JSON.stringify(event) });";
  await writeFile(join(folder, "f.mjs"), source);
  gateway = await startGateway({ definition: definition(), callerHeaders: true });
});

afterAll(async () => {
  await gateway?.close();
  await rm(folder, { recursive: true, force: true });
});

async function signIn() {
  const client = new CognitoIdentityProviderClient({
    endpoint: gateway.urls.cognito ?? "",
    region: "us-east-1",
    credentials: { accessKeyId: "x", secretAccessKey: "x" },
  });
  const answer = await client.send(
    new InitiateAuthCommand({
      AuthFlow: "USER_PASSWORD_AUTH",
      ClientId: "client1",
      AuthParameters: { USERNAME: "ada", PASSWORD: "Lovelace-1815" },
    }),
  );
  client.destroy();
  return answer.AuthenticationResult ?? {};
}

const inside = { "x-gatewright-source-vpce": "vpce-1" };

describe("a gateway that was started", () => {
  it("takes the embedded issuer's tokens, on REST and HTTP APIs", async () => {
    const { IdToken = "", AccessToken = "" } = await signIn();
    const rest = `${gateway.urls.rest}/cognito`;
    const cognito = await fetch(rest, { headers: { ...inside, authorization: IdToken } });
    expect(cognito.status).toBe(200);
    expect(await cognito.json()).toMatchObject({
      requestContext: { authorizer: { claims: { email: "ada@example.com", iss: issuer } } },
    });
    const wrong = await fetch(rest, { headers: { ...inside, authorization: AccessToken } });
    expect(wrong.status).toBe(401);
    const jwt = await fetch(`${gateway.urls.http}/jwt`, {
      headers: { authorization: `Bearer ${AccessToken}` },
    });
    expect(await jwt.json()).toMatchObject({
      requestContext: { authorizer: { jwt: { claims: { client_id: "client1" } } } },
    });
  });

  it("keeps its private API to VPC endpoints", async () => {
    const answer = await fetch(`${gateway.urls.rest}/iam`);
    expect([answer.status, await answer.text()]).toEqual([403, '{"message":"Forbidden"}']);
  });

  it("takes signatures with the keys that were made", async () => {
    const url = new URL(`${gateway.urls.rest}/iam`);
    const credentials = gateway.identities.get("robot");
    if (!credentials) throw new Error("no keys were made");
    const signed = signRequest(
      { method: "GET", url, payloadHash: payloadHash(""), headers: inside },
      { credentials, region: "us-east-1", service: "execute-api" },
    );
    const answer = await fetch(url, { headers: signed });
    expect(await answer.json()).toMatchObject({
      requestContext: { identity: { userArn: "arn:aws:iam::123456789012:user/robot", vpceId: "vpce-1" } },
    });
    expect((await fetch(url, { headers: inside })).status).toBe(403);
  });

  it("serves its custom domain over TLS", async () => {
    const { AccessToken = "" } = await signIn();
    const ca = await readFile(join(folder, ".gatewright", "certificates", "ca.pem"));
    const { port } = new URL(gateway.urls.domains ?? "");
    const body = await new Promise<string>((resolve, reject) => {
      const headers = { host: `api.localhost:${port}`, authorization: `Bearer ${AccessToken}` };
      const to = { host: "127.0.0.1", port, path: "/v1/jwt", servername: "api.localhost", headers, ca };
      httpsRequest({ ...to, agent: false }, (answer) => {
        text(answer).then(resolve, reject);
      })
        .on("error", reject)
        .end();
    });
    expect(JSON.parse(body)).toMatchObject({
      rawPath: "/v1/jwt",
      headers: { "x-forwarded-proto": "https" },
      requestContext: { domainPrefix: "api" },
    });
  });
});

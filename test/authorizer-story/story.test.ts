// One entrance for three APIs, on a gateway of its own: what clients see, by real HTTP and real sockets.
import { mkdtemp, rm } from "node:fs/promises";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { issueApiKey } from "@gatewright/authorizer";
import { dynamoApiKeys } from "@gatewright/authorizer/dynamodb";
import { readServerless, startGateway, type Gateway } from "@gatewright/gateway";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { WebSocket, type ClientOptions } from "ws";
import { createDeveloperRecord } from "../integration/developer-record.ts";
import { refusalOf } from "../integration/wire.ts";
import { noteSecret } from "../secrets/note.ts";

let folder: string;
let gateway: Gateway;
let clientId: string | undefined;
let dynamodb: DynamoDBClient;
const record = createDeveloperRecord();
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "gatewright-entrance-"));
  const definition = await readServerless(fileURLToPath(new URL("./serverless.yml", import.meta.url)));
  clientId = definition.userPools[0]?.clients[0]?.id;
  gateway = await startGateway({
    definition,
    folder: join(folder, "data"),
    log: record.log,
    output: record.output,
  });
  const of = (name: string) => gateway.environment[name] ?? "";
  dynamodb = new DynamoDBClient({
    endpoint: of("AWS_ENDPOINT_URL_DYNAMODB"),
    region: "us-east-1",
    credentials: { accessKeyId: of("AWS_ACCESS_KEY_ID"), secretAccessKey: of("AWS_SECRET_ACCESS_KEY") },
  });
});
afterAll(async () => {
  dynamodb.destroy();
  await gateway.close();
  await rm(folder, { recursive: true, force: true });
});

const passwords = { ada: "Lovelace-1815", mallory: "Mallory-1984" };
async function signIn(name: keyof typeof passwords): Promise<string> {
  const answer = await fetch(gateway.urls.cognito ?? "", {
    method: "POST",
    headers: {
      "content-type": "application/x-amz-json-1.1",
      "x-amz-target": "AWSCognitoIdentityProviderService.InitiateAuth",
    },
    body: JSON.stringify({
      AuthFlow: "USER_PASSWORD_AUTH",
      ClientId: clientId,
      AuthParameters: { USERNAME: name, PASSWORD: passwords[name] },
    }),
  });
  const { AuthenticationResult: given } = (await answer.json()) as {
    AuthenticationResult: { AccessToken: string };
  };
  return noteSecret(given.AccessToken);
}

const page = "https://chat.example";

async function call(address: string | undefined, token?: string, init: RequestInit = {}) {
  const headers = { origin: page, ...(token === undefined ? {} : { authorization: `Bearer ${token}` }) };
  const answer = await fetch(address ?? "", { ...init, headers });
  const body = (await answer.json()) as Readonly<Record<string, unknown>>; // errors of the gateway are JSON too
  return { status: answer.status, body };
}

/** Opens a socket as a browser does; gives what it is told about itself. */
async function open(token: string, options: ClientOptions = { origin: page }) {
  const socket = new WebSocket(gateway.urls.websocket ?? "", ["story.v1", `bearer.${token}`], options);
  await once(socket, "open");
  socket.send("who");
  const [data] = (await once(socket, "message")) as [Buffer];
  socket.terminate();
  return { protocol: socket.protocol, who: JSON.parse(data.toString()) as Readonly<Record<string, unknown>> };
}
const refused = async (token: string, options: ClientOptions = { origin: page }) =>
  (await refusalOf(gateway.urls.websocket ?? "", ["story.v1", `bearer.${token}`], options)).status;

/** What a caller sees of the three APIs. */
async function seen(token: string) {
  const rest = await call(`${gateway.urls.rest}/who`, token);
  const http = await call(`${gateway.urls.http}/who`, token);
  return [rest.status, http.status, await refused(token)];
}

async function issueKey(grant: Parameters<typeof issueApiKey>[0]): Promise<string> {
  const { key, record: stored } = issueApiKey(grant);
  await dynamoApiKeys({ table: "authorizer-story", client: dynamodb }).put(stored);
  return noteSecret(key);
}

async function getTicket(): Promise<string> {
  const given = await call(`${gateway.urls.http}/tickets`, await signIn("ada"), { method: "POST" });
  expect(given.status).toBe(201);
  return noteSecret(String(given.body["ticket"]));
}

describe("a token of the user pool", () => {
  test("opens all three APIs, and each function is told the same", async () => {
    const token = await signIn("ada");
    const rest = await call(`${gateway.urls.rest}/who`, token);
    const http = await call(`${gateway.urls.http}/who`, token);
    const { protocol, who } = await open(token);
    const gw = JSON.stringify({ name: "ada", vip: true });
    expect(rest.body).toMatchObject({ principalId: expect.any(String), name: "ada", vip: "true", gw });
    expect(http.body).toMatchObject({
      lambda: { principalId: rest.body["principalId"], name: "ada", vip: true, gw },
    });
    expect(who).toMatchObject({ principalId: rest.body["principalId"], gw });
    expect(protocol).toBe("story.v1");
  });

  test("opens a second method of the same API by the policy that was kept for the first", async () => {
    const token = await signIn("ada");
    const from = record.lines.length;
    for (const method of ["GET", "DELETE", "GET"])
      expect((await call(`${gateway.urls.rest}/who`, token, { method })).status).toBe(200);
    expect(record.lines.slice(from).filter((line) => line.includes("token allowed"))).toHaveLength(1);
  });

  test("of somebody without the right is 403 everywhere", async () => {
    expect(await seen(await signIn("mallory"))).toEqual([403, 403, 403]);
  });
});

test("a bad token is 401, and 403 where an HTTP API can say nothing else", async () => {
  const token = await signIn("ada");
  expect(await seen(`${token.slice(0, -6)}AAAAAA`)).toEqual([401, 403, 401]);
  expect(await seen("junk")).toEqual([401, 403, 401]);
});

test("no token at all is 401 everywhere, by the gateway itself", async () => {
  const from = record.lines.length;
  expect((await call(`${gateway.urls.rest}/who`)).status).toBe(401);
  expect((await call(`${gateway.urls.http}/who`)).status).toBe(401);
  expect((await refusalOf(gateway.urls.websocket ?? "")).status).toBe(401);
  expect(record.lines.slice(from).filter((line) => line.startsWith("[authorizer"))).toEqual([]);
});

test("a token of an issuer that cannot be reached is 500 everywhere", async () => {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const exp = Math.floor(Date.now() / 1000) + 600;
  const token = [part({ alg: "RS256", kid: "1" }), part({ iss: "https://away.example", exp }), "AAAA"].join(
    ".",
  );
  expect(await seen(token)).toEqual([500, 500, 500]);
});

describe("an API key", () => {
  test("opens REST and HTTP APIs and sockets by its hash, and a wrong one is turned away", async () => {
    const key = await issueKey({ sub: "acme" });
    expect((await call(`${gateway.urls.rest}/who`, key)).body).toMatchObject({
      principalId: "acme",
      name: "robot",
    });
    expect((await call(`${gateway.urls.http}/who`, key)).status).toBe(200);
    expect((await open(key)).who).toMatchObject({ principalId: "acme" });
    expect(await seen(key.replace(/.{43}$/, "A".repeat(43)))).toEqual([401, 403, 401]);
  });

  test("is counted on the usage plan that it belongs to", async () => {
    const metered = `${gateway.urls.rest}/metered`;
    const without = await issueKey({ sub: "acme" });
    expect((await call(metered, without)).status).toBe(403);
    const key = await issueKey({ sub: "acme", usageIdentifierKey: "acme-plan-key-of-20-characters" });
    const statuses = [];
    for (let at = 0; at < 4; at += 1) statuses.push((await call(metered, key)).status);
    expect(statuses).toEqual([200, 200, 200, 429]);
  });
});

describe("a connect ticket", () => {
  test("opens one socket of the page that it was given to, and says who it is", async () => {
    const ticket = await getTicket();
    expect(await open(ticket)).toMatchObject({ protocol: "story.v1", who: { name: "ada" } });
    expect(await refused(ticket)).toBe(401);
  });

  test("opens one of many that try at once", async () => {
    const ticket = await getTicket();
    const tried = await Promise.allSettled(Array.from({ length: 6 }, () => open(ticket)));
    expect(tried.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  });

  test("is used up where another page tries it", async () => {
    const ticket = await getTicket();
    expect(await refused(ticket, { origin: "https://evil.example" })).toBe(401);
    expect(await refused(ticket)).toBe(401);
  });

  test("is no token of any other route, and stays good for its socket", async () => {
    const ticket = await getTicket();
    expect((await call(`${gateway.urls.rest}/who`, ticket)).status).toBe(401);
    expect((await call(`${gateway.urls.http}/who`, ticket)).status).toBe(403);
    expect((await open(ticket)).who).toMatchObject({ name: "ada" });
  });
});

test("nothing of this is in what the developer is told: tokens, keys, tickets", () => {
  const told = record.lines.join("\n");
  expect(told).toContain("websocket allowed ALLOWED");
  expect(told).not.toMatch(/eyJ[\w-]+\.[\w-]+\.|gw[kt]_|bearer\./i);
});

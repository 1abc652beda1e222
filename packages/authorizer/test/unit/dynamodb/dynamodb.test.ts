import { randomBytes } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { CreateTableCommand, DynamoDBClient, ScanCommand } from "@aws-sdk/client-dynamodb";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { dynamoApiKeys, dynamoOnce, dynamoTickets } from "../../../src/dynamodb/index.ts";
import {
  issueApiKey,
  issueTicket,
  memoryOnce,
  memoryTickets,
  ticket,
  type OnceStore,
} from "../../../src/index.ts";
import { readRequest } from "../../../src/request.ts";
import { toHash } from "../../../src/verify/kept-verdicts.ts";
import { verifyToken } from "../../../src/verify/verifier.ts";
import { loadDynalite } from "../../dynalite.ts";
import { websocketEvent } from "../../events.ts";
import { noteSecret } from "../../secrets.ts";

const dynalite = await loadDynalite();
const server = dynalite({ createTableMs: 0 });
const table = "authorizer";
let client: DynamoDBClient;
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  client = new DynamoDBClient({
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    region: "us-east-1",
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
  });
  const key = (AttributeName: string, KeyType: "HASH" | "RANGE") => ({ AttributeName, KeyType });
  const command = new CreateTableCommand({
    TableName: table,
    BillingMode: "PAY_PER_REQUEST",
    KeySchema: [key("pk", "HASH"), key("sk", "RANGE")],
    AttributeDefinitions: ["pk", "sk"].map((AttributeName) => ({
      AttributeName,
      AttributeType: "S" as const,
    })),
  });
  await client.send(command);
});
afterAll(() => {
  client.destroy();
  server.close();
});

const seconds = (more: number) => Math.floor(Date.now() / 1000) + more;

describe.each([
  ["DynamoDB", () => dynamoTickets({ table, client })],
  ["memory", () => memoryTickets()],
])("tickets in %s", (_where, open) => {
  test("are taken by one of many, and are then gone", async () => {
    const store = open();
    const { ticket } = await issueTicket(store, {
      claims: { sub: "ada", roles: ["a", "b"] },
      origin: "https://a",
    });
    const hash = toHash(noteSecret(ticket));
    const taken = await Promise.all(Array.from({ length: 10 }, () => store.take(hash)));
    const found = taken.filter((record) => record !== undefined);
    expect(found).toHaveLength(1);
    expect(found[0]).toMatchObject({ origin: "https://a", claims: { sub: "ada", roles: ["a", "b"] } });
    expect(await store.take(hash)).toBeUndefined();
  });
});

describe.each<[string, (now: () => number) => OnceStore]>([
  ["DynamoDB", (now) => dynamoOnce({ table, client, now })],
  ["memory", (now) => memoryOnce(now)],
])("names in %s", (where, open) => {
  test("are claimed once until their time is over, and redeemed once", async () => {
    let passed = 0;
    const once = open(() => Date.now() + passed);
    const name = `assertion-${where}`;
    const claimed = await Promise.all(Array.from({ length: 10 }, () => once.claim(name, seconds(60))));
    expect(claimed.filter(Boolean)).toHaveLength(1);
    passed = 62_000;
    expect(await once.claim(name, seconds(200))).toBe(true);
    const redeemed = await Promise.all([once.redeem(name), once.redeem(name)]);
    expect(redeemed.filter(Boolean)).toHaveLength(1);
    await once.claim(name, seconds(70));
    passed = 90_000;
    expect(await once.redeem(name)).toBe(false);
    expect(await once.redeem("never")).toBe(false);
  });
});

test("API keys are found by their id, and the table holds no key and no ticket", async () => {
  const keys = dynamoApiKeys({ table, client });
  const { key, record } = issueApiKey({ sub: "acme", scope: "a", expiresAt: seconds(60) });
  await keys.put(record);
  await keys.put({ ...record, disabled: true });
  expect(await keys.find(record.id)).toEqual({ ...record, disabled: true });
  expect(await keys.find("0".repeat(24))).toBeUndefined();
  const { ticket } = await issueTicket(dynamoTickets({ table, client }), { claims: { sub: "ada" } });
  const all = JSON.stringify((await client.send(new ScanCommand({ TableName: table }))).Items);
  expect(all).toContain(record.id);
  expect(all).not.toContain(noteSecret(key).split("_").slice(2).join("_"));
  expect(all).not.toContain(noteSecret(ticket).slice(4));
});

test("errors other than a condition that did not hold go on as they are", async () => {
  const tickets = dynamoTickets({ table: "no-such-table", client });
  await expect(tickets.take("x")).rejects.toMatchObject({ name: "ResourceNotFoundException" });
});

test("a table that never answers is given up well before the authorizer's own ten seconds", async () => {
  const silent = createServer(() => undefined);
  await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
  vi.stubEnv("AWS_ENDPOINT_URL_DYNAMODB", `http://127.0.0.1:${(silent.address() as AddressInfo).port}`);
  vi.stubEnv("AWS_REGION", "us-east-1");
  vi.stubEnv("AWS_ACCESS_KEY_ID", "test");
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", "test");
  const verifier = ticket({ store: dynamoTickets({ table }) });
  const request = readRequest(websocketEvent({}));
  const found = await verifyToken(
    [verifier],
    noteSecret(`gwt_${randomBytes(32).toString("base64url")}`),
    request,
  );
  expect(found).toEqual({ kind: "unavailable", code: "VERIFIER_FAILED", detail: "TimeoutError" });
  vi.unstubAllEnvs();
  silent.closeAllConnections();
  silent.close();
}, 9500);

test("a store without a table is refused when it is made", () => {
  expect(() => dynamoTickets({ table: "" })).toThrow(expect.objectContaining({ code: "TABLE_MISSING" }));
});

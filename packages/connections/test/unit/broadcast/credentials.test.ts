// Whose signature: asked for once, renewed before it ends, from every place where credentials may be.
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { ApiGatewayManagementApi } from "@aws-sdk/client-apigatewaymanagementapi";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import {
  broadcast,
  defaultCredentials,
  managementPoster,
  memoryRegistry,
  toMessage,
  type ExpiringCredentials,
} from "../../../src/index.ts";
import { credentials, startManagementServer, type ManagementServer } from "../../management-server.ts";

const region = "eu-west-1";
const message = toMessage("hello");
let server: ManagementServer;
let answer: (nth: number) => { status: number; type?: string };

beforeAll(async () => {
  let count = 0;
  server = await startManagementServer((_, response) => {
    const { status, type } = answer((count += 1));
    response.writeHead(status, type ? { "x-amzn-errortype": type } : {}).end();
  });
});
afterAll(() => server.close());
beforeEach(() => {
  answer = () => ({ status: 200 });
});
afterEach(() => vi.unstubAllEnvs());

const target = () => ({ connectionId: "a=", endpoint: server.endpoint });
const signed = (): boolean => server.received.at(-1)?.signed === true;

describe("credentials from a provider", () => {
  it("are asked for once while they last, however many ask at once", async () => {
    let asked = 0;
    const provider = async () => (
      (asked += 1),
      { ...credentials, expiration: new Date(Date.now() + 3_600_000) }
    );
    const poster = managementPoster({ region, credentials: provider });
    await Promise.all(Array.from({ length: 5 }, () => poster.post(target(), message)));
    await poster.post(target(), message);
    expect(asked).toBe(1);
  });

  it("are renewed a minute before they end", async () => {
    let lastsMs = 59_000;
    let asked = 0;
    const provider = (): ExpiringCredentials => (
      (asked += 1),
      { ...credentials, expiration: new Date(Date.now() + lastsMs) }
    );
    const poster = managementPoster({ region, credentials: provider });
    await poster.post(target(), message);
    lastsMs = 120_000;
    await poster.post(target(), message);
    await poster.post(target(), message);
    expect(asked).toBe(2);
  });

  it("are asked for again when AWS says that they have ended, once", async () => {
    let asked = 0;
    const provider = async () => (
      (asked += 1),
      { ...credentials, expiration: new Date(Date.now() + 3_600_000) }
    );
    const poster = managementPoster({ region, credentials: provider });
    await poster.post(target(), message);
    const expired = { status: 403, type: "ExpiredTokenException" };
    let refusals = 1;
    answer = () => ((refusals -= 1) >= 0 ? expired : { status: 200 });
    expect(await poster.post(target(), message)).toEqual({ kind: "done" });
    expect(asked).toBe(2);
    refusals = 9;
    expect(await poster.post(target(), message)).toMatchObject({ kind: "refused", reason: "forbidden" });
    expect(asked).toBe(3);
  });

  it("may be the provider chain of an SDK's client", async () => {
    vi.stubEnv("AWS_ACCESS_KEY_ID", credentials.accessKeyId);
    vi.stubEnv("AWS_SECRET_ACCESS_KEY", credentials.secretAccessKey);
    vi.stubEnv("AWS_SESSION_TOKEN", credentials.sessionToken);
    const client = new ApiGatewayManagementApi({ region, endpoint: server.endpoint });
    const poster = managementPoster({ region, credentials: client.config.credentials });
    expect(await poster.post(target(), message)).toEqual({ kind: "done" });
    expect(signed()).toBe(true);
    client.destroy();
  });
});

describe("credentials by default", () => {
  it("come from the container's agent where the environment has none", async () => {
    const seen: (string | undefined)[] = [];
    const agent = createServer((request, response) => {
      seen.push(request.headers.authorization);
      const { accessKeyId, secretAccessKey, sessionToken } = credentials;
      const Expiration = new Date(Date.now() + 3_600_000).toISOString();
      response.end(
        JSON.stringify({
          AccessKeyId: accessKeyId,
          SecretAccessKey: secretAccessKey,
          Token: sessionToken,
          Expiration,
        }),
      );
    });
    agent.listen(0, "127.0.0.1");
    await once(agent, "listening");
    vi.stubEnv("AWS_ACCESS_KEY_ID", undefined);
    vi.stubEnv(
      "AWS_CONTAINER_CREDENTIALS_FULL_URI",
      `http://127.0.0.1:${(agent.address() as AddressInfo).port}/`,
    );
    vi.stubEnv("AWS_CONTAINER_AUTHORIZATION_TOKEN", "who I am");
    const poster = managementPoster({ region });
    await poster.post(target(), message);
    await poster.post(target(), message);
    expect(signed()).toBe(true);
    expect(seen).toEqual(["who I am"]);
    agent.close();
    agent.closeAllConnections();
  });

  it("are missed by name", () => {
    vi.stubEnv("AWS_ACCESS_KEY_ID", undefined);
    expect(() => defaultCredentials()).toThrow(expect.objectContaining({ code: "CREDENTIALS_MISSING" }));
  });
});

describe("a message", () => {
  it("is hashed once, however many connections it goes to", async () => {
    const poster = managementPoster({ region, credentials });
    const changing = { bytes: Buffer.from("first") };
    await poster.post(target(), changing);
    expect(signed()).toBe(true);
    changing.bytes.write("other");
    const elsewhere = { connectionId: "other=", endpoint: server.endpoint.replace("/dev", "/prod") };
    await poster.post(elsewhere, changing);
    // had it been hashed again, this signature would fit the body
    expect(server.received.at(-1)?.body).toBe("other");
    expect(signed()).toBe(false);
  });

  it("reaches several APIs and stages at once, each signed for where it goes", async () => {
    const other = await startManagementServer((_, response) => response.end());
    const registry = memoryRegistry();
    const endpoints = [server.endpoint, other.endpoint, other.endpoint.replace("/dev", "/prod/base")];
    for (const [at, endpoint] of endpoints.entries()) {
      await registry.connect({ connectionId: `several-${at}=`, endpoint, userId: "ada" });
    }
    const poster = managementPoster({ region, credentials });
    const tally = await broadcast({ registry, poster }, { user: "ada" }, { text: "hé" });
    expect(tally.delivered).toBe(3);
    expect(signed()).toBe(true);
    expect(new Map(other.received.map(({ target, signed }) => [target, signed]))).toEqual(
      new Map([
        ["/dev/@connections/several-1%3D", true],
        ["/prod/base/@connections/several-2%3D", true],
      ]),
    );
    await other.close();
  });
});

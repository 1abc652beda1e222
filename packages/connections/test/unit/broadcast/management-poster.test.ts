// The lean poster against a real HTTP server, beside the AWS SDK's client.
import { ApiGatewayManagementApi } from "@aws-sdk/client-apigatewaymanagementapi";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import {
  managementEndpoint,
  managementPoster,
  sdkPoster,
  toMessage,
  type Poster,
} from "../../../src/index.ts";
import {
  credentials,
  startManagementServer,
  type Answering,
  type ManagementServer,
} from "../../management-server.ts";

const region = "eu-west-1";
const connectionId = "XDmE/+Zf=";
const message = toMessage("hello é");

/** Answers by what the connection id says. */
const answer: Answering = ({ method, target }, response) => {
  const id = decodeURIComponent(target.split("/").pop() ?? "");
  if (id === "slow") return;
  if (id === "half" || id === "stuck") {
    response.writeHead(200, { "content-length": 100 }).write("half");
    if (id === "half") setTimeout(() => response.socket?.resetAndDestroy(), 10);
    return;
  }
  if (id === "reset") {
    response.socket?.resetAndDestroy();
    return;
  }
  if (/^\d+$/.test(id))
    response.writeHead(Number(id), { "x-amzn-ErrorType": "SomeException" }).end('{"message":"secret"}');
  else if (method === "DELETE") response.writeHead(204).end();
  else if (method === "GET") {
    response.end(
      JSON.stringify({
        connectedAt: "2026-01-01T00:00:00Z",
        lastActiveAt: "2026-01-01T00:00:01Z",
        identity: { sourceIp: "127.0.0.1", userAgent: "tests" },
      }),
    );
  } else response.end();
};

let server: ManagementServer;
beforeEach(async () => {
  server = await startManagementServer(answer);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await server.close();
});

const ours = (): Poster => managementPoster({ credentials, region, timeoutMs: 200 });
const theirs = (): Poster =>
  sdkPoster((endpoint) => new ApiGatewayManagementApi({ endpoint, region, credentials, maxAttempts: 1 }));

describe.each(Object.entries({ managementPoster: ours, sdkPoster: theirs }))("%s", (_, make) => {
  it("posts, closes and looks with a signature that the other end accepts", async () => {
    const poster = make();
    const to = { connectionId, endpoint: server.endpoint };
    expect(await poster.post(to, message)).toEqual({ kind: "done" });
    expect(await poster.close(to)).toEqual({ kind: "done" });
    expect((await poster.look(to))?.identity).toEqual({ sourceIp: "127.0.0.1", userAgent: "tests" });
    expect(server.received.map(({ method, target, body, signed }) => [method, target, body, signed])).toEqual(
      [
        ["POST", "/dev/@connections/XDmE%2F%2BZf%3D", "hello é", true],
        ["DELETE", "/dev/@connections/XDmE%2F%2BZf%3D", "", true],
        ["GET", "/dev/@connections/XDmE%2F%2BZf%3D", "", true],
      ],
    );
  });

  it.each([
    ["410", { kind: "gone" }],
    ["429", { kind: "throttled" }],
    ["413", { kind: "too-large" }],
    ["400", { kind: "refused", reason: "rejected" }],
    ["403", { kind: "refused", reason: "forbidden" }],
    ["404", { kind: "refused", reason: "no-route" }],
    ["500", { kind: "failed", reason: "error" }],
    ["503", { kind: "failed", reason: "error" }],
  ])("reads %s", async (status, outcome) => {
    const read = await make().post({ connectionId: status, endpoint: server.endpoint }, message);
    expect(read).toMatchObject(outcome);
    expect(JSON.stringify(read)).not.toContain("secret");
  });

  it("tells a broken line from an answer", async () => {
    const to = { connectionId: "reset", endpoint: server.endpoint };
    expect(await make().post(to, message)).toMatchObject({ kind: "failed", reason: "unreachable" });
  });

  it("ends at the signal", async () => {
    const to = { connectionId: "slow", endpoint: server.endpoint };
    const outcome = await make().post(to, message, { signal: AbortSignal.timeout(50) });
    expect(outcome).toMatchObject({ kind: "failed" });
  });

  it("sees nobody where nobody is, and says why where it may not look", async () => {
    const { endpoint } = server;
    expect(await make().look({ connectionId: "410", endpoint })).toBeUndefined();
    await expect(make().look({ connectionId: "403", endpoint })).rejects.toMatchObject({
      code: "LOOK_REFUSED",
    });
  });
});

describe("managementPoster", () => {
  it("gives up on silence", async () => {
    const to = { connectionId: "slow", endpoint: server.endpoint };
    expect(await ours().post(to, message)).toMatchObject({ kind: "failed", reason: "timeout" });
    await expect(ours().look(to)).rejects.toMatchObject({ code: "LOOK_REFUSED" });
  });

  it("keeps its line, and replaces one that was closed meanwhile", async () => {
    const poster = ours();
    const to = { connectionId: "a=", endpoint: server.endpoint };
    for (let count = 0; count < 3; count += 1) await poster.post(to, message);
    expect(server.sockets()).toBe(1);
    server.drop();
    expect(await poster.post(to, message)).toEqual({ kind: "done", isSecond: true });
    expect(await poster.post(to, message)).toEqual({ kind: "done" });
    expect(server.sockets()).toBe(2);
  });

  it("does not send again what was being answered when the line broke, kept or not", async () => {
    const poster = ours();
    await poster.post({ connectionId: "a=", endpoint: server.endpoint }, message);
    const outcome = await poster.post({ connectionId: "half", endpoint: server.endpoint }, message);
    expect(outcome).toMatchObject({ kind: "failed", reason: "unreachable" });
    expect(server.received.filter(({ target }) => target.endsWith("/half"))).toHaveLength(1);
  });

  it("gives up on silence in the middle of an answer", async () => {
    const to = { connectionId: "stuck", endpoint: server.endpoint };
    expect(await ours().post(to, message)).toMatchObject({ kind: "failed", reason: "timeout" });
  });

  it("ends everything under way at one signal, and starts nothing after it", async () => {
    const poster = ours();
    const ending = new AbortController();
    const post = (connectionId: string) =>
      poster.post({ connectionId, endpoint: server.endpoint }, message, { signal: ending.signal });
    await post("a=");
    const underWay = [post("slow"), post("slow")];
    await vi.waitFor(() => expect(server.received).toHaveLength(3));
    ending.abort();
    const failed = { kind: "failed", reason: "unreachable" };
    expect(await Promise.all(underWay)).toMatchObject([failed, failed]);
    expect(await post("a=")).toMatchObject(failed);
    expect(server.received).toHaveLength(3);
  });

  it("takes endpoint, credentials and region from the environment, as the SDK does", async () => {
    vi.stubEnv("AWS_ENDPOINT_URL_APIGATEWAYMANAGEMENTAPI", server.endpoint);
    vi.stubEnv("AWS_REGION", region);
    vi.stubEnv("AWS_ACCESS_KEY_ID", credentials.accessKeyId);
    vi.stubEnv("AWS_SECRET_ACCESS_KEY", credentials.secretAccessKey);
    vi.stubEnv("AWS_SESSION_TOKEN", credentials.sessionToken);
    const endpoint = managementEndpoint({ apiId: "abc", stage: "prod" });
    expect(await managementPoster().post({ connectionId, endpoint }, message)).toEqual({ kind: "done" });
    expect(server.received[0]).toMatchObject({ signed: true, target: "/dev/@connections/XDmE%2F%2BZf%3D" });
    expect(server.received[0]?.headers["x-amz-security-token"]).toBe("session");
  });

  it("asks for credentials at each call", async () => {
    let asked = 0;
    const poster = managementPoster({ region, credentials: async () => ((asked += 1), credentials) });
    const to = { connectionId: "a=", endpoint: server.endpoint };
    await poster.post(to, message);
    await poster.post(to, message);
    expect(asked).toBe(2);
    expect(server.received.every(({ signed }) => signed)).toBe(true);
  });

  it("says what is missing before anything is sent", async () => {
    vi.stubEnv("AWS_REGION", undefined);
    vi.stubEnv("AWS_DEFAULT_REGION", undefined);
    const to = { connectionId: "a=", endpoint: server.endpoint };
    const post = managementPoster({ credentials }).post(to, message);
    await expect(post).rejects.toMatchObject({ code: "REGION_MISSING" });
    const nowhere = ours().post({ connectionId: "a=", endpoint: "nowhere" }, message);
    await expect(nowhere).rejects.toMatchObject({ code: "BAD_ENDPOINT" });
    const socket = ours().post({ connectionId: "a=", endpoint: "wss://api.example/dev" }, message);
    await expect(socket).rejects.toMatchObject({ code: "BAD_ENDPOINT" });
    expect(server.received).toEqual([]);
  });
});

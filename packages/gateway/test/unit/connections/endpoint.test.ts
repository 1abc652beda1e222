import { request as httpRequest } from "node:http";
import {
  ApiGatewayManagementApiClient,
  DeleteConnectionCommand,
  GetConnectionCommand,
  PostToConnectionCommand,
} from "@aws-sdk/client-apigatewaymanagementapi";
import { payloadHash, signRequest } from "@gatewright/signature";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createConnectionsEndpoint } from "../../../src/connections/endpoint.ts";
import { createConnectionTable } from "../../../src/connections/table.ts";
import { createIdentities } from "../../../src/identities/identities.ts";
import { createVerify } from "../../../src/connections/verify.ts";
import { systemClock, systemIds } from "../../../src/ports.ts";
import { credentials, openRaw, startApi, toSignal } from "../websocket/running-api.ts";

type Event = { requestContext: { connectionId: string; [name: string]: unknown } };
const ok = () => ({ statusCode: 200 });

/** An API with one client and an SDK that talks to it. */
async function startOne(over: { secretAccessKey?: string; region?: string } = {}) {
  const ids = toSignal<string>();
  const ended = toSignal<Event>();
  const running = await startApi({
    connect(event: Event) {
      ids.give(event.requestContext.connectionId);
      return ok();
    },
    default: () => ({ statusCode: 200, body: "answer" }),
    disconnect: (event: Event) => (ended.give(event), ok()),
  });
  const sdk = new ApiGatewayManagementApiClient({
    endpoint: running.http,
    region: over.region ?? "us-east-1",
    credentials: { ...credentials, ...(over.secretAccessKey && { secretAccessKey: over.secretAccessKey }) },
    maxAttempts: 1,
  });
  const client = await running.open("", { headers: { "User-Agent": "Chatty/1" } });
  const ConnectionId = await ids.take();
  return {
    running,
    sdk,
    client,
    ConnectionId,
    ids,
    ended,
    async [Symbol.asyncDispose]() {
      sdk.destroy();
      await running[Symbol.asyncDispose]();
    },
  };
}

/** A signed call without the SDK, whose path may be spelled as the test likes. */
async function call(
  running: { http: string; clock: { now(): number } },
  { method = "POST", path, body = "" }: { method?: string; path: string; body?: string },
) {
  const url = new URL(`${running.http}${path}`);
  const headers = signRequest(
    { method, url, payloadHash: payloadHash(body) },
    { credentials, region: "us-east-1", service: "execute-api", now: new Date(running.clock.now()) },
  );
  const response = await fetch(url, { method, headers, ...(body !== "" && { body }) });
  return {
    status: response.status,
    type: response.headers.get("x-amzn-errortype"),
    body: await response.text(),
  };
}

describe("with the AWS SDK", () => {
  it("posts texts of every length whole and in order", async () => {
    await using one = await startOne();
    const { sdk, ConnectionId, client } = one;
    // where the length of a frame's header changes, and where a payload is no longer copied behind it
    for (const length of [1, 125, 126, 127, 16_384, 16_385, 65_535, 65_536, 131_072]) {
      const text = `${"é".repeat(Math.floor(length / 2))}${length % 2 === 1 ? "x" : ""}`;
      await sdk.send(new PostToConnectionCommand({ ConnectionId, Data: text }));
      expect(await client.next()).toBe(text);
    }
  });

  it("posts one text message, whatever the bytes", async () => {
    await using one = await startOne();
    const { sdk, ConnectionId, client } = one;
    const posted = await sdk.send(new PostToConnectionCommand({ ConnectionId, Data: '{"hello":"wörld"}' }));
    expect(posted.$metadata.httpStatusCode).toBe(200);
    expect(await client.next()).toBe('{"hello":"wörld"}');
    await sdk.send(new PostToConnectionCommand({ ConnectionId, Data: new Uint8Array([0x61, 0x62]) }));
    expect(await client.next()).toBe("ab");
    await sdk.send(new PostToConnectionCommand({ ConnectionId, Data: Buffer.alloc(131_072, "x") }));
    expect(await client.next()).toHaveLength(131_072);
  });

  it("gets who is there, since when, and when it was last active", async () => {
    await using one = await startOne();
    const { sdk, ConnectionId, client, running } = one;
    const connectedAt = new Date(Math.floor(running.clock.now()));
    running.clock.advance(5_000);
    client.ws.send("x");
    await client.next();
    const got = await sdk.send(new GetConnectionCommand({ ConnectionId }));
    expect(got.ConnectedAt).toEqual(connectedAt);
    expect(got.LastActiveAt).toEqual(new Date(connectedAt.getTime() + 5_000));
    expect(got.Identity).toEqual({ SourceIp: "127.0.0.1", UserAgent: "Chatty/1" });
  });

  it("deletes: the client sees 1000, $disconnect too, and the id is gone at once", async () => {
    await using one = await startOne();
    const { sdk, ConnectionId, client, ended } = one;
    const deleted = await sdk.send(new DeleteConnectionCommand({ ConnectionId }));
    expect(deleted.$metadata.httpStatusCode).toBe(204);
    const gone = { name: "GoneException", $metadata: expect.objectContaining({ httpStatusCode: 410 }) };
    await expect(sdk.send(new PostToConnectionCommand({ ConnectionId, Data: "x" }))).rejects.toMatchObject(
      gone,
    );
    await expect(sdk.send(new GetConnectionCommand({ ConnectionId }))).rejects.toMatchObject(gone);
    await expect(sdk.send(new DeleteConnectionCommand({ ConnectionId }))).rejects.toMatchObject(gone);
    expect(await client.closed).toEqual({ code: 1000, reason: "Connection Closed Normally" });
    expect((await ended.take()).requestContext).toMatchObject({
      disconnectStatusCode: 1000,
      disconnectReason: "Connection Closed Normally",
    });
  });

  it("gets 413 over 128 KB and 400 for an id that is none", async () => {
    await using one = await startOne();
    const { sdk, ConnectionId } = one;
    const Data = Buffer.alloc(131_073);
    await expect(sdk.send(new PostToConnectionCommand({ ConnectionId, Data }))).rejects.toMatchObject({
      name: "PayloadTooLargeException",
      $metadata: expect.objectContaining({ httpStatusCode: 413 }),
    });
    await expect(
      sdk.send(new PostToConnectionCommand({ ConnectionId: "abc", Data: "x" })),
    ).rejects.toMatchObject({
      name: "BadRequestException",
      message: "Invalid connectionId: abc",
      $metadata: expect.objectContaining({ httpStatusCode: 400 }),
    });
  });

  it("is forbidden with a wrong secret or a wrong region", async () => {
    for (const wrong of [{ secretAccessKey: "another" }, { region: "eu-west-1" }]) {
      await using one = await startOne(wrong);
      const { sdk, ConnectionId } = one;
      await expect(sdk.send(new PostToConnectionCommand({ ConnectionId, Data: "x" }))).rejects.toMatchObject({
        name: "ForbiddenException",
        $metadata: expect.objectContaining({ httpStatusCode: 403 }),
      });
    }
  });

  it("gets 410 for its own id while $connect is running", async () => {
    const during = toSignal();
    await using running = await startApi({
      async connect(event: Event) {
        const path = `/@connections/${encodeURIComponent(event.requestContext.connectionId)}`;
        during.give(await call(running, { path, body: "early" }));
        return ok();
      },
    });
    await running.open();
    expect(await during.take()).toEqual({ status: 410, type: "GoneException", body: "" });
  });

  it("gets 429 when the client does not read", async () => {
    await using one = await startOne();
    const { sdk, running, ids } = one;
    const deaf = await openRaw(running.api.port);
    deaf.pause();
    const ConnectionId = await ids.take();
    const Data = Buffer.alloc(131_072, "x");
    const flood = async () => {
      for (let posts = 0; posts < 400; posts += 1) {
        await sdk.send(new PostToConnectionCommand({ ConnectionId, Data }));
      }
    };
    await expect(flood()).rejects.toMatchObject({
      name: "LimitExceededException",
      $metadata: expect.objectContaining({ httpStatusCode: 429 }),
    });
    deaf.destroy();
  });
});

describe("on the wire", () => {
  it("takes @ and = encoded or not", async () => {
    await using one = await startOne();
    const { running, ConnectionId, client } = one;
    const encoded = encodeURIComponent(ConnectionId);
    for (const path of [
      `/@connections/${ConnectionId}`,
      `/%40connections/${encoded}`,
      `/@connections/${encoded}`,
      `/%40connections/${ConnectionId}`,
    ]) {
      expect(await call(running, { path, body: path })).toEqual({ status: 200, type: null, body: "" });
      expect(await client.next()).toBe(path);
    }
  });

  it("answers unknown paths, verbs and broken ids as API Gateway does", async () => {
    await using one = await startOne();
    const { running, ConnectionId } = one;
    const noMethod = (path: string, verb: string) =>
      JSON.stringify({ message: `No method found matching route ${path} for http method ${verb}.` });
    const put = await call(running, { method: "PUT", path: `/@connections/${ConnectionId}` });
    expect(put).toEqual({
      status: 404,
      type: "NotFoundException",
      body: noMethod(`dev/@connections/${ConnectionId}`, "PUT"),
    });
    for (const path of ["/@connections", "/@connections/", "/@connections/a/b", "/other"]) {
      expect(await call(running, { path })).toMatchObject({
        status: 404,
        body: noMethod(`dev${path}`, "POST"),
      });
    }
    const elsewhere = await fetch(running.http.replace("/dev", "/prod/@connections/x"), { method: "POST" });
    expect(elsewhere.status).toBe(404);
    expect(await call(running, { path: "/@connections/AAAAAAAAAAAAAAA=" })).toMatchObject({
      status: 410,
      type: "GoneException",
    });
    expect(await call(running, { path: "/@connections/..%2F..%2Fx" })).toMatchObject({ status: 400 });
    expect((await call(running, { method: "GET", path: "" })).status).toBe(426);
  });

  it("forbids what is not signed, is signed for other bytes, or is signed too long ago", async () => {
    await using one = await startOne();
    const { running, ConnectionId, client } = one;
    const path = `/@connections/${encodeURIComponent(ConnectionId)}`;
    const unsigned = await fetch(running.http + path, { method: "POST", body: "x" });
    expect(unsigned.status).toBe(403);
    expect(unsigned.headers.get("x-amzn-errortype")).toBe("ForbiddenException");
    expect(unsigned.headers.get("x-amzn-requestid")).toMatch(/^[0-9a-f-]{36}$/);

    const url = new URL(running.http + path);
    const sign = (now: number) =>
      signRequest(
        { method: "POST", url, payloadHash: payloadHash("x") },
        { credentials, region: "us-east-1", service: "execute-api", now: new Date(now) },
      );
    const swapped = await fetch(url, { method: "POST", headers: sign(running.clock.now()), body: "y" });
    expect(swapped.status).toBe(403);
    const old = sign(running.clock.now() - 16 * 60_000);
    expect((await fetch(url, { method: "POST", headers: old, body: "x" })).status).toBe(403);
    const fresh = await fetch(url, { method: "POST", headers: sign(running.clock.now()), body: "x" });
    expect(fresh.status).toBe(200);
    expect(await client.next()).toBe("x");
  });

  it("keeps nothing of a body over 10 MB", async () => {
    await using one = await startOne();
    const { running, ConnectionId } = one;
    const url = `${running.http}/@connections/${ConnectionId}`;
    const body = Buffer.alloc(10_485_761);
    expect((await fetch(url, { method: "POST", body })).status).toBe(413);
  });

  it("lives on when a caller leaves in the middle of its request", async () => {
    await using one = await startOne();
    const { running, ConnectionId } = one;
    const request = httpRequest(`${running.http}/@connections/${ConnectionId}`, {
      method: "POST",
      headers: { "content-length": 100 },
    });
    request.on("error", () => {});
    request.write("half");
    await new Promise((resolve) => setTimeout(resolve, 20));
    request.destroy();
    const path = `/@connections/${ConnectionId}`;
    expect((await call(running, { method: "GET", path })).status).toBe(200);
  });
});

describe("createConnectionsEndpoint", () => {
  it("answers anything with a client error, and never throws", async () => {
    const answer = createConnectionsEndpoint({
      stage: "dev",
      table: createConnectionTable(),
      verify: createVerify({
        identities: createIdentities({
          account: { accountId: "123456789012", credentials },
          identities: [],
          made: new Map(),
        }),
        region: "us-east-1",
        accountId: "123456789012",
        apiId: "abcdef1234",
        clock: systemClock,
      }),
      ids: systemIds,
    });
    const targets = fc.oneof(
      fc.string(),
      fc.string({ unit: fc.constantFrom("/", "dev", "@connections", "%", "40", "3D", "=", "?", "A", ".") }),
      fc.string().map((id) => `/dev/@connections/${id}`),
    );
    const authorization = fc.option(
      fc.oneof(
        fc.string(),
        fc
          .string()
          .map(
            (rest) =>
              `AWS4-HMAC-SHA256 Credential=AKIDLOCAL/20260101/us-east-1/execute-api/aws4_request,${rest}`,
          ),
      ),
      { nil: undefined },
    );
    await fc.assert(
      fc.asyncProperty(
        targets,
        authorization,
        fc.constantFrom("POST", "GET", "PATCH"),
        async (target, authorization, method) => {
          const headers = { host: "127.0.0.1", authorization, "x-amz-date": "20260101T000000Z" };
          const request = { method, target, headers, body: Buffer.from("x"), remoteAddress: "127.0.0.1" };
          const { status } = await answer(request);
          expect([403, 404, 426]).toContain(status);
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe("createVerify", () => {
  const signedAt = Date.UTC(2026, 10, 21, 12, 30);
  const made = new Map();
  const account = { accountId: "123456789012", credentials };

  it.each([
    ["four minutes later", 4, "ok"],
    [
      "six minutes later",
      6,
      "Signature expired: 20261121T123000Z is now earlier than 20261121T123100Z (20261121T123600Z - 5 min.)",
    ],
  ])("takes a signature for five minutes: %s", (_, minutes, said) => {
    const verify = createVerify({
      identities: createIdentities({ account, identities: [], made }),
      region: "us-east-1",
      accountId: "123456789012",
      apiId: "abcdef1234",
      clock: { ...systemClock, now: () => signedAt + minutes * 60_000 },
    });
    const body = Buffer.from("x");
    const url = new URL("http://127.0.0.1:4003/dev/@connections/a=");
    const signed = signRequest(
      { method: "POST", url, payloadHash: payloadHash(body) },
      { credentials, region: "us-east-1", service: "execute-api", now: new Date(signedAt) },
    );
    expect(
      verify({
        method: "POST",
        target: url.pathname,
        headers: { host: url.host, ...signed },
        body,
        remoteAddress: "127.0.0.1",
      }),
    ).toBe(said);
  });
});

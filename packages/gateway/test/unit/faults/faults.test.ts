// Faults on a running API: what @connections answers, and clients that go without a word.
import {
  ApiGatewayManagementApiClient,
  PostToConnectionCommand,
} from "@aws-sdk/client-apigatewaymanagementapi";
import { once } from "node:events";
import { describe, expect, it } from "vitest";
import { createFaults } from "../../../src/faults/faults.ts";
import { credentials, startApi, toSignal } from "../websocket/running-api.ts";

const post = { method: "POST", connectionId: "a=" } as const;

describe("createFaults", () => {
  it("applies to a share of the calls, to connections, to methods, and so many times", () => {
    let drawn = 0;
    const faults = createFaults(() => drawn);
    expect(faults.next(post)).toBeUndefined();
    const off = faults.connections({ answer: "gone", share: 0.5, connectionIds: ["a="] });
    expect(faults.next(post)).toMatchObject({ answer: "gone" });
    expect(faults.next({ ...post, connectionId: "b=" })).toBeUndefined();
    expect(faults.next({ ...post, method: "DELETE" })).toBeUndefined();
    drawn = 0.5;
    expect(faults.next(post)).toBeUndefined();
    off();
    drawn = 0;
    expect(faults.next(post)).toBeUndefined();
    faults.connections({ answer: "throttled", times: 2 });
    expect([faults.next(post), faults.next(post), faults.next(post)]).toMatchObject([
      {},
      {},
      undefined as never,
    ]);
    faults.connections({ answer: "error" });
    faults.clear();
    expect(faults.next(post)).toBeUndefined();
  });
});

describe("a WebSocket API with faults", () => {
  it("answers @connections as AWS does when it fails, slowly where asked, and the truth again", async () => {
    const ids = toSignal<string>();
    const faults = createFaults();
    type Event = { requestContext: { connectionId: string } };
    await using running = await startApi(
      { connect: (event: Event) => (ids.give(event.requestContext.connectionId), { statusCode: 200 }) },
      {},
      faults,
    );
    const client = await running.open();
    const ConnectionId = await ids.take();
    const sdk = new ApiGatewayManagementApiClient({
      endpoint: running.http,
      region: "us-east-1",
      credentials,
      maxAttempts: 1,
    });
    const say = () => sdk.send(new PostToConnectionCommand({ ConnectionId, Data: "hello" }));
    for (const [answer, name, status] of [
      ["gone", "GoneException", 410],
      ["throttled", "LimitExceededException", 429],
      ["error", "InternalServerErrorException", 500],
    ] as const) {
      faults.connections({ answer, times: 1 });
      await expect(say()).rejects.toMatchObject({ name, $metadata: { httpStatusCode: status } });
    }
    faults.connections({ answer: "slow", times: 1, delayMs: 5_000 });
    const slow = say();
    const waited = await Promise.race([
      slow.then(() => "done"),
      new Promise((resolve) => setTimeout(resolve, 100, "waits")),
    ]);
    expect(waited).toBe("waits");
    running.clock.advance(5_000);
    await slow;
    await say();
    expect(client.ws.readyState).toBe(client.ws.OPEN);
    sdk.destroy();
  });

  it("loses a client without a $disconnect", async () => {
    const ids = toSignal<string>();
    const faults = createFaults();
    let goodbyes = 0;
    type Event = { requestContext: { connectionId: string } };
    await using running = await startApi(
      {
        connect: (event: Event) => (ids.give(event.requestContext.connectionId), { statusCode: 200 }),
        disconnect: () => ((goodbyes += 1), { statusCode: 200 }),
      },
      {},
      faults,
    );
    const client = await running.open();
    const id = await ids.take();
    const closed = once(client.ws, "close");
    expect(faults.loseConnection(id)).toBe(true);
    expect((await closed)[0]).toBe(1006);
    expect(faults.loseConnection(id)).toBe(false);
    expect(faults.loseConnection("nobody=")).toBe(false);
    expect(running.api.connections).toBe(0);
    expect(goodbyes).toBe(0);
  });
});

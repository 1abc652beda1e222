// What an account takes where nobody says otherwise, and what no answer tells of a caller.
import { setImmediate } from "node:timers/promises";
import { payloadHash, signRequest } from "@gatewright/signature";
import { expect, it, onTestFinished } from "vitest";
import { manualClock } from "../../../src/manual-clock.ts";
import { createBuckets } from "../../../src/meters/bucket.ts";
import { createUsage } from "../../../src/meters/usage.ts";
import { defaultAccountThrottle } from "../../../src/model/stage.ts";
import { terminalSink } from "../../../src/records/log-sink.ts";
import { createSocketMetrics } from "../../../src/records/websocket-metrics.ts";
import {
  toNamedSocketMetrics,
  toSocketPrometheus,
  toSocketTable,
} from "../../../src/records/websocket-metrics-text.ts";
import { createSocketRecorder } from "../../../src/records/websocket-recorder.ts";
import { admitKnock } from "../../../src/websocket/admit.ts";
import { recordedLog } from "../invoke/requests.ts";
import { credentials, startApi, toRoute } from "./running-api.ts";

function toMeters(over: object = {}) {
  const clock = manualClock(Date.now());
  const meters = {
    buckets: createBuckets(clock),
    usage: createUsage(clock),
    account: defaultAccountThrottle,
    connects: { rateLimit: 500, burstLimit: 500 },
    keysOf: () => new Map<string, never>(),
    ...over,
  };
  return { clock, meters };
}

it("takes 500 new connections at once and 500 a second", () => {
  const { clock, meters } = toMeters();
  const come = (count: number): number => {
    let came = 0;
    for (let left = count; left > 0; left -= 1) {
      try {
        admitKnock(meters);
        came += 1;
      } catch {
        return came; // over the limit
      }
    }
    return came;
  };
  expect(come(1_000)).toBe(500);
  clock.advance(100);
  expect(come(1_000)).toBe(50);
});

it("never tells a caller's API key at @connections", async () => {
  const account = {
    meters: {
      ...toMeters().meters,
      keysOf: () =>
        new Map([
          [
            "secret-key-0123456789",
            {
              id: "k1",
              value: "secret-key-0123456789",
              meter: "m",
              methodThrottle: () => undefined,
              plan: { id: "p", name: "p", apiKeyIds: ["k1"], stages: [] },
            },
          ],
        ]),
    },
    recorder: createSocketRecorder(createSocketMetrics(), terminalSink(recordedLog())),
    desk: {
      answer: () => Promise.resolve({ status: 200, headers: [], body: Buffer.from("desk") }),
      tooLarge: () => ({ status: 413, headers: [], body: Buffer.alloc(0) }),
    },
  };
  const api = await startApi(
    {
      connect: () => ({ statusCode: 200 }),
      default: (event: unknown) => ({ statusCode: 200, body: JSON.stringify(event) }),
    },
    { routes: [toRoute("$connect", { apiKeyRequired: true }), toRoute("$default")] },
    undefined,
    { account },
  );
  onTestFinished(() => api[Symbol.asyncDispose]());
  const client = await api.open("", { headers: { "x-api-key": "secret-key-0123456789" } });
  client.ws.send("x");
  const { requestContext } = JSON.parse(await client.next()) as {
    requestContext: { connectionId: string; identity: object };
  }; // the event as the function got it
  expect(requestContext.identity).toMatchObject({ apiKeyId: "k1" });
  const url = new URL(`${api.http}/@connections/${encodeURIComponent(requestContext.connectionId)}`);
  const signer = { credentials, region: "us-east-1", service: "execute-api", now: new Date(api.clock.now()) };
  const headers = signRequest({ method: "GET", url, payloadHash: payloadHash("") }, signer);
  const text = await (await fetch(url, { headers })).text();
  expect(text).toContain("sourceIp");
  expect(text).not.toContain("secret-key");
  expect(await (await fetch(`http://127.0.0.1:${api.api.port}/_gatewright/x`)).text()).toBe("desk");
  expect((await fetch(`http://127.0.0.1:${api.api.port}/_gatewrights`)).status).toBe(404);
  await setImmediate();
  expect(api.lines.join("\n")).not.toContain("secret-key");
});

it("writes metrics for CloudWatch's readers, for Prometheus and for the terminal", () => {
  const metrics = createSocketMetrics();
  expect(toSocketPrometheus(metrics.series())).toBe("");
  const place = { api: "a1", stage: "dev", route: "send" };
  metrics.at(place).count("MessageCount");
  metrics.at(place).count("IntegrationError");
  metrics.at(place).time(30);
  expect(toNamedSocketMetrics(metrics.series())).toEqual([
    {
      dimensions: { ApiId: "a1", Stage: "dev", Route: "send" },
      metrics: {
        ConnectCount: 0,
        MessageCount: 1,
        ClientError: 0,
        IntegrationError: 1,
        ExecutionError: 0,
        IntegrationLatency: { average: 30, max: 30 },
      },
    },
  ]);
  const text = toSocketPrometheus(metrics.series());
  expect(text).toContain('apigateway_websocket_messages_total{api="a1",stage="dev",route="send"} 1');
  expect(text).toContain(
    'integration_latency_milliseconds_bucket{api="a1",stage="dev",route="send",le="50"} 1',
  );
  expect(toSocketTable(metrics.series())).toEqual([
    "dev send: 0 connects, 1 messages, 0 client errors, 1 integration errors, 30 ms (30 at most)",
  ]);
});

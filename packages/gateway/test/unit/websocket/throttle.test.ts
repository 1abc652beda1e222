import { expect, onTestFinished, test } from "vitest";
import { WebSocket } from "ws";
import { inlineFunctions } from "../../../src/integrations/inline-functions.ts";
import { manualClock } from "../../../src/manual-clock.ts";
import { systemIds } from "../../../src/ports.ts";
import { startWebsocketApi } from "../../../src/websocket/start-websocket-api.ts";
import { recordedLog } from "../invoke/requests.ts";
import { credentials, toApi } from "./running-api.ts";

test("new connections over the limit are refused with 429, and come in again later", async () => {
  const clock = manualClock(Date.now());
  const api = await startWebsocketApi({
    api: toApi(),
    service: { region: "us-east-1", accountId: "000000000000" },
    functions: inlineFunctions({}, clock),
    credentials,
    clock,
    ids: systemIds,
    log: recordedLog(),
    port: 0,
    connectThrottle: { rateLimit: 1, burstLimit: 2 },
  });
  onTestFinished(() => api.close());
  const knock = (): Promise<number> => {
    const client = new WebSocket(`ws://127.0.0.1:${api.port}/dev`);
    onTestFinished(() => client.terminate());
    client.on("error", () => undefined); // told as a status below
    return new Promise((resolve) => {
      client.on("open", () => resolve(101));
      client.on("unexpected-response", (_, answer) => resolve(answer.statusCode ?? 0));
    });
  };
  expect([await knock(), await knock(), await knock()]).toEqual([101, 101, 429]);
  clock.advance(1000);
  expect([await knock(), await knock()]).toEqual([101, 429]);
});

// The desk behind the WebSocket API's door: who is answered, and that nothing sent there breaks the door.
import { once } from "node:events";
import { connect } from "node:net";
import { array, assert, asyncProperty, constantFrom, string } from "fast-check";
import { expect, it, onTestFinished } from "vitest";
import { deskAlone } from "../../../src/desk/desk.ts";
import { manualClock } from "../../../src/manual-clock.ts";
import { createBuckets } from "../../../src/meters/bucket.ts";
import { createUsage } from "../../../src/meters/usage.ts";
import { defaultAccountThrottle } from "../../../src/model/stage.ts";
import { terminalSink } from "../../../src/records/log-sink.ts";
import { createSocketMetrics } from "../../../src/records/websocket-metrics.ts";
import { createSocketRecorder } from "../../../src/records/websocket-recorder.ts";
import { recordedLog } from "../invoke/requests.ts";
import { startApi } from "./running-api.ts";

async function startWithDesk() {
  const clock = manualClock(Date.now());
  const api = await startApi({ default: () => ({ statusCode: 200, body: "done" }) }, {}, undefined, {
    account: {
      meters: {
        buckets: createBuckets(clock),
        usage: createUsage(clock),
        account: defaultAccountThrottle,
        keysOf: () => new Map(),
      },
      recorder: createSocketRecorder(createSocketMetrics(), terminalSink(recordedLog())),
      desk: deskAlone({ "GET metrics": ({ query }) => ({ json: { asked: query.get("q") } }) }),
    },
  });
  onTestFinished(() => api[Symbol.asyncDispose]());
  return { api, url: `http://127.0.0.1:${api.api.port}/_gatewright` };
}

it("answers this machine's own programs, and no page of another site", async () => {
  const { url } = await startWithDesk();
  expect(await (await fetch(`${url}/metrics?q=1`)).json()).toEqual({ asked: "1" });
  expect((await fetch(`${url}/nothing`)).status).toBe(404);
  expect((await fetch(`${url}/metrics`, { headers: { origin: "https://evil.example" } })).status).toBe(403);
});

it("answers whatever it is sent, and the API goes on", async () => {
  const { api } = await startWithDesk();
  const client = await api.open();
  const line = constantFrom("GET", "POST", "\u0000", "GET  ");
  const rest = array(string({ unit: "binary", maxLength: 40 }), { maxLength: 3 });
  await assert(
    asyncProperty(line, string({ unit: "binary", maxLength: 60 }), rest, async (verb, path, headers) => {
      const socket = connect(api.api.port, "127.0.0.1");
      socket.on("error", () => {}); // a reset is an answer, too
      const closed = once(socket, "close");
      socket.resume();
      socket.end(
        `${verb} /_gatewright/${path} HTTP/1.1\r\nhost: localhost\r\n${headers.join("\r\n")}\r\n\r\n`,
      );
      await closed;
    }),
    { numRuns: 150 },
  );
  client.ws.send("x");
  expect(await client.next()).toBe("done");
});

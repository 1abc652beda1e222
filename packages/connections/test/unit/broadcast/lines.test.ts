// Kept lines in a process that has no time for them: an answer that has come counts, whatever the clock says.
import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createLines } from "../../../src/broadcast/lines.ts";
import type { Origin } from "../../../src/broadcast/line.ts";

/** A server on a thread of its own, which answers while this one is busy. */
const answering = `
const { createServer } = require("node:net");
const { parentPort } = require("node:worker_threads");
const answer = "HTTP/1.1 200 OK\\r\\ncontent-length: 0\\r\\n\\r\\n";
const server = createServer((socket) => socket.on("data", () => socket.write(answer)).on("error", () => {}));
server.listen(0, "127.0.0.1", () => parentPort.postMessage(server.address().port));
`;
const request = Buffer.from("POST / HTTP/1.1\r\nhost: here\r\ncontent-length: 0\r\n\r\n");

let thread: Worker;
let origin: Origin;
beforeAll(async () => {
  thread = new Worker(answering, { eval: true });
  const [port] = (await once(thread, "message")) as [number];
  origin = { secure: false, hostname: "127.0.0.1", port };
});
afterAll(() => thread.terminate());

/** Keeps this thread from everything else. */
function starve(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}

describe("an answer that has come while the process had no time to read it", () => {
  it("counts before the silence", async () => {
    const lines = createLines(100);
    await lines.exchange(origin, request);
    const reply = lines.exchange(origin, request);
    starve(250);
    expect(await reply).toMatchObject({ status: 200 });
  });

  it("counts before the signal", async () => {
    const lines = createLines(5_000);
    await lines.exchange(origin, request);
    const late = new AbortController();
    setTimeout(() => late.abort(), 50);
    const reply = lines.exchange(origin, request, late.signal);
    starve(250);
    expect(await reply).toMatchObject({ status: 200 });
    await expect(lines.exchange(origin, request, late.signal)).rejects.toMatchObject({ code: "ABORT_ERR" });
  });
});

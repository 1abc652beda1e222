import { createSocket } from "node:dgram";
import { expect, onTestFinished, test } from "vitest";
import { jwt, secret } from "../programs/events.ts";
import { run } from "../programs/run.ts";

const outcome = { answer: { statusCode: 200 }, error: "Error: no table for it" };
const lambda = {
  _X_AMZN_TRACE_ID: "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1",
  _HANDLER: "rooms.handler",
  LAMBDA_TASK_ROOT: "/var/task",
  AWS_EXECUTION_ENV: "AWS_Lambda_nodejs24.x",
  AWS_LAMBDA_FUNCTION_NAME: "rooms",
};

test("the tracer is not even loaded without a trace, or where tracing is off", async () => {
  expect((await run("./tracing.ts")).lines).toEqual([{ ...outcome, loaded: false }]);
  const off = await run("./tracing.ts", { ...lambda, POWERTOOLS_TRACE_ENABLED: "false" });
  expect(off.lines).toEqual([{ ...outcome, loaded: false }]);
});

test("with a trace, a subsegment goes to the X-Ray daemon, without the answer", async () => {
  const daemon = createSocket("udp4");
  const packets: string[] = [];
  daemon.on("message", (packet) => packets.push(packet.toString()));
  await new Promise<void>((resolve) => daemon.bind(0, "127.0.0.1", resolve));
  onTestFinished(() => void daemon.close());
  const { port } = daemon.address();
  const { lines } = await run("./tracing.ts", { ...lambda, AWS_XRAY_DAEMON_ADDRESS: `127.0.0.1:${port}` });
  expect(lines.at(-1)).toEqual({ ...outcome, loaded: true });
  const segments = packets.map((packet) => JSON.parse(packet.slice(packet.indexOf("\n") + 1)) as object);
  expect(segments).toContainEqual(
    expect.objectContaining({
      name: "## rooms.handler",
      annotations: expect.objectContaining({ api: "http", route: "POST /rooms/{room}", Service: "chat" }),
    }),
  );
  expect(packets.join()).not.toContain(secret);
  expect(packets.join()).not.toContain("statusCode");
  expect(packets.join()).toContain("no table for [redacted]");
  expect(packets.join()).not.toContain(jwt);
});

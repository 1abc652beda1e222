// A function that runs every so often, on a clock in the test's hands.
import { expect, it } from "vitest";
import { manualClock } from "../../src/manual-clock.ts";
import type { Functions, Invocation } from "../../src/ports.ts";
import { systemIds } from "../../src/ports.ts";
import { startSchedules } from "../../src/schedules.ts";

const lambda = {
  key: "sweep",
  name: "shop-dev-sweep",
  handler: "a.b",
  runtime: "nodejs24.x",
  memoryMb: 128,
  timeoutMs: 6000,
  environment: {},
};
const settled = () => new Promise((resolve) => setImmediate(resolve));

function start(input?: unknown, answers: Invocation[] = []) {
  const clock = manualClock(Date.UTC(2026, 10, 21, 12));
  const events: unknown[] = [];
  const said: string[] = [];
  const functions: Pick<Functions, "invoke"> = {
    async invoke(_, event) {
      events.push(event);
      return answers.shift() ?? { kind: "returned", payload: undefined };
    },
  };
  const say = (line: string) => void said.push(line);
  const running = startSchedules({
    schedules: [
      { functionKey: "sweep", name: "sweep-1", everyMs: 300_000, ...(input !== undefined && { input }) },
    ],
    lambdas: [lambda],
    region: "us-east-1",
    accountId: "123456789012",
    functions,
    clock,
    ids: systemIds,
    log: { info: say, warn: say, error: say },
  });
  return { clock, events, said, running };
}

it("runs each time that its time has passed, with EventBridge's event, until it is closed", async () => {
  const { clock, events, running } = start();
  clock.advance(299_999);
  expect(events).toEqual([]);
  clock.advance(300_001);
  expect(events).toEqual(
    ["12:05:00Z", "12:10:00Z"].map((time) => ({
      version: "0",
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      "detail-type": "Scheduled Event",
      source: "aws.events",
      account: "123456789012",
      time: `2026-11-21T${time}`,
      region: "us-east-1",
      resources: ["arn:aws:events:us-east-1:123456789012:rule/sweep-1"],
      detail: {},
    })),
  );
  await running.close();
  clock.advance(3_000_000);
  expect(events).toHaveLength(2);
});

it("gives the input instead, and tries a run that fails again", async () => {
  const failed: Invocation = { kind: "failed", errorType: "Error", errorMessage: "no" };
  const { clock, events, said } = start({ deep: true }, [failed]);
  clock.advance(300_000);
  await settled();
  expect(said).toEqual([expect.stringContaining("sweep failed, again in 60 s: Error: no")]);
  clock.advance(60_000);
  expect(events).toEqual([{ deep: true }, { deep: true }]);
});

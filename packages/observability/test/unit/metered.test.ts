import { expect, test } from "vitest";
import { run } from "../programs/run.ts";

test("metrics are written per route in the embedded format", async () => {
  const { lines } = await run("./metering.ts");
  expect(lines).toHaveLength(2);
  expect(lines[0]).toMatchObject({
    api: "http",
    route: "POST /rooms/{room}",
    service: "chat",
    Duration: expect.any(Number),
    Refused: 1,
    Failed: 0,
  });
  expect(lines[1]).toMatchObject({ api: "rest", route: "GET /rooms/{room}", Refused: 0, Failed: 1 });
  expect(lines[0]).toMatchObject({
    _aws: {
      CloudWatchMetrics: [
        { Namespace: "Chat", Dimensions: [expect.arrayContaining(["api", "route", "service"])] },
      ],
    },
  });
});

// Functions that run every so often: rates are read, cron is listed, nonsense is refused.
import { expect, it } from "vitest";
import { failureOf, head, readText } from "./read-text.ts";

const withEvents = (events: string) => `${head}
functions:
  sweep:
    handler: a.b
    events:
${events}
`;

it.each([
  ["schedule: rate(1 minute)", [{ name: "sweep-1", everyMs: 60_000 }]],
  ["schedule: rate(5 minutes)", [{ name: "sweep-1", everyMs: 300_000 }]],
  [
    "schedule: { rate: rate(2 hours), name: often, input: { a: 1 } }",
    [{ name: "often", everyMs: 7_200_000, input: { a: 1 } }],
  ],
  [
    "schedule: { rate: [rate(1 day), rate(2 days)] }",
    [
      { name: "sweep-1", everyMs: 86_400_000 },
      { name: "sweep-1", everyMs: 172_800_000 },
    ],
  ],
  ["schedule: { rate: rate(1 day), enabled: false }", []],
])("reads %s", async (event, expected) => {
  const service = await readText(withEvents(`      - ${event}`));
  expect(service.notices).toEqual([]);
  expect(service.schedules).toEqual(expected.map((each) => ({ functionKey: "sweep", ...each })));
});

it("lists what runs by cron, which does not run here", async () => {
  const service = await readText(withEvents("      - schedule: cron(0 12 * * ? *)"));
  expect(service.schedules).toEqual([]);
  expect(service.notices.map(({ path }) => path)).toEqual(["functions.sweep.events[0].schedule"]);
});

it.each(["rate(1 minutes)", "rate(5 minute)", "rate(0 minutes)", "rate(5 weeks)", "5 minutes"])(
  "refuses %s",
  async (rate) => {
    expect(await failureOf(withEvents(`      - schedule: ${rate}`))).toMatchObject({
      code: "DEFINITION_INVALID",
    });
  },
);

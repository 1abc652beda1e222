// Functions that run every so often: rates and cron are read, nonsense is refused.
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

it("reads what runs by cron, and tells of time zones that it does not keep", async () => {
  const events = [
    "      - schedule: cron(0 12 * * ? *)",
    "      - schedule: { rate: cron(0 18 ? * MON-FRI *), timezone: Europe/Oslo }",
    "      - schedule: { rate: cron(0 18 ? * MON-FRI *), timezone: UTC }",
  ];
  const service = await readText(withEvents(events.join("\n")));
  expect(service.schedules).toEqual([
    { functionKey: "sweep", name: "sweep-1", cron: "0 12 * * ? *" },
    { functionKey: "sweep", name: "sweep-2", cron: "0 18 ? * MON-FRI *" },
    { functionKey: "sweep", name: "sweep-3", cron: "0 18 ? * MON-FRI *" },
  ]);
  expect(service.notices.map(({ path }) => path)).toEqual(["functions.sweep.events[1].schedule.timezone"]);
});

it("says what is wrong with an expression", async () => {
  const failure = await failureOf(withEvents("      - schedule: cron(0 25 * * ? *)"));
  expect(failure).toMatchObject({
    code: "DEFINITION_INVALID",
    facts: { path: "functions.sweep.events[0].schedule", hint: "In this one 25 is no hours." },
  });
});

it.each(["rate(1 minutes)", "rate(5 minute)", "rate(0 minutes)", "rate(5 weeks)", "5 minutes"])(
  "refuses %s",
  async (rate) => {
    expect(await failureOf(withEvents(`      - schedule: ${rate}`))).toMatchObject({
      code: "DEFINITION_INVALID",
    });
  },
);

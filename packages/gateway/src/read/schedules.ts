// Functions that run every so often: `schedule` events with a rate.
import type { Schedule } from "../model/schedule.ts";
import { readFunctionUri } from "./aws-target.ts";
import type { Cursor } from "./cursor.ts";
import type { Declarations } from "./declared.ts";
import type { Definition } from "./definition.ts";
import type { FunctionTable } from "./functions.ts";
import { parseSchema } from "./rest-validation.ts";

const minuteMs = 60_000;
const unitsMs: Readonly<Record<string, number>> = {
  minute: minuteMs,
  hour: 60 * minuteMs,
  day: 1440 * minuteMs,
};

/**
 * Reads the `schedule` events of all functions. Those by `cron(…)` are listed, and do not run here.
 *
 * @see https://www.serverless.com/framework/docs/providers/aws/events/schedule
 */
export function readSchedules(definition: Definition, table: FunctionTable): readonly Schedule[] {
  const found = table.events.filter(({ kind }) => kind === "schedule");
  return found.flatMap(({ functionKey, at }, index) => {
    if (at.isText) return readRate(at, { functionKey, name: toName(functionKey, index) }, definition);
    for (const key of ["description", "method", "timezone"]) at.at(key).skip();
    const rates = at.at("rate");
    const name = at.optional("name")?.text() ?? toName(functionKey, index);
    const input = at.optional("input")?.json();
    const isOn = at.optional("enabled")?.flag() ?? true;
    const schedule = { functionKey, name, ...(input !== undefined && { input }) };
    const read = (rates.isList ? rates.items() : [rates]).flatMap((rate) =>
      readRate(rate, schedule, definition),
    );
    return isOn ? read : [];
  });
}

function readRate(at: Cursor, schedule: Omit<Schedule, "everyMs">, definition: Definition): Schedule[] {
  const text = at.matching(/^(?:rate|cron)\(.+\)$/, "rate(5 minutes) or cron(…)");
  if (text.startsWith("cron")) {
    definition.notice(at.path, "Schedules by cron do not run on this machine; those by rate do.");
    return [];
  }
  const [, count = "", unit = "", plural] = /^rate\(([1-9]\d{0,5}) (minute|hour|day)(s?)\)$/.exec(text) ?? [];
  if (count === "" || (count === "1") !== (plural === ""))
    return at.refuse("rate(1 minute) or rate(5 minutes)");
  return [{ ...schedule, everyMs: Number(count) * (unitsMs[unit] ?? 0) }];
}

/** Reads declared rules that invoke functions by a rate. */
export function readRules(
  definition: Definition,
  table: FunctionTable,
  declared: Declarations,
): readonly Schedule[] {
  return declared.of("AWS::Events::Rule").flatMap(({ logicalId, at: resource, properties: at }) => {
    const rate = at.optional("ScheduleExpression");
    const targets = at.optional("Targets")?.items() ?? [];
    if (rate === undefined) {
      resource.skip();
      definition.notice(resource.path, "Rules by events do not run on this machine.");
      return [];
    }
    for (const key of ["Description", "EventBusName", "RoleArn"]) at.at(key).skip();
    const isOn = at.optional("State")?.oneOf(["ENABLED", "DISABLED"]) !== "DISABLED";
    const name = at.optional("Name")?.text() ?? logicalId;
    return targets.flatMap((target) => {
      for (const key of ["Id", "RetryPolicy", "RoleArn"]) target.at(key).skip();
      const functionKey = readFunctionUri(target.at("Arn"), table).key;
      const input = target.optional("Input");
      const schedule = { functionKey, name, ...(input !== undefined && { input: parseSchema(input) }) };
      const read = readRate(rate, schedule, definition);
      return isOn ? read : [];
    });
  });
}

function toName(functionKey: string, index: number): string {
  return `${functionKey}-${index + 1}`;
}

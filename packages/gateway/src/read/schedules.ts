// Functions that run every so often: `schedule` events and rules, with a rate or by cron.
import { CronError, parseCron } from "../cron.ts";
import type { Schedule, ScheduledFunction, Times } from "../model/schedule.ts";
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
 * Reads the `schedule` events of all functions.
 *
 * @see https://www.serverless.com/framework/docs/providers/aws/events/schedule
 */
export function readSchedules(definition: Definition, table: FunctionTable): readonly Schedule[] {
  const found = table.events.filter(({ kind }) => kind === "schedule");
  return found.flatMap(({ functionKey, at }, index): Schedule[] => {
    if (at.isText) return [Object.assign({ functionKey, name: toName(functionKey, index) }, readTimes(at))];
    for (const key of ["description", "method"]) at.at(key).skip();
    const zone = at.optional("timezone");
    if (zone !== undefined && !/^(?:Etc\/)?UTC$/i.test(zone.text()))
      definition.notice(zone.path, "Schedules run in UTC on this machine.");
    const rates = at.at("rate");
    const name = at.optional("name")?.text() ?? toName(functionKey, index);
    const input = at.optional("input")?.json();
    const isOn = at.optional("enabled")?.flag() ?? true;
    const schedule = { functionKey, name, ...(input !== undefined && { input }) };
    const read = (rates.isList ? rates.items() : [rates]).map((rate) =>
      Object.assign({}, schedule, readTimes(rate)),
    );
    return isOn ? read : [];
  });
}

function readTimes(at: Cursor): Times {
  const text = at.matching(/^(?:rate|cron)\(.+\)$/, "rate(5 minutes) or cron(0 18 ? * MON-FRI *)");
  if (text.startsWith("cron")) {
    const cron = text.slice("cron(".length, -1);
    try {
      parseCron(cron);
      return { cron };
    } catch (error) {
      if (!(error instanceof CronError)) throw error;
      return at.refuse("cron(minutes hours day-of-month month day-of-week year)", {
        hint: `In this one ${error.message}.`,
      });
    }
  }
  const [, count = "", unit = "", plural] = /^rate\(([1-9]\d{0,5}) (minute|hour|day)(s?)\)$/.exec(text) ?? [];
  if (count === "" || (count === "1") !== (plural === ""))
    return at.refuse("rate(1 minute) or rate(5 minutes)");
  return { everyMs: Number(count) * (unitsMs[unit] ?? 0) };
}

/** Reads declared rules that invoke functions by a rate or by cron. */
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
      const schedule: ScheduledFunction = {
        functionKey,
        name,
        ...(input !== undefined && { input: parseSchema(input) }),
      };
      const read: Schedule = { ...schedule, ...readTimes(rate) };
      return isOn ? [read] : [];
    });
  });
}

function toName(functionKey: string, index: number): string {
  return `${functionKey}-${index + 1}`;
}

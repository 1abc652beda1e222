// EventBridge's cron: its documented examples, its special letters, and every minute held against a naive matcher.
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CronError, parseCron } from "../../src/cron.ts";

const at = (text: string): number => Date.parse(`${text}Z`);

function times(cron: string, from: string, count: number): string[] {
  const schedule = parseCron(cron);
  const found: string[] = [];
  for (
    let time = schedule.next(at(from));
    time !== undefined && found.length < count;
    time = schedule.next(time)
  ) {
    found.push(new Date(time).toISOString().slice(0, 16));
  }
  return found;
}

describe("an expression", () => {
  it.each<[string, string, string[]]>([
    ["0 10 * * ? *", "2026-11-21T10:00", ["2026-11-22T10:00", "2026-11-23T10:00"]],
    ["15 12 * * ? *", "2026-11-21T12:14:59", ["2026-11-21T12:15"]],
    ["0 18 ? * MON-FRI *", "2026-11-20T18:00", ["2026-11-23T18:00"]],
    ["0 8 1 * ? *", "2026-11-21T00:00", ["2026-12-01T08:00", "2027-01-01T08:00"]],
    ["0/15 * * * ? *", "2026-11-21T23:31", ["2026-11-21T23:45", "2026-11-22T00:00"]],
    ["0/5 8-17 ? * mon-fri *", "2026-11-20T17:55", ["2026-11-23T08:00"]],
    ["*/20 9 L * ? *", "2026-11-21T00:00", ["2026-11-30T09:00", "2026-11-30T09:20"]],
    ["0 0 29 2 ? *", "2026-11-21T00:00", ["2028-02-29T00:00", "2032-02-29T00:00"]],
    ["0 0 1W * ? *", "2026-07-31T00:00", ["2026-08-03T00:00", "2026-09-01T00:00"]],
    ["0 0 31W * ? *", "2026-05-01T00:00", ["2026-05-29T00:00", "2026-07-31T00:00"]],
    ["0 0 15W 11 ? *", "2026-01-01T00:00", ["2026-11-16T00:00"]],
    ["0 0 LW 2 ? *", "2026-01-01T00:00", ["2026-02-27T00:00"]],
    ["0 0 ? * 6L *", "2026-11-21T00:00", ["2026-11-27T00:00", "2026-12-25T00:00"]],
    ["0 0 ? * TUE#2 *", "2026-11-21T00:00", ["2026-12-08T00:00"]],
    ["0 0 ? * 3#5 *", "2026-11-21T00:00", ["2026-12-29T00:00", "2027-03-30T00:00"]],
    ["0 0 ? * L *", "2026-11-21T00:00", ["2026-11-28T00:00"]],
    ["59 23 31 DEC ? 2199", "2026-11-21T00:00", ["2199-12-31T23:59"]],
    ["0 0 1,15 JAN,JUL ? 2027-2028", "2026-11-21T00:00", ["2027-01-01T00:00", "2027-01-15T00:00"]],
    ["0 0 1 1 ? 2020", "2026-11-21T00:00", []],
    ["0 0 30 2 ? *", "2026-11-21T00:00", []],
  ])("%s after %s", (cron, from, expected) => {
    expect(times(cron, from, expected.length || 1)).toEqual(expected);
  });

  it.each([
    ["* * * * *", "six fields"],
    ["0 0 * * * *", "is ?"],
    ["0 0 ? * ? *", "is ?"],
    ["60 0 * * ? *", "60 is no minutes"],
    ["0 24 * * ? *", "24 is no hours"],
    ["0 0 0 * ? *", "0 is no day of month"],
    ["0 0 32W * ? *", "32 is no day of month"],
    ["0 0 * 13 ? *", "13 is no month"],
    ["0 0 * FOO ? *", "FOO is no month"],
    ["0 0 ? * 0 *", "0 is no day of week"],
    ["0 0 ? * 8L *", "8 is no day of week"],
    ["0 0 ? * 3#6 *", "is no day of week"],
    ["0 0 ? * 3#1,6#3 *", "stands alone"],
    ["0 0 ? * */2 *", "no steps"],
    ["0 0 * * ? 1969", "1969 is no year"],
    ["5-1 0 * * ? *", "5-1 is no minutes"],
    ["*/0 0 * * ? *", "is no minutes"],
    [", 0 * * ? *", "nothing is no minutes"],
    ["0/30 20-2/2 ? * SUN *", "20-2/2 is no hours"],
    ["L 0 * * ? *", "L is no minutes"],
  ])("%s is refused: %s", (cron, why) => {
    expect(() => parseCron(cron)).toThrow(CronError);
    expect(() => parseCron(cron)).toThrow(why);
  });

  it("is nothing but understood or refused with a reason", () => {
    const part = fc.stringMatching(/^[0-9*?LW#,/A-Z-]{1,6}$/);
    fc.assert(
      fc.property(fc.array(part, { minLength: 6, maxLength: 6 }), (parts) => {
        try {
          parseCron(parts.join(" ")).next(at("2026-11-21T00:00"));
        } catch (error) {
          expect(error).toBeInstanceOf(CronError);
        }
      }),
    );
  });
});

type Matches = (date: Date) => boolean;
interface Part {
  readonly text: string;
  readonly matches: Matches;
}

/** A field of numbers, and who is in it. */
function numbers(min: number, max: number, of: (date: Date) => number): fc.Arbitrary<Part> {
  const one = fc.integer({ min, max });
  const item = fc.oneof(
    one.map((value) => ({ text: String(value), has: (n: number) => n === value })),
    fc.tuple(one, one).map(([a, b]) => {
      const [low, high] = [Math.min(a, b), Math.max(a, b)];
      return { text: `${low}-${high}`, has: (n: number) => n >= low && n <= high };
    }),
    fc.tuple(one, fc.integer({ min: 1, max: 20 })).map(([from, by]) => ({
      text: `${from}/${by}`,
      has: (n: number) => n >= from && (n - from) % by === 0,
    })),
  );
  const some = fc.array(item, { minLength: 1, maxLength: 3 }).map((items) => ({
    text: items.map(({ text }) => text).join(","),
    matches: (date: Date) => items.some(({ has }) => has(of(date))),
  }));
  return fc.oneof(fc.constant({ text: "*", matches: () => true }), some);
}

const dayMs = 86_400_000;
const plus = (date: Date, days: number): Date => new Date(date.getTime() + days * dayMs);
const isWorkday = (date: Date): boolean => date.getUTCDay() >= 1 && date.getUTCDay() <= 5;
const isLast = (date: Date): boolean => plus(date, 1).getUTCMonth() !== date.getUTCMonth();
const weekday = fc.integer({ min: 1, max: 7 });

const monthDays = fc.oneof(
  numbers(1, 31, (date) => date.getUTCDate()),
  fc.constant({ text: "L", matches: isLast }),
  fc.integer({ min: 1, max: 28 }).map((day) => ({
    text: `${day}W`,
    matches(date: Date) {
      if (!isWorkday(date)) return false;
      const wanted = plus(date, day - date.getUTCDate());
      const near = [0, -1, 1, -2, 2].map((away) => plus(wanted, away));
      const found = near.find((one) => isWorkday(one) && one.getUTCMonth() === wanted.getUTCMonth());
      return found?.getUTCDate() === date.getUTCDate();
    },
  })),
);
const weekDays = fc.oneof(
  fc.tuple(weekday, weekday).map(([a, b]) => {
    const [low, high] = [Math.min(a, b), Math.max(a, b)];
    const matches = (date: Date): boolean => date.getUTCDay() + 1 >= low && date.getUTCDay() + 1 <= high;
    return { text: `${low}-${high}`, matches };
  }),
  weekday.map((day) => ({
    text: `${day}L`,
    matches: (date: Date) =>
      date.getUTCDay() + 1 === day && plus(date, 7).getUTCMonth() !== date.getUTCMonth(),
  })),
  fc.tuple(weekday, fc.integer({ min: 1, max: 4 })).map(([day, nth]) => ({
    text: `${day}#${nth}`,
    matches: (date: Date) => date.getUTCDay() + 1 === day && Math.ceil(date.getUTCDate() / 7) === nth,
  })),
);
const none = fc.constant<Part>({ text: "?", matches: () => true });

const expressions = fc
  .record({
    minutes: numbers(0, 59, (date) => date.getUTCMinutes()),
    hours: numbers(0, 23, (date) => date.getUTCHours()),
    days: fc.oneof(fc.tuple(monthDays, none), fc.tuple(none, weekDays)),
    months: numbers(1, 12, (date) => date.getUTCMonth() + 1),
  })
  .map(({ minutes, hours, days: [ofMonth, ofWeek], months }) => {
    const parts = [minutes, hours, ofMonth, months, ofWeek];
    return {
      text: `${parts.map(({ text }) => text).join(" ")} *`,
      matches: (date: Date) => parts.every(({ matches }) => matches(date)),
    };
  });

it("comes at the first minute that every field allows, and at none before", () => {
  const minuteMs = 60_000;
  const start = fc.integer({ min: at("2024-01-01T00:00"), max: at("2029-01-01T00:00") });
  fc.assert(
    fc.property(expressions, start, ({ text, matches }, from) => {
      const found = parseCron(text).next(from) ?? Infinity;
      const end = Math.min(found, from + 40 * dayMs);
      for (let time = (Math.floor(from / minuteMs) + 1) * minuteMs; time < end; time += minuteMs) {
        if (matches(new Date(time))) expect.unreachable(`${text} comes at ${new Date(time).toISOString()}`);
      }
      if (found !== Infinity) expect([found > from, matches(new Date(found))]).toEqual([true, true]);
    }),
    { numRuns: 60 },
  );
});

// Times by EventBridge's cron expressions: six fields, in UTC.

/** A cron expression, understood. */
export interface Cron {
  /** The first time after `ms` (both since the epoch); nothing where there is none until 2199. */
  next(ms: number): number | undefined;
}

/** Why an expression is not one. */
export class CronError extends Error {}

interface Field {
  readonly name: string;
  readonly min: number;
  readonly max: number;
  /** Names of the values, from `min` on. */
  readonly names?: readonly string[];
}

const fields = {
  minutes: { name: "minutes", min: 0, max: 59 },
  hours: { name: "hours", min: 0, max: 23 },
  days: { name: "day of month", min: 1, max: 31 },
  months: {
    name: "month",
    min: 1,
    max: 12,
    names: ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"],
  },
  weekdays: {
    name: "day of week",
    min: 1,
    max: 7,
    names: ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"],
  },
  years: { name: "year", min: 1970, max: 2199 },
} as const satisfies Readonly<Record<string, Field>>;

/** Days of one month on which it runs. */
type DaysOf = (year: number, month: number) => readonly number[];

/**
 * Understands an expression such as `0 18 ? * MON-FRI *`, with `L`, `W` and `#`.
 *
 * @throws {@link CronError}, which says what is wrong
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html
 */
export function parseCron(text: string): Cron {
  const parts = text.trim().toUpperCase().split(/\s+/);
  const [minutes = "", hours = "", days = "", months = "", weekdays = "", years = ""] = parts;
  if (parts.length !== 6) throw new CronError("it needs six fields");
  if ((days === "?") === (weekdays === "?")) {
    throw new CronError("one of day of month and day of week is ?, and the other is not");
  }
  const times = {
    minutes: valuesOf(minutes, fields.minutes),
    hours: valuesOf(hours, fields.hours),
    months: valuesOf(months, fields.months),
    years: valuesOf(years, fields.years),
    daysOf: days === "?" ? weekdaysOf(weekdays) : monthDaysOf(days),
  };
  return { next: (ms) => findNext(times, ms) };
}

interface Times {
  readonly minutes: readonly number[];
  readonly hours: readonly number[];
  readonly months: readonly number[];
  readonly years: readonly number[];
  readonly daysOf: DaysOf;
}

function findNext({ minutes, hours, months, years, daysOf }: Times, ms: number): number | undefined {
  const after = new Date(ms);
  const today = Date.UTC(after.getUTCFullYear(), after.getUTCMonth(), after.getUTCDate());
  for (const year of years.filter((one) => one >= after.getUTCFullYear())) {
    for (const month of months) {
      for (const day of daysOf(year, month)) {
        const date = Date.UTC(year, month - 1, day);
        if (date < today) continue;
        for (const hour of hours) {
          for (const minute of minutes) {
            const time = date + (hour * 60 + minute) * 60_000;
            if (time > ms) return time;
          }
        }
      }
    }
  }
  return undefined;
}

/** Numbers that a field stands for, in order. */
function valuesOf(text: string, field: Field): readonly number[] {
  const values = new Set<number>();
  for (const item of text.split(",")) {
    const [, range = "", step] = /^([^/]+)(?:\/(\d{1,4}))?$/.exec(item) ?? [];
    const [first = "", last] = range === "*" ? [String(field.min), String(field.max)] : range.split("-", 2);
    const from = numberOf(first, field);
    const to = last === undefined ? (step === undefined ? from : field.max) : numberOf(last, field);
    const by = Number(step ?? 1);
    if (from > to || by < 1) throw new CronError(`${item} is no ${field.name}`);
    for (let value = from; value <= to; value += by) values.add(value);
  }
  return [...values].toSorted((one, other) => one - other);
}

function numberOf(text: string, { name, min, max, names = [] }: Field): number {
  const named = names.indexOf(text);
  const value = named >= 0 ? named + min : /^\d{1,4}$/.test(text) ? Number(text) : -1;
  if (value < min || value > max) throw new CronError(`${text === "" ? "nothing" : text} is no ${name}`);
  return value;
}

const lengthOf = (year: number, month: number): number => new Date(Date.UTC(year, month, 0)).getUTCDate();

/** 1 is Sunday. */
const weekdayOf = (year: number, month: number, day: number): number =>
  new Date(Date.UTC(year, month - 1, day)).getUTCDay() + 1;

/** Days of month: `L` is the last, `15W` the working day nearest to the 15th, `LW` the last working day. */
function monthDaysOf(text: string): DaysOf {
  const items = text.split(",").map((item): DaysOf => {
    if (item === "L") return (year, month) => [lengthOf(year, month)];
    if (item === "LW") return (year, month) => [nearestWorkday(year, month, lengthOf(year, month))];
    const [, near] = /^(\d{1,2})W$/.exec(item) ?? [];
    if (near === undefined) {
      const days = valuesOf(item, fields.days);
      return (year, month) => days.filter((day) => day <= lengthOf(year, month));
    }
    const wanted = numberOf(near, fields.days);
    return (year, month) => (wanted > lengthOf(year, month) ? [] : [nearestWorkday(year, month, wanted)]);
  });
  return union(items);
}

/** Never in another month. */
function nearestWorkday(year: number, month: number, day: number): number {
  const weekday = weekdayOf(year, month, day);
  if (weekday === 7) return day === 1 ? 3 : day - 1;
  if (weekday === 1) return day === lengthOf(year, month) ? day - 2 : day + 1;
  return day;
}

/** Days of week: `L` is Saturday, `6L` the last Friday of the month, `3#2` its second Tuesday. */
function weekdaysOf(text: string): DaysOf {
  const { weekdays } = fields;
  if (text.includes("/")) throw new CronError("day of week knows no steps");
  if (text.includes("#") && text.includes(",")) throw new CronError("a day of week with # stands alone");
  const items = text.split(",").map((item): DaysOf => {
    if (item === "L") return onWeekdays([7]);
    const [, last] = /^(\w+)L$/.exec(item) ?? [];
    if (last !== undefined) {
      const all = onWeekdays([numberOf(last, weekdays)]);
      return (year, month) => all(year, month).slice(-1);
    }
    const [, named, nth] = /^(\w+)#([1-5])$/.exec(item) ?? [];
    if (named === undefined) return onWeekdays(valuesOf(item, weekdays));
    const all = onWeekdays([numberOf(named, weekdays)]);
    return (year, month) => all(year, month).slice(Number(nth) - 1, Number(nth));
  });
  return union(items);
}

function onWeekdays(weekdays: readonly number[]): DaysOf {
  return (year, month) =>
    Array.from({ length: lengthOf(year, month) }, (_, index) => index + 1).filter((day) =>
      weekdays.includes(weekdayOf(year, month, day)),
    );
}

function union(items: readonly DaysOf[]): DaysOf {
  return (year, month) =>
    [...new Set(items.flatMap((item) => item(year, month)))].toSorted((one, other) => one - other);
}

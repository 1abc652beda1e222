// The two ways in which Signature Version 4 writes a moment.

let latest = { second: -1, text: "" };

/** Writes a date as in `20260101T120000Z`; the second that was asked for last is kept. */
export function toAmzDate(date: Date): string {
  const second = Math.floor(date.getTime() / 1000);
  if (second !== latest.second) {
    latest = { second, text: `${date.toISOString().slice(0, 19).replaceAll(/[-:]/g, "")}Z` };
  }
  return latest.text;
}

/** Reads `20260101T120000Z` as milliseconds since the epoch; `undefined` if it is not such a date. */
export function readAmzDate(text: string): number | undefined {
  const parts = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(text);
  if (!parts) return undefined;
  const [, year, month, day, hour, minute, second] = parts;
  const time = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  return Number.isNaN(time) ? undefined : time;
}

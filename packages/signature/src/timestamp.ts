// The two ways in which Signature Version 4 writes a moment.

/** Writes a date as in `20260101T120000Z`. */
export function toAmzDate(date: Date): string {
  const iso = date.toISOString(); // 2026-01-01T12:00:00.000Z
  return `${iso.slice(0, 4)}${iso.slice(5, 7)}${iso.slice(8, 13)}${iso.slice(14, 16)}${iso.slice(17, 19)}Z`;
}

/** Reads `20260101T120000Z` as milliseconds since the epoch; `undefined` if it is not such a date. */
export function readAmzDate(text: string): number | undefined {
  const parts = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(text);
  if (!parts) return undefined;
  const [, year, month, day, hour, minute, second] = parts;
  const time = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  return Number.isNaN(time) ? undefined : time;
}

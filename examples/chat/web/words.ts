// Times, sizes and names as the page says them.

const timeOfDay = new Intl.DateTimeFormat(undefined, { hour: "numeric", minute: "2-digit" });
const whole = new Intl.DateTimeFormat(undefined, { dateStyle: "full", timeStyle: "medium" });
const dayNear = new Intl.DateTimeFormat("en", { weekday: "long", day: "numeric", month: "long" });
const dayFar = new Intl.DateTimeFormat("en", { day: "numeric", month: "long", year: "numeric" });
const dayMs = 24 * 60 * 60 * 1000;

/** As in `14:32`, in the reader's own way. */
export function toTime(at: number): string {
  return timeOfDay.format(at);
}

/** Day and time in full. */
export function toWholeTime(at: number): string {
  return whole.format(at);
}

/** As in `Today`, `Yesterday`, `Monday, May 4`, `May 4, 2020`. */
export function toDay(at: number, now: number = Date.now()): string {
  const day = new Date(at).toDateString();
  if (day === new Date(now).toDateString()) return "Today";
  if (day === new Date(now - dayMs).toDateString()) return "Yesterday";
  return new Date(at).getFullYear() === new Date(now).getFullYear() ? dayNear.format(at) : dayFar.format(at);
}

/** As in `812 bytes`, `12.6 MB`; decimal, as S3 and file managers count. */
export function toSize(bytes: number): string {
  if (bytes < 1_000) return bytes === 1 ? "1 byte" : `${bytes} bytes`;
  const [size, unit] =
    bytes < 999_500 ? [bytes / 1_000, "KB"] : bytes < 999_500_000 ? [bytes / 1e6, "MB"] : [bytes / 1e9, "GB"];
  return `${size < 10 ? size.toFixed(1) : Math.round(size)} ${unit}`;
}

/** A sign-in name as a person's: `ada.lovelace` is Ada Lovelace. A name that has its own capitals, or is an address, stays. */
export function toPersonName(name: string): string {
  if (!/^\p{Ll}+([._-]\p{Ll}+)*$/u.test(name)) return name;
  return name
    .split(/[._-]/)
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join(" ");
}

/** One or two letters of a name. */
export function toInitials(name: string): string {
  const words = toPersonName(name)
    .split(/[\s._@-]+/u)
    .filter(Boolean);
  const letters = [words[0], words.length > 1 ? words.at(-1) : undefined].map(
    (word) => /^./u.exec(word ?? "")?.[0],
  );
  return letters.join("").toUpperCase() || "?";
}

/** A colour of the wheel for an id: the same for everybody, and far apart for ids that are near. */
export function toHue(id: string): number {
  let hash = 2_166_136_261; // FNV-1a
  for (const character of id) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 16_777_619) >>> 0;
  return Math.round((hash * 137.508) % 360);
}

/** As in `Ada`, `Ada and Grace`, `Ada, Grace and 2 others`. */
export function toNames(names: readonly string[]): string {
  const [first = "", second = "", ...others] = names;
  if (names.length < 2) return first;
  if (names.length === 2) return `${first} and ${second}`;
  return `${first}, ${second} and ${others.length === 1 ? others[0] : `${others.length} others`}`;
}

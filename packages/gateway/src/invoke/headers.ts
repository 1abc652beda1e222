// Headers as a list of pairs: looked up without case, repeated names in their order.
import type { HeaderPair } from "./application.ts";

/** Keeps what a function made of names that it met before: there are few. Full, it takes no more. */
function remember(make: (name: string) => string): (name: string) => string {
  const made = new Map<string, string>();
  return (name) => {
    const known = made.get(name);
    if (known !== undefined) return known;
    const fresh = make(name);
    if (made.size < namesAtMost && name.length <= longestName) made.set(name, fresh);
    return fresh;
  };
}

const namesAtMost = 256;
const longestName = 128;

/** A header name in lower case: always the same string, which objects have sooner as a key than one just read. */
export const toLowerName: (name: string) => string = remember((name) => name.toLowerCase());

/** Capitalises each word of a header name: `x-amzn-trace-id` becomes `X-Amzn-Trace-Id`. */
export const toTitleCase: (name: string) => string = remember((name) =>
  name.toLowerCase().replace(/(^|-)[a-z]/g, (start) => start.toUpperCase()),
);

/** A header name as it is: always the same string. */
export const toSameName: (name: string) => string = remember((name) => name);

function isNamed([written]: HeaderPair, name: string): boolean {
  return written.length === name.length && (written === name || written.toLowerCase() === name);
}

/** All values of a header, in order. `name` is in lower case. */
export function headerValues(headers: readonly HeaderPair[], name: string): readonly string[] {
  const values: string[] = [];
  for (const pair of headers) if (isNamed(pair, name)) values.push(pair[1]);
  return values;
}

/** The last value of a header, which is the one that API Gateway shows in single-value maps. */
export function lastHeader(headers: readonly HeaderPair[], name: string): string | undefined {
  for (let at = headers.length - 1; at >= 0; at -= 1) {
    const pair = headers[at];
    if (pair && isNamed(pair, name)) return pair[1];
  }
  return undefined;
}

/** Whether there is a header of this name. `name` is in lower case. */
export function hasHeader(headers: readonly HeaderPair[], name: string): boolean {
  return headers.some((pair) => isNamed(pair, name));
}

/** The headers, without those that `by` names too, and then `by`. */
export function replaceHeaders(
  headers: readonly HeaderPair[],
  by: readonly HeaderPair[],
): readonly HeaderPair[] {
  const replaced = new Set(by.map(([name]) => name.toLowerCase()));
  return [...headers.filter(([name]) => !replaced.has(name.toLowerCase())), ...by];
}

/** Whether HTTP allows a header's name. */
export function isHeaderName(name: string): boolean {
  return /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/.test(name);
}

/** Headers by lower-case name, with the spelling that came first and all values in order. */
export function groupHeaders(
  headers: readonly HeaderPair[],
): ReadonlyMap<string, { readonly name: string; readonly values: readonly string[] }> {
  const groups = new Map<string, { readonly name: string; readonly values: string[] }>();
  for (const [name, value] of headers) {
    const key = toLowerName(name);
    const group = groups.get(key);
    if (group) group.values.push(value);
    else groups.set(key, { name, values: [value] });
  }
  return groups;
}

/** Headers by lower-case name, the values of each joined by commas. No name is inherited. */
export function joinHeaders(headers: readonly HeaderPair[]): Readonly<Record<string, string>> {
  const joined = Object.create(null) as Record<string, string>; // empty: every value is put in below
  for (const [key, { values }] of groupHeaders(headers)) joined[key] = values.join(",");
  return joined;
}

/** Whether all header lines (names, values, separators and line ends) have more bytes than that. */
export function areLonger(headers: readonly HeaderPair[], bytes: number): boolean {
  let most = 0;
  for (const [name, value] of headers) most += name.length + value.length * 3 + 4; // a UTF-16 unit is at most three bytes
  if (most <= bytes) return false;
  return headers.reduce((sum, [name, value]) => sum + name.length + Buffer.byteLength(value) + 4, 0) > bytes;
}

/** The media type of a `Content-Type` value without its parameters, in lower case. */
export function toMediaType(contentType: string | undefined): string | undefined {
  return contentType?.split(";", 1)[0]?.trim().toLowerCase();
}

/** The first media type of `Accept`, as API Gateway reads it. */
export function acceptedType(headers: readonly HeaderPair[]): string | undefined {
  return toMediaType(lastHeader(headers, "accept")?.split(",", 1)[0]);
}

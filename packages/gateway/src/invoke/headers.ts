// Headers as a list of pairs: looked up without case, repeated names in their order.
import type { HeaderPair } from "./application.ts";

/** All values of a header, in order. `name` is in lower case. */
export function headerValues(headers: readonly HeaderPair[], name: string): readonly string[] {
  return headers.filter((pair) => pair[0].toLowerCase() === name).map((pair) => pair[1]);
}

/** The last value of a header, which is the one that API Gateway shows in single-value maps. */
export function lastHeader(headers: readonly HeaderPair[], name: string): string | undefined {
  for (let at = headers.length - 1; at >= 0; at -= 1) {
    const pair = headers[at];
    if (pair?.[0].length === name.length && pair[0].toLowerCase() === name) return pair[1];
  }
  return undefined;
}

/** Whether there is a header of this name. `name` is in lower case. */
export function hasHeader(headers: readonly HeaderPair[], name: string): boolean {
  return headers.some((pair) => pair[0].toLowerCase() === name);
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
    const key = name.toLowerCase();
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

/** Bytes of all header lines: names, values, separators and line ends. */
export function headerBytes(headers: readonly HeaderPair[]): number {
  return headers.reduce((sum, [name, value]) => sum + name.length + Buffer.byteLength(value) + 4, 0);
}

/** Titles of names met before: there are few. Full, it takes no more. */
const titles = new Map<string, string>();
const titlesAtMost = 256;

/** Capitalises each word of a header name: `x-amzn-trace-id` becomes `X-Amzn-Trace-Id`. */
export function toTitleCase(name: string): string {
  const known = titles.get(name);
  if (known !== undefined) return known;
  const title = name.toLowerCase().replace(/(^|-)[a-z]/g, (start) => start.toUpperCase());
  if (titles.size < titlesAtMost) titles.set(name, title);
  return title;
}

/** The media type of a `Content-Type` value without its parameters, in lower case. */
export function toMediaType(contentType: string | undefined): string | undefined {
  return contentType?.split(";", 1)[0]?.trim().toLowerCase();
}

/** The first media type of `Accept`, as API Gateway reads it. */
export function acceptedType(headers: readonly HeaderPair[]): string | undefined {
  return toMediaType(lastHeader(headers, "accept")?.split(",", 1)[0]);
}

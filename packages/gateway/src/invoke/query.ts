// A query string, decoded as API Gateway decodes it.

/** Decoded name and value pairs in their order. */
export type QueryPairs = readonly (readonly [name: string, value: string])[];

/**
 * Decodes a query string: percent-escapes, `+` as space, a name without `=` as an empty value.
 *
 * Escapes that are not UTF-8 stay as they came. For REST APIs `;` separates as `&` does.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-known-issues.html
 */
export function readQuery(query: string, separators: "&" | "&;" = "&"): QueryPairs {
  if (query === "") return [];
  const parts = separators === "&" || !query.includes(";") ? query.split("&") : query.split(/[&;]/);
  const pairs: (readonly [string, string])[] = [];
  for (const part of parts) if (part !== "") pairs.push(readPair(part));
  return pairs;
}

function readPair(part: string): readonly [string, string] {
  const equals = part.indexOf("=");
  if (equals < 0) return [decode(part), ""];
  return [decode(part.slice(0, equals)), decode(part.slice(equals + 1))];
}

function decode(text: string): string {
  return decodePercent(text.includes("+") ? text.replaceAll("+", " ") : text);
}

/** Decodes percent-escapes; text whose escapes are broken comes back as it is. */
export function decodePercent(text: string): string {
  if (!text.includes("%")) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // the client's escape is not UTF-8: nothing better to show than what was sent
  }
}

/** The last value of each name; `null` for an empty list. */
export function toSingleMap(pairs: QueryPairs): Readonly<Record<string, string>> | null {
  if (pairs.length === 0) return null;
  const map: Record<string, string> = {};
  for (const [name, value] of pairs) put(map, name, value);
  return map;
}

/** All values of each name, in order; `null` for an empty list. */
export function toMultiMap(pairs: QueryPairs): Readonly<Record<string, readonly string[]>> | null {
  if (pairs.length === 0) return null;
  const map: Record<string, string[]> = {};
  for (const [name, value] of pairs) {
    const list = Object.hasOwn(map, name) ? map[name] : undefined;
    if (list) list.push(value);
    else put(map, name, [value]);
  }
  return map;
}

/** Puts a value under a name that a client chose: `__proto__` is a name like others. */
export function put<Value>(map: Record<string, Value>, name: string, value: Value): void {
  if (name !== "__proto__") map[name] = value;
  else Object.defineProperty(map, name, { value, enumerable: true, configurable: true, writable: true });
}

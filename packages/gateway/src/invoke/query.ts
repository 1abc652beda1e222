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
  const parts = separators === "&" ? query.split("&") : query.split(/[&;]/);
  return parts.filter((part) => part !== "").map(readPair);
}

function readPair(part: string): readonly [string, string] {
  const equals = part.indexOf("=");
  if (equals < 0) return [decode(part), ""];
  return [decode(part.slice(0, equals)), decode(part.slice(equals + 1))];
}

function decode(text: string): string {
  return decodePercent(text.replaceAll("+", " "));
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
  return pairs.length === 0 ? null : Object.fromEntries(pairs);
}

/** All values of each name, in order; `null` for an empty list. */
export function toMultiMap(pairs: QueryPairs): Readonly<Record<string, readonly string[]>> | null {
  if (pairs.length === 0) return null;
  const values = new Map<string, string[]>();
  for (const [name, value] of pairs) {
    const list = values.get(name);
    if (list) list.push(value);
    else values.set(name, [value]);
  }
  return Object.fromEntries(values);
}

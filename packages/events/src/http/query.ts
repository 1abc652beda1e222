// The query of a request: one shape for both payloads, repeats kept.

/** Decoded query parameters: one value as a string, repeated ones as a list in their order. */
export interface QueryParameters {
  readonly [name: string]: string | readonly string[] | undefined;
}

type Single = Readonly<Record<string, unknown>> | null | undefined;
type Multi = Readonly<Record<string, unknown>> | null | undefined;

/** A dictionary without a prototype, so that no name from outside can mean anything. */
function emptyQuery(): Record<string, string | string[]> {
  return Object.create(null) as Record<string, string | string[]>; // Object.create(null) is typed as any
}

function add(query: Record<string, string | string[]>, name: string, value: string): void {
  const known = query[name];
  if (known === undefined) query[name] = value;
  else if (typeof known === "string") query[name] = [known, value];
  else known.push(value);
}

/** Reads a query string as the client sent it; what is not a valid escape stays as it is. */
export function parseQuery(text: string): QueryParameters {
  const query = emptyQuery();
  if (text === "") return query;
  for (const pair of text.split("&")) {
    if (pair === "") continue;
    const equals = pair.indexOf("=");
    const name = equals === -1 ? pair : pair.slice(0, equals);
    add(query, decodeQuery(name), equals === -1 ? "" : decodeQuery(pair.slice(equals + 1)));
  }
  return query;
}

/** Reads the maps of an event, single and multiple values; `decode` is for kinds that leave them encoded. */
export function queryFromMaps(
  single: Single,
  multi: Multi,
  decode: (text: string) => string,
): QueryParameters {
  const query = emptyQuery();
  for (const name in multi) {
    const values = multi[name];
    if (!Array.isArray(values)) continue;
    for (const value of values) if (typeof value === "string") add(query, decode(name), decode(value));
  }
  if (multi) return query;
  for (const name in single) {
    const value = single[name];
    if (typeof value === "string") add(query, decode(name), decode(value));
  }
  return query;
}

/** Decodes one name or value of a query: `+` is a space, an invalid escape stays as it is. */
export function decodeQuery(text: string): string {
  const spaced = text.includes("+") ? text.replaceAll("+", " ") : text;
  if (!spaced.includes("%")) return spaced;
  try {
    return decodeURIComponent(spaced);
  } catch {
    return spaced;
  }
}

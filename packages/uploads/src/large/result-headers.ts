// Headers of events and results, one value a name or several: read and changed without regard to their case.

type Value = string | number | boolean;

/** Headers of a result; balancers may want several values for each name. */
export interface WithHeaders {
  readonly headers?: Readonly<Record<string, Value>>;
  readonly multiValueHeaders?: Readonly<Record<string, readonly Value[]>>;
}

/** The value of a header; `undefined` where there is none. */
export function readHeader(
  { headers = {}, multiValueHeaders = {} }: WithHeaders,
  name: string,
): string | undefined {
  const is = (each: string): boolean => each.toLowerCase() === name;
  const single = Object.keys(headers).find(is);
  if (single !== undefined) return String(headers[single]);
  const several = Object.keys(multiValueHeaders).find(is);
  return several === undefined ? undefined : multiValueHeaders[several]?.join(", ");
}

/** The headers of a result without some, and with others, in the shape that they have. */
export function changeHeaders(
  { headers, multiValueHeaders }: WithHeaders,
  dropped: readonly string[],
  added: Readonly<Record<string, string>>,
): WithHeaders {
  const kept = <Kept>(all: Readonly<Record<string, Kept>> = {}): Record<string, Kept> =>
    Object.fromEntries(
      Object.entries(all).filter(
        ([name]) => !dropped.includes(name.toLowerCase()) && !(name.toLowerCase() in added),
      ),
    );
  if (headers === undefined && multiValueHeaders !== undefined) {
    const lists = Object.entries(added).map(([name, value]) => [name, [value]] as const);
    return { multiValueHeaders: { ...kept(multiValueHeaders), ...Object.fromEntries(lists) } };
  }
  return {
    headers: { ...kept(headers), ...added },
    ...(multiValueHeaders && { multiValueHeaders: kept(multiValueHeaders) }),
  };
}

/** What the caller sent, names in lower case. */
export function readSent(event: unknown): Record<string, string> {
  const given = typeof event === "object" && event !== null ? (event as Record<string, unknown>) : {};
  const entries = [given["multiValueHeaders"], given["headers"]].flatMap((each) =>
    typeof each === "object" && each !== null ? Object.entries(each) : [],
  );
  return Object.fromEntries(entries.map(([name, value]) => [name.toLowerCase(), String(value)]));
}

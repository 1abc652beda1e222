// The claims of a token, as events carry them.

/** What a token says. */
export type Claims = Readonly<Record<string, unknown>>;

/** Whether a token has one of the scopes, in `scope` or `scp`. */
export function hasScope(claims: Claims, wanted: readonly string[]): boolean {
  const { scope, scp } = claims;
  const given = new Set([scope, scp].flatMap(readScopes));
  return wanted.some((each) => given.has(each));
}

function readScopes(value: unknown): readonly string[] {
  if (typeof value === "string") return value.split(" ");
  return Array.isArray(value) ? value.filter((each) => typeof each === "string") : [];
}

const moments: ReadonlySet<string> = new Set(["exp", "iat"]);

/**
 * Claims for `requestContext.authorizer.claims` of a REST API: all text, lists with commas, `exp` and `iat` as Java
 * prints dates.
 */
export function toRestClaims(claims: Claims): Readonly<Record<string, string>> {
  const written = Object.entries(claims).map(([name, value]) => {
    if (moments.has(name) && typeof value === "number") return [name, toJavaDate(value)];
    return [name, Array.isArray(value) ? value.map(toText).join(",") : toText(value)];
  });
  return Object.fromEntries(written) as Record<string, string>; // pairs of texts, as just made
}

/** Claims for `authorizer.jwt.claims` of an HTTP API: all text, lists as `[a b]`. */
export function toHttpClaims(claims: Claims): Readonly<Record<string, string>> {
  const written = Object.entries(claims).map(([name, value]) => [
    name,
    Array.isArray(value) ? `[${value.map(toText).join(" ")}]` : toText(value),
  ]);
  return Object.fromEntries(written) as Record<string, string>; // pairs of texts, as just made
}

function toText(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** As in `Thu Sep 06 13:48:25 UTC 2018`. */
function toJavaDate(seconds: number): string {
  const [, day = "", date = "", month = "", year = "", time = ""] =
    /^(\w{3}), (\d\d) (\w{3}) (\d{4}) (\S+) GMT$/.exec(new Date(seconds * 1000).toUTCString()) ?? [];
  return `${day} ${month} ${date} ${time} UTC ${year}`;
}

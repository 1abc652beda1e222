// What no log may show: everything in a request and its answers that lets somebody in.
import type { HeaderPair } from "../invoke/application.ts";
import { headerValues } from "../invoke/headers.ts";
import { decodePercent, readQuery } from "../invoke/query.ts";
import type { IdentitySource } from "../model/authorizer.ts";
import { type HttpFacts, readOutcome, type RestFacts } from "./facts.ts";

/** Names of headers and query parameters whose values are secret. */
export const secretName: RegExp =
  /(?:^|[-_])auth(?:$|[-_])|authorization|cookie|token|secret|passw|credential|signature|session|^sig$|(?:^|[-_])key$|apikey$/i;

/**
 * Takes every secret of a request out of a text, wherever it stands: as a header, in an event, in an answer. The text
 * must be whole: what is cut within a secret is not found.
 */
export function createRedaction(facts: RestFacts | HttpFacts): (text: string) => string {
  const whole = [
    ...toHeaderSecrets(facts),
    ...readQuery(facts.arrived.http.query, "&;").flatMap(([name, value]) =>
      secretName.test(name) ? [value] : [],
    ),
    ...toIdentityValues(facts),
  ];
  const { reached } = facts;
  if ("apiKey" in reached && reached.apiKey) whole.push(reached.apiKey.value);
  return createMasking(whole);
}

/** Takes values out of a text, however they are spelled there. */
export function createMasking(values: readonly string[]): (text: string) => string {
  const found = [...new Set(values.flatMap(withoutScheme).flatMap(toSpellings))]
    .filter((value) => value.length >= shortest)
    .toSorted((one, other) => other.length - one.length);
  return (text) => found.reduce((left, value) => left.replaceAll(value, () => mask(value)), text);
}

/** What is shorter keeps nobody out, and would be found in every line. */
const shortest = 4;

function toHeaderSecrets({ arrived, reached, answer, notes }: RestFacts | HttpFacts): readonly string[] {
  const call = "mapping" in reached ? reached.mapping?.call : undefined;
  const sent = call?.to === "http" ? call.request.headers : [];
  const replied = notes.integration ? (readOutcome(notes.integration.outcome).reply?.headers ?? []) : [];
  const headers: readonly HeaderPair[] = [...arrived.http.headers, ...sent, ...replied, ...answer.headers];
  const secrets = headers.filter(([name]) => secretName.test(name));
  const cookies = secrets.filter(([name]) => /cookie$/i.test(name));
  return [...secrets.map(([, value]) => value), ...cookies.flatMap(([, value]) => toCookieValues(value))];
}

/** What cookies hold beside secrets (`en-GB`, `Path=/`, a year) is shorter. */
const shortestCookie = 8;

function toCookieValues(line: string): readonly string[] {
  return line
    .split(";")
    .map((one) => one.slice(one.indexOf("=") + 1).trim())
    .filter((value) => value.length >= shortestCookie);
}

/** What the caller showed to an authorizer. Context and stage variables are not the caller's. */
function toIdentityValues(facts: RestFacts | HttpFacts): readonly string[] {
  const { headers, query } = facts.arrived.http;
  const pairs = readQuery(query, "&;");
  return identitySources(facts).flatMap(({ from, name }) => {
    if (from === "header") return headerValues(headers, name.toLowerCase());
    return from === "querystring" ? pairs.flatMap(([key, value]) => (key === name ? [value] : [])) : [];
  });
}

function identitySources({ plan, reached }: RestFacts | HttpFacts): readonly IdentitySource[] {
  const { route } = reached;
  const id = route && ("method" in route ? route.method.authorizerId : route.authorizerId);
  if (id === undefined) return [];
  const others = "cognito" in plan ? plan.cognito : plan.jwt;
  return (plan.authorizers.get(id) ?? others.get(id))?.identitySources ?? [];
}

/** `Bearer abc` and `abc`. */
const withoutScheme = (value: string): readonly string[] => [value, value.replace(/^\S+ /, "")];

/** As it is, in JSON, and in a URL. */
const toSpellings = (value: string): readonly string[] => [
  value,
  JSON.stringify(value).slice(1, -1),
  encode(value),
  decodePercent(value),
];

function encode(value: string): string {
  return encodeURIComponent(value.toWellFormed());
}

/** All but the last six characters; nothing of what is short. */
export function mask(value: string): string {
  return value.length < 12 ? "*".repeat(value.length) : `${"*".repeat(value.length - 6)}${value.slice(-6)}`;
}

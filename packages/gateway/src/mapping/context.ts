// `$context` and `$stageVariables`, for templates and for parameter mappings.
import { ForgivingMap, OnceMap, type Value } from "../vtl/values.ts";

/** What a template may override, in the places where it puts it. */
export interface Overrides {
  readonly header: ReadonlyMap<Value, Value>;
  readonly path: ReadonlyMap<Value, Value>;
  readonly querystring: ReadonlyMap<Value, Value>;
  readonly answerHeader: ReadonlyMap<Value, Value>;
  /** Holds `status`. */
  readonly answer: ReadonlyMap<Value, Value>;
}

/** `$context` as a value, and what templates put into it. */
export interface ContextValue {
  readonly value: Value;
  readonly overrides: Overrides;
}

/**
 * Makes `$context` of a request context. What is not known is empty text; `requestOverride` and `responseOverride`
 * take each key once.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-override-request-response-parameters.html
 */
export function createContext(context: object): ContextValue {
  const header = new OnceMap();
  const path = new OnceMap();
  const querystring = new OnceMap();
  const answerHeader = new OnceMap();
  const answer = new OnceMap([["header", answerHeader]]);
  const value = new ForgivingMap([
    ["authorizer", new ForgivingMap([["claims", new ForgivingMap()]])],
    ["error", new ForgivingMap()],
    ...toEntries(context),
    [
      "requestOverride",
      new Map<Value, Value>([
        ["header", header],
        ["path", path],
        ["querystring", querystring],
      ]),
    ],
    ["responseOverride", answer],
  ]);
  return { value, overrides: { header, path, querystring, answerHeader, answer } };
}

/** Stage variables as a value; what is not set is empty text. */
export function toStageVariables(variables: Readonly<Record<string, string>>): Value {
  return new ForgivingMap(Object.entries(variables));
}

function toEntries(data: object): [Value, Value][] {
  return Object.entries(data).map(([key, item]: [string, unknown]) => [key, toForgiving(item)]);
}

function toForgiving(data: unknown): Value {
  if (typeof data === "string" || typeof data === "number" || typeof data === "boolean") return data;
  if (Array.isArray(data)) return data.map(toForgiving);
  return typeof data === "object" && data !== null ? new ForgivingMap(toEntries(data)) : "";
}

/** One variable of a request context by its dotted name; `undefined` where it has no text. */
export function readContext(context: object, name: string): string | undefined {
  let at: unknown = context;
  for (const part of name.split(".")) {
    if (typeof at !== "object" || at === null || !Object.hasOwn(at, part)) return undefined;
    at = (at as Readonly<Record<string, unknown>>)[part]; // an own key, checked on the line above
  }
  return typeof at === "string" || typeof at === "number" || typeof at === "boolean" ? String(at) : undefined;
}

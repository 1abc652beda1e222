// `$input`: the payload and the parameters, as templates ask for them.
import { compileJsonPath } from "../json-path/json-path.ts";
import { TemplateError } from "../vtl/template-error.ts";
import {
  ForgivingMap,
  type HostMethod,
  HostObject,
  toJson,
  toText,
  toValue,
  type Value,
  WrittenNumber,
} from "../vtl/values.ts";
import type { RequestParts } from "./request-parts.ts";

/** Deepest nesting that is taken for JSON. */
const deepestJson = 1_000;

/**
 * Makes `$input` for one rendering. The payload is parsed when it is first asked for; an empty one counts as `{}`.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-mapping-template-reference.html
 */
export function createInput(payload: string, request: RequestParts): HostObject {
  const body = payload === "" ? "{}" : payload;
  let parsed: { readonly value: Value } | undefined;
  const find: HostMethod = ([path], budget) => {
    parsed ??= { value: parsePayload(body) };
    return compileJsonPath(typeof path === "string" ? path : "$")(parsed.value, budget);
  };
  return new HostObject(
    new Map<string, HostMethod>([
      ["path", (args, budget) => find(args, budget) ?? ""],
      ["json", (args, budget) => toJsonText(find(args, budget), budget)],
      [
        "params",
        ([name], budget) => (name === undefined ? allOf(request) : oneOf(request, toText(name, budget))),
      ],
    ]),
    new Map([["body", () => body]]),
  );
}

function toJsonText(found: Value, budget: Parameters<HostMethod>[1]): string {
  const text = found === undefined ? '""' : toJson(found, budget);
  budget.spendText(text.length);
  return text;
}

/**
 * JSON as templates read it: text that is no JSON is a text.
 *
 * @throws TemplateError for JSON that is nested beyond reason.
 */
export function parsePayload(text: string): Value {
  if (isTooDeep(text)) throw new TemplateError("the payload is nested too deeply");
  try {
    return toValue(rewritten.test(text) ? JSON.parse(text, keepWritten) : JSON.parse(text));
  } catch (error) {
    if (error instanceof SyntaxError) return text; // as the JSON reader behind API Gateway's templates takes it
    throw error;
  }
}

/** Whether there may be numbers that JavaScript would write otherwise. */
const rewritten = /\d{16}|\.\d*0(?!\d)/;

function keepWritten(_key: string, value: unknown, { source }: { readonly source?: string } = {}): unknown {
  const kept = typeof value === "number" && source !== undefined && String(value) !== source;
  return kept ? new WrittenNumber(source) : value;
}

/** Counts brackets outside of texts. */
function isTooDeep(text: string): boolean {
  let depth = 0;
  for (const [piece] of text.matchAll(/"(?:[^"\\]|\\.)*"|[[{]|[\]}]/g)) {
    if (piece === "[" || piece === "{") depth += 1;
    else if (piece === "]" || piece === "}") depth -= 1;
    if (depth > deepestJson) return true;
  }
  return false;
}

function allOf({ path, querystring, header }: RequestParts): Value {
  const places = { path, querystring, header };
  return new Map(
    Object.entries(places).map(([place, parameters]) => {
      const last = [...parameters].map(([name, values]) => [name, values.at(-1)] as const);
      return [place, new ForgivingMap(last)] as const;
    }),
  );
}

function oneOf({ path, querystring, header }: RequestParts, name: string): string {
  const values = path.get(name) ?? querystring.get(name) ?? header.get(name);
  return values?.at(-1) ?? "";
}

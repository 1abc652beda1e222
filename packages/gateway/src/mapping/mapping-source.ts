// Where a mapped parameter takes its value from.
import type { HeaderPair } from "../invoke/application.ts";
import { headerValues } from "../invoke/headers.ts";
import { readContext } from "./context.ts";
import { parsePayload } from "./input-object.ts";
import { compilePathText } from "./path-text.ts";
import type { ParameterPlace, RequestParts } from "./request-parts.ts";

/** What a value can be taken from. */
export interface MappingScope {
  readonly request: RequestParts;
  /** The request context, as in events. */
  readonly context: object;
  readonly stageVariables: Readonly<Record<string, string>>;
  /** The integration's answer, once there is one. */
  readonly reply?: { readonly headers: readonly HeaderPair[]; readonly body: Buffer };
}

/** Takes a value: `undefined` where there is none; several where the whole list was asked for. */
export type Source = (scope: MappingScope) => readonly string[] | undefined;

/** Raised where a JSON path is asked of a body that only looks like JSON. */
export class BodyNotJson extends Error {}

/**
 * Compiles the right side of a parameter mapping; `undefined` where it is none that API Gateway knows.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/request-response-data-mappings.html
 */
export function compileSource(expression: string): Source | undefined {
  const constant = /^'([^]*)'$/.exec(expression)?.[1];
  if (constant !== undefined) return () => [constant];
  const [, where = "", name = ""] =
    /^(method\.request\.(?:multivalue)?(?:header|querystring)|method\.request\.path|integration\.response\.(?:multivalue)?header|stageVariables|context)\.(.+)$/.exec(
      expression,
    ) ?? [];
  if (where !== "") return fromPlace(where, name);
  const body = /^(method\.request|integration\.response)\.body(?:\.(.+))?$/.exec(expression);
  return body ? fromBody(body[1] === "method.request" ? "request" : "reply", body[2]) : undefined;
}

function fromPlace(where: string, name: string): Source {
  if (where === "stageVariables") {
    return ({ stageVariables }) =>
      Object.hasOwn(stageVariables, name) ? [stageVariables[name] ?? ""] : undefined;
  }
  if (where === "context") {
    return ({ context }) => {
      const value = readContext(context, name);
      return value === undefined ? undefined : [value];
    };
  }
  const last = where.slice(where.lastIndexOf(".") + 1);
  const all = last.startsWith("multivalue");
  const take = (values: readonly string[] | undefined) =>
    values === undefined || values.length === 0 ? undefined : all ? values : values.slice(-1);
  if (where.startsWith("integration")) {
    return ({ reply }) => take(reply && headerValues(reply.headers, name.toLowerCase()));
  }
  const place = last.replace("multivalue", "") as ParameterPlace; // one of the three that the pattern names
  return ({ request }) => take(request[place].get(name));
}

function fromBody(side: "request" | "reply", path: string | undefined): Source {
  const find = path === undefined ? undefined : compilePathText(path);
  return (scope) => {
    const text = scope[side]?.body.toString("utf8") ?? "";
    if (!find) return text === "" ? undefined : [text];
    const found = find(parseStrictly(text));
    return found === undefined ? undefined : [found];
  };
}

/** A body that begins like JSON must be JSON. */
function parseStrictly(text: string): ReturnType<typeof parsePayload> {
  const value = parsePayload(text);
  if (typeof value === "string" && /^\s*[[{"]/.test(text) && !isJsonText(text)) throw new BodyNotJson();
  return value;
}

function isJsonText(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

// Parameter mapping of HTTP APIs: headers, query, path and status appended to, overwritten or removed.
import type { HeaderPair } from "../invoke/application.ts";
import { headerValues, isHeaderName } from "../invoke/headers.ts";
import { readContext } from "./context.ts";
import { parsePayload } from "./input-object.ts";
import { toSafeHeader } from "./mapped-parameters.ts";
import { compilePathText } from "./path-text.ts";

/** What a value can be taken from. */
export interface HttpMappingScope {
  readonly headers: readonly HeaderPair[];
  readonly query: readonly HeaderPair[];
  /** Without the stage. */
  readonly path: string;
  readonly pathParameters: Readonly<Record<string, string>>;
  readonly body: Buffer;
  readonly context: object;
  readonly stageVariables: Readonly<Record<string, string>>;
  /** The integration's answer, once there is one. */
  readonly reply?: { readonly headers: readonly HeaderPair[]; readonly body: Buffer };
}

/** One change. */
export interface HttpChange {
  readonly action: "append" | "overwrite" | "remove";
  readonly place: "header" | "querystring" | "path" | "statuscode";
  readonly name: string;
  readonly value: (scope: HttpMappingScope) => string | undefined;
}

/** JSON paths are looked for in no larger body. */
const bodyBytes = 102_400;

const reserved =
  /^(?:access-control-.*|apigw-.*|authorization|connection|content-encoding|content-length|content-location|forwarded|keep-alive|origin|proxy-authenticate|proxy-authorization|te|trailers|transfer-encoding|upgrade|x-amz-.*|x-amzn-.*|x-forwarded-(?:for|host|proto)|via)$/i;

/**
 * Whether a header may be mapped at all.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-parameter-mapping.html
 */
export function isReservedHeader(name: string): boolean {
  return reserved.test(name);
}

/** Compiles one mapping; `undefined` where API Gateway knows none such. @throws TemplateError for a broken JSON path. */
export function compileHttpChange(target: string, expression: string): HttpChange | undefined {
  const [, action, place, name = ""] =
    /^(append|overwrite|remove):(?:(header|querystring)\.(.+)|path|statuscode)$/.exec(target) ?? [];
  const whole = target.replace(/^overwrite:/, "");
  const value = compileHttpValue(expression);
  if (action === undefined || !value) return undefined;
  if (place === "header" && !isHeaderName(name)) return undefined;
  if (place === undefined) {
    if (whole !== "path" && whole !== "statuscode") return undefined;
    return { action: "overwrite", place: whole, name: "", value };
  }
  return { action: action as HttpChange["action"], place: place as "header" | "querystring", name, value }; // the pattern names them
}

type Taken = (scope: HttpMappingScope) => string | undefined;

/** Text with `$request.…`, `$response.…`, `$context.…` and `$stageVariables.…` in it, in braces or not. */
function compileHttpValue(expression: string): Taken | undefined {
  const parts: (string | Taken)[] = [];
  let at = 0;
  const names =
    /\$\{((?:request|response|context|stageVariables)\.[^}]+)\}|\$((?:request|response|context|stageVariables)\.[\w.$[\]'"*:@-]+)/g;
  for (const found of expression.matchAll(names)) {
    const source = compileVariable(found[1] ?? found[2] ?? "");
    if (!source) return undefined;
    if (found.index > at) parts.push(expression.slice(at, found.index));
    parts.push(source);
    at = found.index + found[0].length;
  }
  if (at < expression.length) parts.push(expression.slice(at));
  const [only] = parts;
  if (parts.length === 1 && typeof only === "function") return only;
  return (scope) => parts.map((part) => (typeof part === "string" ? part : (part(scope) ?? ""))).join("");
}

function compileVariable(variable: string): Taken | undefined {
  const dot = variable.indexOf(".");
  const root = variable.slice(0, dot);
  const rest = variable.slice(dot + 1);
  if (root === "context") return ({ context }) => readContext(context, rest);
  if (root === "stageVariables") {
    return ({ stageVariables }) => (Object.hasOwn(stageVariables, rest) ? stageVariables[rest] : undefined);
  }
  const [, place, name = ""] = /^(header|querystring|path|body)(?:\.(.+))?$/.exec(rest) ?? [];
  if (place === "body") return compileBody(root, name);
  if (root === "response") {
    if (place !== "header") return undefined;
    return ({ reply }) => headerText(reply?.headers ?? [], name);
  }
  if (place === "header") return ({ headers }) => headerText(headers, name);
  if (place === "querystring") {
    return ({ query }) => joined(query.filter(([key]) => key === name).map((pair) => pair[1]));
  }
  if (place !== "path") return undefined;
  if (name === "") return ({ path }) => path;
  return ({ pathParameters }) => (Object.hasOwn(pathParameters, name) ? pathParameters[name] : undefined);
}

function compileBody(root: string, path: string): Taken | undefined {
  const text = (scope: HttpMappingScope) => (root === "request" ? scope.body : scope.reply?.body);
  if (path === "") return (scope) => text(scope)?.toString("utf8");
  if (path.includes("..") || path.includes("?(")) return undefined;
  const find = compilePathText(path);
  return (scope) => {
    const body = text(scope);
    if (!body || body.length > bodyBytes) return undefined;
    return find(parsePayload(body.toString("utf8")));
  };
}

function headerText(headers: readonly HeaderPair[], name: string): string | undefined {
  return joined(headerValues(headers, name.toLowerCase()));
}

function joined(values: readonly string[]): string | undefined {
  return values.length === 0 ? undefined : values.join(",");
}

/** Applies the changes of one place to a list; header names have no case. A value that is missing changes nothing. */
export function applyChanges(
  pairs: readonly HeaderPair[],
  changes: readonly HttpChange[],
  scope: HttpMappingScope,
): readonly HeaderPair[] {
  let changed = pairs;
  for (const { action, place, name, value } of changes) {
    const isSame = ([key]: HeaderPair) =>
      place === "header" ? key.toLowerCase() === name.toLowerCase() : key === name;
    const text = action === "remove" ? undefined : value(scope);
    if (action !== "remove" && text === undefined) continue;
    const kept = action === "append" ? changed : changed.filter((pair) => !isSame(pair));
    changed =
      text === undefined
        ? kept
        : [...kept, [name, place === "header" ? toSafeHeader([name, text])[1] : text]];
  }
  return changed;
}

// What a log line, a trace and a metric may know of an invocation: where it belongs, never what was in it.

/** Which API Gateway event it is; `other` for what is none. */
export type InvocationApi = "rest" | "http" | "websocket" | "authorizer" | "other";

/** Where an invocation belongs. No header, query, path value or body is here. */
export interface Invocation {
  readonly api: InvocationApi;
  /** As it was declared: `GET /rooms/{room}`, `$connect`, `send`. */
  readonly route?: string;
  readonly stage?: string;
  /** API Gateway's own, which the client sees in a header; Lambda's is another one. */
  readonly requestId?: string;
  readonly connectionId?: string;
}

type Fields = Readonly<Record<string, unknown>>;

/** Tells where an event belongs. Never throws, whatever it is given. */
export function readInvocation(event: unknown): Invocation {
  const fields = toFields(event);
  const context = toFields(fields["requestContext"]);
  const api = apiOf(fields, context);
  return {
    api,
    ...keep("route", routeOf(fields, context)),
    ...keep("stage", context["stage"]),
    ...keep("requestId", context["requestId"]),
    ...keep("connectionId", context["connectionId"]),
  };
}

function apiOf(event: Fields, context: Fields): InvocationApi {
  if (event["type"] === "TOKEN" || event["type"] === "REQUEST") return "authorizer";
  if (typeof context["connectionId"] === "string") return "websocket";
  if (event["version"] === "2.0" && typeof context["http"] === "object") return "http";
  return typeof event["httpMethod"] === "string" && "requestContext" in event ? "rest" : "other";
}

function routeOf(event: Fields, context: Fields): unknown {
  if (typeof context["routeKey"] === "string") return context["routeKey"];
  const { httpMethod: method, resource } = event;
  return typeof method === "string" && typeof resource === "string" ? `${method} ${resource}` : undefined;
}

function keep<Name extends string>(name: Name, value: unknown): { readonly [Key in Name]?: string } {
  return typeof value === "string" ? ({ [name]: value } as { [Key in Name]?: string }) : {}; // a computed name loses its type
}

/** What the client got, as far as the function's answer says it. */
export function statusOf(api: InvocationApi, response: unknown, error: unknown): number {
  const answer = toFields(response);
  if (response === undefined && error !== undefined && error !== null) {
    // The exact words that API Gateway makes 401 of.
    return api === "authorizer" && error instanceof Error && error.message === "Unauthorized" ? 401 : 500;
  }
  if (api === "authorizer") return isRefusal(answer) ? 403 : 200;
  const status = Number(answer["statusCode"] ?? 200);
  return Number.isInteger(status) ? status : 500;
}

function isRefusal(answer: Fields): boolean {
  if ("isAuthorized" in answer) return answer["isAuthorized"] !== true;
  const statements = toFields(answer["policyDocument"])["Statement"];
  return !Array.isArray(statements) || statements.some((each) => toFields(each)["Effect"] !== "Allow");
}

function toFields(value: unknown): Fields {
  return typeof value === "object" && value !== null ? (value as Fields) : {}; // its values stay unknown
}

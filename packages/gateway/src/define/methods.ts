// Routes of an API that is written as code, as the model has them.
import { failures } from "../failures.ts";
import type { HttpRoute } from "../model/http-api.ts";
import type { RestMethod } from "../model/rest-api.ts";
import type { Names } from "../read/names.ts";
import type { Authorizers } from "./authorizers.ts";
import type { FunctionList } from "./functions.ts";
import type { HttpRouteSettings, RestRouteSettings, RouteSettings } from "./routes.ts";

interface Context {
  readonly names: Names;
  readonly functions: FunctionList;
  readonly authorizers: Authorizers;
}

const verbs = "GET|POST|PUT|PATCH|OPTIONS|HEAD|DELETE|ANY";
const routePattern = new RegExp(`^(${verbs}) (/[^\\s?#]*)$`);

/** One method of a REST API. */
export function toRestMethod(
  route: string,
  settings: RestRouteSettings<string>,
  { names, functions, authorizers }: Context,
): RestMethod {
  const [, method = "", written = ""] =
    routePattern.exec(route) ?? fail(`rest.routes["${route}"]`, 'a name such as "GET /rooms/{room}"');
  const path = written.length > 1 ? written.replace(/\/$/, "") : written;
  const { parameters, models, cacheKeyParameters, stream } = settings;
  const isChecked = models !== undefined || Object.values(parameters ?? {}).includes(true);
  return {
    method,
    path,
    resourceId: names.id(path === "/" ? 10 : 6, "resource", path),
    apiKeyRequired: settings.apiKeyRequired ?? false,
    ...toGuard(settings, `rest.routes["${route}"]`, { authorizers, token: "pool" }),
    ...(settings.operationName !== undefined && { operationName: settings.operationName }),
    ...(parameters !== undefined && { requestParameters: parameters }),
    ...(models !== undefined && { requestModels: models }),
    ...(isChecked && { requestValidator: { body: models !== undefined, parameters: true } }),
    integration: {
      type: "AWS_PROXY",
      functionKey: functions.add(settings.handler, route),
      timeoutMs: settings.timeoutMs ?? 29_000,
      ...(cacheKeyParameters !== undefined && { cacheKeyParameters }),
      ...(stream && { responseTransferMode: "STREAM" }),
    },
  };
}

/** One route of an HTTP API. */
export function toHttpRoute(
  route: string,
  settings: HttpRouteSettings<string>,
  { functions, authorizers }: Context,
): HttpRoute {
  const at = `http.routes["${route}"]`;
  if (route !== "$default" && !routePattern.test(route))
    fail(at, 'a name such as "GET /rooms/{room}", or $default');
  return {
    routeKey: route,
    ...toGuard(settings, at, { authorizers, token: "jwt" }),
    ...(settings.operationName !== undefined && { operationName: settings.operationName }),
    integration: {
      type: "AWS_PROXY",
      functionKey: functions.add(settings.handler, route),
      payloadVersion: settings.payloadVersion ?? "2.0",
      timeoutMs: settings.timeoutMs ?? 30_000,
    },
  };
}

/** Who may call. Nothing is open that names an authorizer. */
function toGuard(
  { authorizer: name, scopes }: RouteSettings<string>,
  at: string,
  { authorizers, token }: { readonly authorizers: Authorizers; readonly token: "pool" | "jwt" },
): Pick<HttpRoute, "authorizerId" | "iam" | "authorizationScopes"> {
  if (name === undefined) return {};
  if (name === "aws_iam") return { iam: true };
  const found = authorizers.get(name);
  const kinds = ["lambda", token];
  if (found === undefined || !kinds.includes(found.kind)) {
    return fail(
      `${at}.authorizer`,
      `aws_iam, or an authorizer ${token === "pool" ? "that asks a function or a user pool" : "that asks a function or an issuer"}`,
    );
  }
  if (scopes !== undefined && found.kind === "lambda")
    fail(`${at}.scopes`, "left out, as a function is asked");
  return { authorizerId: found.authorizer.id, ...(scopes !== undefined && { authorizationScopes: scopes }) };
}

function fail(at: string, expected: string): never {
  throw failures.create("API_DEFINITION_INVALID", { at, expected });
}

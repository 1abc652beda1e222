// Methods of a REST API as `http` events ask for them.
import type { RestMethod } from "../model/rest-api.ts";
import type { AuthorizerBook } from "./authorizers.ts";
import type { Cursor } from "./cursor.ts";
import type { Routes } from "./definition.ts";
import { restMethodLogicalId } from "./framework-parts.ts";
import type { FunctionEvent } from "./events.ts";
import type { FunctionTable } from "./functions.ts";
import type { Names } from "./names.ts";
import { splitRoute, toMethod, toRestPath } from "./paths.ts";
import { readRestAuthorizer } from "./rest-authorizer.ts";
import type { Preflights } from "./rest-cors.ts";
import { readIntegration } from "./rest-integration.ts";
import { readCacheKey, type MethodOfEvent } from "./rest-stages.ts";
import { readValidation, type Models } from "./rest-validation.ts";

/** What the methods of one API share. */
export interface Shared {
  readonly table: FunctionTable;
  readonly names: Names;
  readonly authorizers: AuthorizerBook;
  readonly preflights: Preflights;
  readonly models: Models;
  readonly timeoutMs: number;
  readonly routes: Routes;
}

/** Reads one method for each event. @throws `ROUTE_DUPLICATE`, `INTEGRATION_UNKNOWN`, and the failures of authorizers */
export function readMethods(events: readonly FunctionEvent[], shared: Shared): MethodOfEvent[] {
  const variables = new Map<string, string>();
  return events.map((event) => {
    const method = readMethod(event, shared);
    shared.routes.claim(`${method.method} ${method.path}`, event.at);
    assertOneVariable(method.path, variables, event.at);
    return { event, method };
  });
}

function readMethod({ at, functionKey }: FunctionEvent, shared: Shared): RestMethod {
  if (at.isText) {
    const { method, path } = splitRoute(at);
    return {
      ...routeOf(toMethod(method, at), toRestPath(path, at), shared.names),
      apiKeyRequired: false,
      integration: { type: "AWS_PROXY", functionKey, timeoutMs: shared.timeoutMs },
    };
  }
  const path = toRestPath(
    at.at("path").isWritten ? textOrEmpty(at.at("path")) : at.at("path").text(),
    at.at("path"),
  );
  const method = toMethod(at.at("method").text(), at.at("method"));
  const lambda = shared.table.byKey.get(functionKey);
  if (lambda === undefined) return at.refuse("an event of a function");
  const operationName = at.optional("operationId")?.text();
  const { integration, methodResponses } = readIntegration(at, { lambda, method, ...shared });
  const cacheKey = readCacheKey(at);
  shared.preflights.read(at.at("cors"), path, method);
  return {
    ...routeOf(method, path, shared.names),
    ...(operationName !== undefined && { operationName }),
    ...readRestAuthorizer(at, shared.table, shared.authorizers),
    apiKeyRequired: at.at("private").isWritten && at.at("private").flag(),
    ...readValidation(at, shared.models, restMethodLogicalId(method, path)),
    ...(methodResponses !== undefined && { methodResponses }),
    integration:
      cacheKey.length > 0 && integration.type !== "MOCK_CORS"
        ? { ...integration, cacheKeyParameters: cacheKey }
        : integration,
  };
}

/** The root path is written `/` or as empty text. */
function textOrEmpty(at: Cursor): string {
  return at.isText && at.json() === "" ? "" : at.text();
}

function routeOf(
  method: string,
  path: string,
  names: Names,
): Pick<RestMethod, "method" | "path" | "resourceId"> {
  return { method, path, resourceId: resourceId(path, names) };
}

/** The id of a resource, as `Ref` gives it. */
export function resourceId(path: string, names: Names): string {
  return names.id(path === "/" ? 10 : 6, "resource", path);
}

/** Two names for one segment would make the route of a request a matter of luck; API Gateway refuses it too. */
function assertOneVariable(path: string, variables: Map<string, string>, at: Cursor): void {
  const segments = path.split("/");
  for (const [index, segment] of segments.entries()) {
    if (!segment.startsWith("{") || segment.endsWith("+}")) continue;
    const parent = segments.slice(0, index).join("/");
    const other = variables.get(parent) ?? segment;
    if (other !== segment) {
      at.refuse(`a path with ${other} after ${parent || "/"}, as another event has it`, {
        hint: "API Gateway allows one name for a segment.",
      });
    }
    variables.set(parent, segment);
  }
}

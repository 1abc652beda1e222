// REST API: `http` events and `provider.apiGateway`.
import { limits } from "@gatewright/contract";
import type { RestApi, RestIntegration, RestMethod } from "../model/rest-api.ts";
import { createAuthorizerBook, type AuthorizerBook } from "./authorizers.ts";
import type { Cursor } from "./cursor.ts";
import { createRoutes, type Definition } from "./definition.ts";
import type { FunctionEvent, FunctionTable } from "./functions.ts";
import { failures } from "../failures.ts";
import { closest } from "./closest.ts";
import type { Names } from "./names.ts";
import { splitRoute, toMethod, toRestPath, type Method } from "./paths.ts";
import { readRestAuthorizer } from "./rest-authorizer.ts";
import { createPreflights, type Preflights } from "./rest-cors.ts";

const proxies = ["lambda-proxy", "aws-proxy"];
const integrations = [...proxies, "lambda", "aws", "http", "http-proxy", "mock"];

/** AWS's bound unless the account has had it raised. */
const integrationTimeoutMs = 29_000;

/**
 * Reads the REST API, or nothing where no function has an `http` event.
 *
 * @throws `ROUTE_DUPLICATE`, `INTEGRATION_UNKNOWN`, `NOT_SUPPORTED`, and the failures of authorizers
 */
export function readRestApi(definition: Definition, table: FunctionTable): RestApi | undefined {
  const events = table.events.filter((event) => event.kind === "http");
  const provider = definition.root.at("provider");
  if (events.length === 0) {
    provider.optional("apiGateway")?.skip(); // without an API it has no effect on AWS either
    return undefined;
  }
  const { names } = definition;
  const settings = provider.optional("apiGateway");
  const authorizers = createAuthorizerBook("restApi", names);
  const preflights = createPreflights();
  const shared: Shared = {
    table,
    names,
    authorizers,
    preflights,
    timeoutMs: settings?.optional("timeoutInMillis")?.number(timeoutBounds) ?? integrationTimeoutMs,
    isEdge: (provider.optional("endpointType")?.text().toUpperCase() ?? "EDGE") === "EDGE",
  };
  const methods = readMethods(events, shared);
  const serviceFirst = settings?.optional("shouldStartNameWithService")?.flag() ?? false;
  const { service, stage } = names;
  return {
    id: names.id(10, "restApi"),
    name:
      provider.optional("apiName")?.text() ?? (serviceFirst ? `${service}-${stage}` : `${stage}-${service}`),
    stage:
      settings?.optional("stage")?.matching(/^[\w-]{1,128}$/, "a stage: letters, digits, - and _") ?? stage,
    stageVariables: {},
    deploymentId: names.id(6, "deployment"),
    binaryMediaTypes: settings?.optional("binaryMediaTypes")?.texts() ?? [],
    apiKeySource: settings?.optional("apiKeySourceType")?.oneOf(["HEADER", "AUTHORIZER"]) ?? "HEADER",
    methods: [...methods, ...preflights.methods(methods, (path) => resourceId(path, names))],
    authorizers: authorizers.authorizers,
  };
}

const timeoutBounds = { min: 50, max: 300_000 };

interface Shared {
  readonly table: FunctionTable;
  readonly names: Names;
  readonly authorizers: AuthorizerBook;
  readonly preflights: Preflights;
  readonly timeoutMs: number;
  /** The framework's default. */
  readonly isEdge: boolean;
}

function readMethods(events: readonly FunctionEvent[], shared: Shared): RestMethod[] {
  const routes = createRoutes();
  const variables = new Map<string, string>();
  return events.map((event) => {
    const method = readMethod(event, shared);
    routes.claim(`${method.method} ${method.path}`, event.at);
    assertOneVariable(method.path, variables, event.at);
    return method;
  });
}

function readMethod({ at, functionKey }: FunctionEvent, shared: Shared): RestMethod {
  if (at.isText) {
    const route = splitRoute(at);
    return toRestMethod(toMethod(route.method, at), toRestPath(route.path, at), { functionKey, shared });
  }
  const path = toRestPath(
    at.at("path").isWritten ? textOrEmpty(at.at("path")) : at.at("path").text(),
    at.at("path"),
  );
  const method = toMethod(at.at("method").text(), at.at("method"));
  refuseUnsupported(at);
  const authorizer = readRestAuthorizer(at, shared.table, shared.authorizers);
  const operationName = at.optional("operationId")?.text();
  shared.preflights.read(at.at("cors"), path, method);
  return {
    ...toRestMethod(method, path, { functionKey, shared }),
    ...(operationName !== undefined && { operationName }),
    ...(authorizer !== undefined && { authorizerId: authorizer }),
    apiKeyRequired: at.at("private").isWritten && at.at("private").flag(),
    integration: { type: "AWS_PROXY", functionKey, ...readTransfer(at, shared) },
  };
}

/** A streamed answer may take 15 minutes; osls hands `timeoutInMillis` on as it is. */
function readTransfer(at: Cursor, shared: Shared): { readonly timeoutMs: number } & Transfer {
  const mode = at.optional("response")?.optional("transferMode");
  const isStreamed = mode?.oneOf(["BUFFERED", "STREAM"]) === "STREAM";
  const bounds = isStreamed ? { ...timeoutBounds, max: limits.streamTimeoutMs } : timeoutBounds;
  const timeoutMs = at.optional("timeoutInMillis")?.number(bounds) ?? shared.timeoutMs;
  if (!isStreamed) return { timeoutMs };
  const streamIdleMs = shared.isEdge ? limits.edgeStreamIdleMs : limits.streamIdleMs;
  return { timeoutMs, responseTransferMode: "STREAM", streamIdleMs };
}

type Transfer = Pick<
  Extract<RestIntegration, { type: "AWS_PROXY" }>,
  "responseTransferMode" | "streamIdleMs"
>;

/** The root path is written `/` or as empty text. */
function textOrEmpty(at: Cursor): string {
  return at.isText && at.json() === "" ? "" : at.text();
}

function toRestMethod(
  method: Method,
  path: string,
  of: { readonly functionKey: string; readonly shared: Shared },
): RestMethod {
  return {
    method,
    path,
    resourceId: resourceId(path, of.shared.names),
    apiKeyRequired: false,
    integration: { type: "AWS_PROXY", functionKey: of.functionKey, timeoutMs: of.shared.timeoutMs },
  };
}

function resourceId(path: string, names: Names): string {
  return names.id(path === "/" ? 10 : 6, "resource", path);
}

/** What API Gateway would do before or instead of the function, and this machine cannot yet. */
function refuseUnsupported(at: Cursor): void {
  const integration = at.optional("integration");
  const kind = integration?.text().toLowerCase().replaceAll("_", "-");
  if (integration !== undefined && kind !== undefined && !proxies.includes(kind)) {
    if (integrations.includes(kind)) integration.notSupported(`the integration ${kind}`);
    throw failures.create("INTEGRATION_UNKNOWN", {
      ...integration.place,
      integration: kind.slice(0, 80),
      closest: closest(kind, integrations),
    });
  }
  if (at.optional("async")?.flag() === true) at.at("async").notSupported("an asynchronous integration");
  const request = at.optional("request");
  for (const key of ["schemas", "schema"]) {
    if (request?.optional(key) !== undefined) request.at(key).notSupported("validation of request bodies");
  }
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

// HTTP API: `httpApi` events and `provider.httpApi`.
import { failures } from "../failures.ts";
import type { LambdaAuthorizer } from "../model/authorizer.ts";
import type { HttpApi, HttpRoute } from "../model/http-api.ts";
import { createAuthorizerBook, functionOfArn, toIdentitySource, writtenAuthorizer } from "./authorizers.ts";
import { closest } from "./closest.ts";
import type { Cursor } from "./cursor.ts";
import { createRoutes, named, type Definition } from "./definition.ts";
import type { FunctionEvent, FunctionTable } from "./functions.ts";
import { readHttpCors } from "./http-cors.ts";
import { splitRoute, toHttpPath, toMethod } from "./paths.ts";

/** AWS's bound; it cannot be raised. */
const integrationTimeoutMs = 30_000;

/**
 * Reads the HTTP API, or nothing where no function has an `httpApi` event.
 *
 * @throws `ROUTE_DUPLICATE`, `AUTHORIZER_UNKNOWN`, `NOT_SUPPORTED`
 */
export function readHttpApi(definition: Definition, table: FunctionTable): HttpApi | undefined {
  const events = table.events.filter((event) => event.kind === "httpApi");
  const settings = definition.root.at("provider").optional("httpApi");
  if (events.length === 0) {
    settings?.skip(); // without an API it has no effect on AWS either
    return undefined;
  }
  const { names } = definition;
  const book = createAuthorizerBook("httpApi", names);
  const authorizers = new Map(
    (settings?.optional("authorizers")?.entries() ?? []).map(([key, at]) => [
      key,
      book.add(readAuthorizer(key, at, table), at),
    ]),
  );
  const payload = settings?.optional("payload")?.oneOf(["1.0", "2.0"]) ?? "2.0";
  const routes = readRoutes(events, (event) => ({
    integration: {
      type: "AWS_PROXY",
      functionKey: event.functionKey,
      payloadVersion: table.payloads.get(event.functionKey) ?? payload,
      timeoutMs: integrationTimeoutMs,
    },
    ...readRouteAuthorizer(event.at, authorizers),
  }));
  const serviceFirst = settings?.optional("shouldStartNameWithService")?.flag() ?? false;
  const { service, stage } = names;
  const cors = readHttpCors(settings?.at("cors"), routes);
  return {
    id: names.id(10, "httpApi"),
    name:
      settings?.optional("name")?.text() ?? (serviceFirst ? `${service}-${stage}` : `${stage}-${service}`),
    stage: "$default",
    stageVariables: {},
    routes,
    authorizers: book.authorizers,
    ...(cors !== undefined && { cors }),
  };
}

function readRoutes(
  events: readonly FunctionEvent[],
  read: (event: FunctionEvent) => Omit<HttpRoute, "routeKey">,
): HttpRoute[] {
  const routes = createRoutes();
  return events.map((event) => {
    const routeKey = readRouteKey(event.at);
    routes.claim(routeKey, event.at);
    return { routeKey, ...read(event) };
  });
}

function readRouteKey(at: Cursor): string {
  if (at.isText) {
    if (at.text() === "*") return "$default";
    const route = splitRoute(at);
    return `${toMethod(route.method, at)} ${toHttpPath(route.path, at)}`;
  }
  const path = at.at("path");
  const method = at.optional("method");
  if (path.text() === "*") {
    if (method !== undefined && method.text() !== "*") method.refuse('"*" or left out, as the path is "*"');
    return "$default";
  }
  return `${toMethod(at.at("method").text(), at.at("method"))} ${toHttpPath(path.text(), path)}`;
}

function readRouteAuthorizer(
  event: Cursor,
  authorizers: ReadonlyMap<string, string>,
): { readonly authorizerId?: string } {
  if (event.isText) return {};
  const at = writtenAuthorizer(event);
  if (at === undefined) return {};
  if (at.isText) return { authorizerId: named(at.text(), authorizers, at) };
  if (at.optional("id") !== undefined) at.at("id").notSupported("an authorizer of another API");
  const type = at.optional("type");
  if (type?.oneOf(["request", "jwt", "aws_iam"]) === "aws_iam") type.notSupported("authorization by IAM");
  if (at.optional("scopes") !== undefined) at.at("scopes").notSupported("authorization scopes");
  if (type?.text().toLowerCase() === "jwt") type.notSupported("a JWT authorizer");
  return { authorizerId: named(at.at("name").text(), authorizers, at.at("name")) };
}

function readAuthorizer(key: string, at: Cursor, table: FunctionTable): Omit<LambdaAuthorizer, "id"> {
  assertRequestType(at);
  const target = readTarget(at, table);
  const payloadVersion = at.optional("payloadVersion")?.oneOf(["1.0", "2.0"]) ?? "2.0";
  const simple = at.optional("enableSimpleResponses");
  const simpleResponses = simple?.flag() ?? false;
  if (simpleResponses && payloadVersion === "1.0")
    simple?.refuse("false, as payload 1.0 knows only policies");
  const sources = at.optional("identitySource");
  const ttl = at.optional("resultTtlInSeconds");
  const ttlSeconds = ttl?.number({ min: 0, max: 3600 }) ?? 0;
  if (ttlSeconds > 0 && sources === undefined) {
    ttl?.refuse("0, as there is no identitySource", {
      hint: "Results are kept by the values of the identity sources.",
    });
  }
  at.at("managedExternally").skip();
  return {
    name: at.optional("name")?.text() ?? key,
    type: "REQUEST",
    functionKey: target,
    identitySources: readSources(sources),
    ttlSeconds,
    payloadVersion,
    simpleResponses,
  };
}

function assertRequestType(at: Cursor): void {
  const type = at.optional("type");
  if (type === undefined) at.notSupported("a JWT authorizer (which is what a missing type means)");
  const name = type.text().toLowerCase();
  if (name === "jwt") type.notSupported("a JWT authorizer");
  if (name === "request") return;
  const known = ["request"];
  throw failures.create("AUTHORIZER_UNKNOWN", {
    ...type.place,
    name: name.slice(0, 80),
    known,
    closest: closest(name, known),
  });
}

function readTarget(at: Cursor, table: FunctionTable): string {
  const arn = at.optional("functionArn");
  const name = at.optional("functionName");
  if (arn !== undefined && name !== undefined) at.refuse("a map with functionName or functionArn, not both");
  if (arn !== undefined) return functionOfArn(arn, table.functions).key;
  const place = at.at("functionName");
  return named(place.text({ expected: "the name of a function" }), table.byKey, place).key;
}

function readSources(at: Cursor | undefined): LambdaAuthorizer["identitySources"] {
  if (at === undefined) return [];
  if (at.isList) return at.items().map((item) => toIdentitySource(item.text(), "$request", item));
  return at
    .text()
    .split(",")
    .map((text) => toIdentitySource(text.trim(), "$request", at));
}

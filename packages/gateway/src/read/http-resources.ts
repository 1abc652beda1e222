// The HTTP API as CloudFormation resources declare or change it: AWS::ApiGatewayV2::Api and what belongs to it.
import type { HttpApi, HttpCors, HttpRoute } from "../model/http-api.ts";
import type { HttpIntegration } from "../model/http-integration.ts";
import { type AuthorizerBook, readGuard, toIdentitySource } from "./authorizers.ts";
import { readFunctionKey } from "./aws-target.ts";
import type { Cursor } from "./cursor.ts";
import type { Declarations, Declared } from "./declared.ts";
import type { Definition, Routes } from "./definition.ts";
import type { FunctionTable } from "./functions.ts";
import type { HttpStages } from "./http-stages.ts";
import { toHttpPath, toMethod } from "./paths.ts";
import { capital, readAccessLog, readVariables, skipV2StageKeys } from "./stage-settings.ts";

/** What is being read, and with what. */
export interface V2Context {
  readonly kind: "httpApi" | "websocketApi";
  readonly definition: Definition;
  readonly declared: Declarations;
  readonly table: FunctionTable;
  readonly book: AuthorizerBook;
}

/** Resources of one type that belong to the API that is being read. */
export function ofApi({ kind, definition, declared }: V2Context, type: string): readonly Declared[] {
  const { names } = definition;
  return declared.of(type).filter(({ properties: at }) => {
    const api = at.at("ApiId").text();
    if (api === names.id(10, "httpApi")) return kind === "httpApi";
    if (api === names.id(10, "websocketApi")) return kind === "websocketApi";
    return at.at("ApiId").notSupported("a part of an API of another stack");
  });
}

/** The API of one protocol that a definition may declare. @throws `NOT_SUPPORTED` for a second one */
export function declaredV2Api(
  declared: Declarations,
  protocol: "HTTP" | "WEBSOCKET",
  framework: boolean,
): Declared | undefined {
  const [first, second] = declared.of("AWS::ApiGatewayV2::Api").filter(({ properties: at }) => {
    for (const key of ["Body", "BodyS3Location"])
      at.optional(key)?.notSupported("an API from an OpenAPI document");
    return (at.optional("ProtocolType")?.oneOf(["HTTP", "WEBSOCKET"]) ?? "HTTP") === protocol;
  });
  const word = protocol === "HTTP" ? "HTTP" : "WebSocket";
  (framework ? first : second)?.at.notSupported(`a second ${word} API of one definition`);
  return first;
}

/** Reads the settings of an HTTP API over `base`. */
export function readHttpSettings(
  at: Cursor,
  base: Pick<HttpApi, "name" | "cors" | "disableExecuteApiEndpoint">,
): Pick<HttpApi, "name" | "cors" | "disableExecuteApiEndpoint"> {
  for (const key of [
    "Description",
    "Tags",
    "Version",
    "ProtocolType",
    "RouteSelectionExpression",
    "IpAddressType",
    "FailOnWarnings",
  ]) {
    at.at(key).skip();
  }
  for (const key of ["Target", "RouteKey", "CredentialsArn"])
    at.optional(key)?.notSupported("an API by quick create");
  const name = at.optional("Name")?.text();
  const cors = at.optional("CorsConfiguration");
  const disabled = at.optional("DisableExecuteApiEndpoint")?.flag();
  return {
    ...base,
    ...(name !== undefined && { name }),
    ...(cors !== undefined && { cors: readCors(cors) }),
    ...(disabled !== undefined && { disableExecuteApiEndpoint: disabled }),
  };
}

/** Reads CORS in CloudFormation's words. */
export function readCors(at: Cursor): HttpCors {
  const maxAge = at.optional("MaxAge")?.number({ min: -1, max: 86_400 });
  const allowOrigins = at.optional("AllowOrigins")?.texts() ?? [];
  const allowCredentials = at.optional("AllowCredentials")?.flag() ?? false;
  if (allowCredentials && allowOrigins.includes("*")) {
    at.at("AllowCredentials").refuse('false, as "*" is an allowed origin', {
      hint: "API Gateway refuses the two together; name the origins.",
    });
  }
  return {
    allowOrigins,
    allowMethods:
      at
        .optional("AllowMethods")
        ?.texts()
        .map((text) => text.toUpperCase()) ?? [],
    allowHeaders: at.optional("AllowHeaders")?.texts() ?? [],
    exposeHeaders: at.optional("ExposeHeaders")?.texts() ?? [],
    allowCredentials,
    ...(maxAge !== undefined && { maxAgeSeconds: maxAge }),
  };
}

/** Puts declared authorizers into the book, so that routes find them. */
export function readV2Authorizers(context: V2Context): void {
  const isHttp = context.kind === "httpApi";
  for (const { logicalId, properties: at } of ofApi(context, "AWS::ApiGatewayV2::Authorizer")) {
    at.at("AuthorizerCredentialsArn").skip();
    const name = at.optional("Name")?.text() ?? logicalId;
    const spelling = isHttp ? "$request" : "route.request";
    const places = at.optional("IdentitySource");
    const listed = places === undefined ? [] : places.isList ? places.items() : [places];
    const identitySources = listed.map((place) => toIdentitySource(place.text(), spelling, place));
    if (at.at("AuthorizerType").oneOf(["JWT", "REQUEST"]) === "JWT") {
      const jwt = at.at("JwtConfiguration");
      const issuer = jwt.at("Issuer").matching(/^https?:\/\/\S+$/, "the issuer's address");
      context.book.add(
        { name, type: "JWT", issuer, audience: jwt.at("Audience").texts(), identitySources },
        at,
      );
      continue;
    }
    const functionKey = readFunctionKey(at.at("AuthorizerUri"), context.table);
    const ttl = at.optional("AuthorizerResultTtlInSeconds");
    const ttlSeconds = ttl?.number({ min: 0, max: 3600 }) ?? 0;
    if (ttlSeconds > 0 && identitySources.length === 0) ttl?.refuse("0, as there is no IdentitySource");
    const payloadVersion = at.optional("AuthorizerPayloadFormatVersion")?.oneOf(["1.0", "2.0"]) ?? "2.0";
    const simpleResponses = at.optional("EnableSimpleResponses")?.flag() ?? false;
    const shared = { name, type: "REQUEST", functionKey, identitySources } as const;
    context.book.add(
      isHttp ? { ...shared, ttlSeconds, payloadVersion, simpleResponses } : { ...shared, ttlSeconds: 0 },
      at,
    );
  }
}

/** Reads declared routes. @throws `ROUTE_DUPLICATE` */
export function readDeclaredRoutes(
  context: V2Context,
  routes: Routes,
  integrations: ReadonlyMap<string, HttpIntegration>,
): readonly HttpRoute[] {
  return ofApi(context, "AWS::ApiGatewayV2::Route").map(({ properties: at }) => {
    const place = at.at("RouteKey");
    const [method = "", path = ""] = place.text().split(" ");
    const routeKey =
      place.text() === "$default" ? "$default" : `${toMethod(method, place)} ${toHttpPath(path, place)}`;
    routes.claim(routeKey, at);
    const target = at.at("Target");
    const integration = integrations.get(target.text().replace(/^integrations\//, ""));
    if (integration === undefined)
      return target.refuse('an integration of this definition, as in !Sub "integrations/${MyIntegration}"');
    return readRouteResource(at, { routeKey, integration }, context);
  });
}

/** Reads the settings of a route over `base`. */
export function readRouteResource(at: Cursor, base: HttpRoute, { book }: V2Context): HttpRoute {
  for (const key of ["RouteKey", "ApiId", "Target", "ApiKeyRequired", "RequestParameters"]) at.at(key).skip();
  const operationName = at.optional("OperationName")?.text();
  const { authorizerId: _, iam: __, authorizationScopes: ___, ...open } = base;
  return {
    ...open,
    ...(operationName !== undefined && { operationName }),
    ...readGuard(at, base, { book, types: ["NONE", "AWS_IAM", "CUSTOM", "JWT"] }),
  };
}

/** Reads the settings of a stage over `base`. */
export function readV2Stage(at: Cursor, base: HttpStages): HttpStages {
  skipV2StageKeys(at);
  const accessLog = readAccessLog(at.optional("AccessLogSettings"), capital, "HTTP");
  const usual = at.optional("DefaultRouteSettings");
  const routes = at.optional("RouteSettings")?.entries() ?? [];
  const defaultThrottle = usual && readRouteThrottle(usual);
  const routeThrottles = routes.flatMap(([route, place]) => {
    const throttle = readRouteThrottle(place);
    return throttle === undefined ? [] : [[route, throttle] as const];
  });
  return {
    ...base,
    stageVariables: { ...base.stageVariables, ...readVariables(at.optional("StageVariables")) },
    ...(accessLog !== undefined && { accessLog }),
    ...(defaultThrottle !== undefined && { defaultThrottle }),
    ...(routeThrottles.length > 0 && {
      routeThrottles: { ...base.routeThrottles, ...Object.fromEntries(routeThrottles) },
    }),
  };
}

function readRouteThrottle(at: Cursor): HttpApi["defaultThrottle"] {
  for (const key of ["DetailedMetricsEnabled", "DataTraceEnabled", "LoggingLevel"]) at.at(key).skip();
  const rate = at.optional("ThrottlingRateLimit")?.number({ min: 0, max: Infinity, whole: false });
  const burst = at.optional("ThrottlingBurstLimit")?.number({ min: 0, max: Infinity });
  if (rate === undefined && burst === undefined) return undefined;
  return { rateLimit: rate ?? 10_000, burstLimit: burst ?? 5000 };
}

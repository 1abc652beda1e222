// Requests, services and ids that the tests of this room start from.
import type { ArrivedHttp, HeaderPair } from "../../../src/invoke/application.ts";
import type { LambdaAuthorizer } from "../../../src/model/authorizer.ts";
import type { HttpApi, HttpRoute } from "../../../src/model/http-api.ts";
import type { RestApi, RestMethod } from "../../../src/model/rest-api.ts";
import type { Service } from "../../../src/model/service.ts";
import type { Ids, Log } from "../../../src/ports.ts";

export const at: number = Date.UTC(2026, 10, 21, 12, 34, 56, 789);

export function request(target: string, given: Partial<ArrivedHttp> = {}): ArrivedHttp {
  const [method = "", url = ""] = target.split(" ");
  const [path = "", query = ""] = url.split("?");
  const headers: readonly HeaderPair[] = [["host", "127.0.0.1:4001"], ...(given.headers ?? [])];
  const defaults = {
    body: Buffer.alloc(0),
    sourceIp: "127.0.0.1",
    protocol: "http",
    host: "127.0.0.1:4001",
  } as const;
  return { ...defaults, ...given, method, path, query, headers };
}

/** No stage has a web ACL. */
export const noFirewall = { webAcls: new Map<string, never>(), stages: { find: () => undefined } };

export const fixedIds: Ids = {
  uuid: () => "6f9a1c52-8d3e-4b07-a2f1-0c4d5e6f7a8b",
  opaque: () => "AbCdEfGhIjKlMno=",
  hex: (digits) => "6f9a1c528d3e4b07a2f10c4d5e6f7a8b".slice(0, digits),
};

export const trace = "Root=1-6a0085b0-6f9a1c528d3e4b07a2f10c4d";

export function restApi(methods: readonly RestMethod[], given: Partial<RestApi> = {}): RestApi {
  return {
    id: "restapi001",
    name: "dev-chat",
    stage: "dev",
    stageVariables: {},
    deploymentId: "dep001",
    binaryMediaTypes: [],
    apiKeySource: "HEADER",
    authorizers: [],
    ...given,
    methods,
  };
}

export function method(route: string, given: Partial<RestMethod> = {}): RestMethod {
  const [verb = "", path = ""] = route.split(" ");
  const integration = { type: "AWS_PROXY", functionKey: "f", timeoutMs: 29_000 } as const;
  return { method: verb, path, resourceId: "res001", apiKeyRequired: false, integration, ...given };
}

export function httpApi(routes: readonly (string | HttpRoute)[], given: Partial<HttpApi> = {}): HttpApi {
  return {
    id: "httpapi001",
    name: "dev-chat",
    stage: "$default",
    stageVariables: {},
    authorizers: [],
    ...given,
    routes: routes.map((one) => (typeof one === "string" ? route(one) : one)),
  };
}

export const lambda = {
  type: "AWS_PROXY",
  functionKey: "f",
  payloadVersion: "2.0",
  timeoutMs: 30_000,
} as const;

export function route(routeKey: string, given: Partial<HttpRoute> = {}): HttpRoute {
  return { routeKey, integration: lambda, ...given };
}

export function authorizer(given: Partial<LambdaAuthorizer> = {}): LambdaAuthorizer {
  return {
    id: "auth01",
    name: "session",
    type: "TOKEN",
    functionKey: "authorizer",
    identitySources: [{ from: "header", name: "Authorization" }],
    ttlSeconds: 300,
    ...given,
  };
}

export function service(given: Partial<Service> = {}): Service {
  return {
    name: "chat",
    stage: "dev",
    region: "us-east-1",
    accountId: "123456789012",
    folder: "/",
    apiKeys: [],
    usagePlans: [],
    functions: [],
    tables: [],
    buckets: [],
    userPools: [],
    notices: [],
    ...given,
  };
}

export function recordedLog(): Log & { readonly lines: string[] } {
  const lines: string[] = [];
  return {
    lines,
    info: (line) => void lines.push(`info ${line}`),
    warn: (line) => void lines.push(`warn ${line}`),
    error: (line) => void lines.push(`error ${line}`),
  };
}

/** The stages of an API that has only the one of this plan. */
export function onlyStage<Plan extends { readonly api: { readonly stage: string } }>(
  plan: Plan,
): { find(name: string): Plan | undefined; names(): readonly string[] } {
  const names = (): readonly string[] => [plan.api.stage];
  const find = (name: string): Plan | undefined => (name === plan.api.stage ? plan : undefined);
  return { find, names };
}

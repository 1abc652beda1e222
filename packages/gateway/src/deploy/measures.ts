// What of a definition is counted and measured, to be held against a limit.
import type { ApiKey, RestApi, RestIntegration, RestMethod } from "../model/rest-api.ts";
import type { RestStage } from "../model/stage.ts";
import type { HttpApi } from "../model/http-api.ts";
import type { Service } from "../model/service.ts";
import type { WebsocketApi, WebsocketIntegration } from "../model/websocket-api.ts";

/** Something of a definition that is counted or measured. */
export interface Measured {
  /** What it is, for the developer: `the stage dev`. */
  readonly what: string;
  readonly value: number;
}

/** Finds everything that one limit is about. */
export type Measure = (service: Service) => readonly Measured[];

/** Measures a REST API, if there is one. */
export function ofRest(measure: (api: RestApi) => readonly Measured[]): Measure {
  return ({ restApi }) => (restApi ? measure(restApi) : []);
}

/** Measures an HTTP API, if there is one. */
export function ofHttp(measure: (api: HttpApi) => readonly Measured[]): Measure {
  return ({ httpApi }) => (httpApi ? measure(httpApi) : []);
}

/** Measures a WebSocket API, if there is one. */
export function ofSocket(measure: (api: WebsocketApi) => readonly Measured[]): Measure {
  return ({ websocketApi }) => (websocketApi ? measure(websocketApi) : []);
}

/** Measures each stage of a REST API that has settings. */
export function ofStages(measure: (stage: RestStage) => readonly Measured[]): Measure {
  return ofRest((api) => (api.stages ?? []).flatMap(measure));
}

/** Measures each method of a REST API. */
export function ofMethods(measure: (method: RestMethod) => readonly Measured[]): Measure {
  return ofRest((api) => api.methods.flatMap(measure));
}

/** The names of a REST API's stages. */
export function stagesOf(api: RestApi): readonly string[] {
  return [...new Set([api.stage, ...(api.stages ?? []).map(({ name }) => name)])];
}

/** Every folder of every path is a resource, the root among them. */
export function countResources(api: RestApi): number {
  const resources = new Set(["/"]);
  for (const { path } of api.methods) {
    const parts = path.split("/").filter((part) => part !== "");
    parts.forEach((_, index) => resources.add(parts.slice(0, index + 1).join("/")));
  }
  return resources.size;
}

/** Routes that call the same thing in the same way share an integration. */
export function countIntegrations({
  routes,
}: {
  readonly routes: readonly { readonly integration: unknown }[];
}): number {
  return new Set(routes.map(({ integration }) => JSON.stringify(integration))).size;
}

/** The length of each stage's name. */
export function stageNames({ restApi, httpApi, websocketApi }: Service): readonly Measured[] {
  const names = [
    ...(restApi ? stagesOf(restApi) : []),
    ...(httpApi ? [httpApi.stage, ...(httpApi.otherStages ?? []).map(({ name }) => name)] : []),
    ...(websocketApi
      ? [websocketApi.stage, ...(websocketApi.otherStages ?? []).map(({ name }) => name)]
      : []),
  ];
  return names.map((name) => ({ what: `the stage ${name}`, value: name.length }));
}

/** The variables of each stage of all APIs. */
export function stageVariables({
  restApi,
  httpApi,
  websocketApi,
}: Service): readonly { readonly name: string; readonly variables: Readonly<Record<string, string>> }[] {
  const main = [restApi, httpApi, websocketApi].flatMap((api) =>
    api ? [{ name: api.stage, variables: api.stageVariables }] : [],
  );
  const others = [...(httpApi?.otherStages ?? []), ...(websocketApi?.otherStages ?? [])];
  return [...main, ...(restApi?.stages ?? []), ...others];
}

/** Measures the variables of each stage of all APIs. */
export function variables(measure: (all: Readonly<Record<string, string>>) => number): Measure {
  return (service) =>
    stageVariables(service).map((stage) => ({
      what: `the stage ${stage.name}`,
      value: measure(stage.variables),
    }));
}

/** The length of the longest text. */
export function longest(texts: readonly string[]): number {
  return texts.reduce((most, text) => Math.max(most, text.length), 0);
}

/** The bytes of a text, if there is one. */
export function bytesOf(what: string, text: string | undefined): readonly Measured[] {
  return text === undefined ? [] : [{ what, value: Buffer.byteLength(text) }];
}

/** The bytes of each mapping template of a method. */
export function templateBytes({ method, path, integration }: RestMethod): readonly Measured[] {
  return templateBytesOf(`${method} ${path}`, integration);
}

/** The bytes of each mapping template of a route or method. */
export function templateBytesOf(
  route: string,
  integration: RestIntegration | WebsocketIntegration,
): readonly Measured[] {
  if (!("requestTemplates" in integration)) return [];
  const templates = [
    ...Object.values(integration.requestTemplates),
    ...integration.responses.flatMap(({ responseTemplates }) => Object.values(responseTemplates)),
  ];
  return templates.flatMap((template) => bytesOf(`a template of ${route}`, template));
}

/** The timeout of a method whose answer is sent so. */
export function timeouts(
  { method, path, integration }: RestMethod,
  mode: "BUFFERED" | "STREAM",
): readonly Measured[] {
  if (integration.type === "MOCK_CORS" || (integration.responseTransferMode ?? "BUFFERED") !== mode)
    return [];
  return [{ what: `${method} ${path}`, value: integration.timeoutMs }];
}

/** How long each authorizer's answer is kept. */
export function authorizerTimes({ restApi, httpApi }: Service): readonly Measured[] {
  const all = [
    ...(restApi?.authorizers ?? []),
    ...(restApi?.cognitoAuthorizers ?? []),
    ...(httpApi?.authorizers ?? []),
  ];
  return all.map(({ name, ttlSeconds }) => ({ what: `the authorizer ${name}`, value: ttlSeconds }));
}

/** The length of a key's value, if the definition has one. */
export function keyLengths({ name, value }: ApiKey): readonly Measured[] {
  return value === undefined ? [] : [{ what: `the API key ${name}`, value: value.length }];
}

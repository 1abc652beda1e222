// Integrations of an HTTP API made ready: addresses split, parameter mappings read.
import { failures } from "../failures.ts";
import { compileHttpChange, type HttpChange, isReservedHeader } from "../mapping/http-parameters.ts";
import { compileUri, type UriTemplate } from "../mapping/uri.ts";
import type { HttpRoute } from "../model/http-api.ts";
import { TemplateError } from "../vtl/template-error.ts";

/** What a route calls, ready. */
export interface DeployedHttpIntegration {
  /** Empty for functions. */
  readonly uri: UriTemplate;
  readonly request: readonly HttpChange[];
  /** By status. */
  readonly responses: ReadonlyMap<string, readonly HttpChange[]>;
}

/**
 * Makes the integrations ready that map parameters or call a back end over HTTP; a plain function needs nothing.
 *
 * @throws failures `MAPPING_UNREADABLE`, `MAPPING_RESERVED`.
 */
export function deployHttpIntegrations(
  routes: readonly HttpRoute[],
): ReadonlyMap<HttpRoute, DeployedHttpIntegration> {
  return new Map(routes.flatMap((route) => (isPlain(route) ? [] : [[route, deploy(route)] as const])));
}

function isPlain({ integration }: HttpRoute): boolean {
  const { type, requestParameters, responseParameters } = integration;
  return type === "AWS_PROXY" && isEmpty(requestParameters) && isEmpty(responseParameters);
}

function isEmpty(map: object | undefined): boolean {
  return map === undefined || Object.keys(map).length === 0;
}

function deploy({ routeKey, integration }: HttpRoute): DeployedHttpIntegration {
  const { responseParameters = {} } = integration;
  // the parameters of a service integration are its arguments, not mappings
  const requestParameters = integration.type === "AWS_SERVICE" ? {} : (integration.requestParameters ?? {});
  return {
    uri: compileUri(integration.type === "HTTP_PROXY" ? integration.uri : ""),
    request: deployChanges(routeKey, requestParameters),
    responses: new Map(
      Object.entries(responseParameters).map(([status, changes]) => [
        status,
        deployChanges(routeKey, changes),
      ]),
    ),
  };
}

function deployChanges(route: string, changes: Readonly<Record<string, string>>): readonly HttpChange[] {
  return Object.entries(changes).map(([target, expression]) => {
    const change = read(route, target, expression);
    if (change.place === "header" && isReservedHeader(change.name)) {
      throw failures.create("MAPPING_RESERVED", { route, header: change.name });
    }
    return change;
  });
}

function read(route: string, target: string, expression: string): HttpChange {
  try {
    const change = compileHttpChange(target, expression);
    if (change) return change;
  } catch (cause) {
    if (!(cause instanceof TemplateError)) throw cause;
    throw failures.create("MAPPING_UNREADABLE", { route, expression }, { cause });
  }
  throw failures.create("MAPPING_UNREADABLE", { route, expression: `${target}: ${expression}` });
}

/** Service integrations, none of which runs here, by name. */
export function findHttpWarnings(routes: readonly HttpRoute[]): string[] {
  return routes.flatMap(({ routeKey, integration }) =>
    integration.type === "AWS_SERVICE"
      ? [`${routeKey} calls ${integration.subtype}, which is not available locally: it answers 500`]
      : [],
  );
}

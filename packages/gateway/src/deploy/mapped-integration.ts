// A mapped integration made ready: templates compiled, mappings and patterns read.
import { failures } from "../failures.ts";
import { compileSource, type Source } from "../mapping/mapping-source.ts";
import { compileUri, type UriTemplate } from "../mapping/uri.ts";
import type { ContentHandling, IntegrationResponse, MappedIntegration } from "../model/integration.ts";
import type { RestMethod } from "../model/rest-api.ts";
import { compileJavaPattern } from "../vtl/java-pattern.ts";
import { compileTemplate, type Template } from "../vtl/template.ts";
import { TemplateError } from "../vtl/template-error.ts";

/** A mapped integration, ready. */
export interface DeployedIntegration {
  readonly model: MappedIntegration;
  readonly uri: UriTemplate;
  /** Action or path of an AWS service, from its target. */
  readonly targetPath: UriTemplate;
  readonly parameters: readonly MappedParameter[];
  /** By content type. */
  readonly templates: ReadonlyMap<string, Template>;
  readonly responses: readonly DeployedResponse[];
  /** Statuses that the method may answer with. */
  readonly statuses: ReadonlySet<string>;
}

/** A parameter and where its value comes from. */
export interface MappedParameter {
  readonly place: "header" | "querystring" | "path";
  readonly name: string;
  readonly source: Source;
}

/** What one kind of outcome becomes, ready. */
export interface DeployedResponse {
  readonly statusCode: string;
  /** Matches the whole status or error message; the default has none. */
  readonly pattern: RegExp | undefined;
  readonly headers: readonly { readonly name: string; readonly source: Source }[];
  readonly templates: ReadonlyMap<string, Template>;
  readonly contentHandling: ContentHandling | undefined;
}

/**
 * Makes a method's integration ready.
 *
 * @throws failures `TEMPLATE_UNREADABLE`, `MAPPING_UNREADABLE`, `SELECTION_PATTERN_UNREADABLE`.
 */
export function deployIntegration(
  method: Pick<RestMethod, "method" | "path" | "methodResponses">,
  model: MappedIntegration,
): DeployedIntegration {
  const route = `${method.method} ${method.path}`;
  return {
    model,
    uri: compileUri(model.uri ?? ""),
    targetPath: compileUri(model.target && "value" in model.target ? model.target.value : ""),
    parameters: Object.entries(model.requestParameters).map(([target, expression]) =>
      deployParameter(route, target, expression),
    ),
    templates: deployTemplates(`the request of ${route}`, model.requestTemplates),
    responses: model.responses.map((response) => deployResponse(route, response)),
    statuses: new Set((method.methodResponses ?? []).map(({ statusCode }) => statusCode)),
  };
}

/** Compiles templates by content type. @throws failure `TEMPLATE_UNREADABLE`. */
function deployTemplates(
  of: string,
  templates: Readonly<Record<string, string>>,
): ReadonlyMap<string, Template> {
  return new Map(
    Object.entries(templates).map(([type, text]) => {
      try {
        return [type.toLowerCase(), compileTemplate(text)] as const;
      } catch (cause) {
        if (!(cause instanceof TemplateError)) throw cause;
        throw failures.create("TEMPLATE_UNREADABLE", { of, type, why: cause.message }, { cause });
      }
    }),
  );
}

function deployParameter(route: string, target: string, expression: string): MappedParameter {
  const [, place, name] =
    /^integration\.request\.(header|querystring|path)\.([A-Za-z0-9._$-]+)$/.exec(target) ?? [];
  if (place === undefined || name === undefined) {
    throw failures.create("MAPPING_UNREADABLE", { route, expression: target });
  }
  const source = deploySource(route, expression);
  return { place: place as MappedParameter["place"], name, source }; // the pattern names the three places
}

function deploySource(route: string, expression: string): Source {
  try {
    const source = compileSource(expression);
    if (source) return source;
  } catch (cause) {
    if (!(cause instanceof TemplateError)) throw cause;
    throw failures.create("MAPPING_UNREADABLE", { route, expression }, { cause });
  }
  throw failures.create("MAPPING_UNREADABLE", { route, expression });
}

function deployResponse(route: string, response: IntegrationResponse): DeployedResponse {
  return {
    statusCode: response.statusCode,
    pattern: deployPattern(route, response.selectionPattern),
    headers: Object.entries(response.responseParameters).map(([target, expression]) => {
      const name = /^method\.response\.header\.([A-Za-z0-9._$-]+)$/.exec(target)?.[1];
      if (name === undefined) throw failures.create("MAPPING_UNREADABLE", { route, expression: target });
      return { name, source: deploySource(route, expression) };
    }),
    templates: deployTemplates(`the answer of ${route} (${response.statusCode})`, response.responseTemplates),
    contentHandling: response.contentHandling,
  };
}

function deployPattern(route: string, pattern: string | undefined): RegExp | undefined {
  if (pattern === undefined || pattern === "") return undefined;
  try {
    // a pattern that begins with flags keeps them in front of what encloses it
    const [, flags = "", rest = ""] = /^((?:\(\?[a-z]+\))*)([^]*)$/.exec(pattern) ?? [];
    return compileJavaPattern(`${flags}^(?:${rest})$`);
  } catch (cause) {
    throw failures.create("SELECTION_PATTERN_UNREADABLE", { route, pattern }, { cause });
  }
}

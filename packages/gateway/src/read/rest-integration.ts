// What a method of a REST API calls: `integration`, `request` and `response` of an `http` event.
import { failures } from "../failures.ts";
import type { IntegrationResponse, MappedIntegration, MethodResponse } from "../model/integration.ts";
import type { LambdaFunction } from "../model/lambda-function.ts";
import type { RestIntegration, RestMethod } from "../model/rest-api.ts";
import { closest } from "./closest.ts";
import type { Cursor } from "./cursor.ts";
import { behaviors, contentHandlings, timeoutBounds } from "./integration-words.ts";
import { lambdaTemplates } from "./lambda-templates.ts";
import type { Names } from "./names.ts";
import { toMethod } from "./paths.ts";
import { readParameters } from "./rest-validation.ts";

const kinds: Readonly<Record<string, RestIntegration["type"]>> = {
  "lambda-proxy": "AWS_PROXY",
  "aws-proxy": "AWS_PROXY",
  lambda: "AWS",
  aws: "AWS",
  http: "HTTP",
  "http-proxy": "HTTP_PROXY",
  mock: "MOCK",
};

/** What an integration of an event needs to know. */
export interface IntegrationContext {
  readonly lambda: LambdaFunction;
  readonly names: Names;
  readonly timeoutMs: number;
  /** The verb of the event. */
  readonly method: string;
}

/**
 * Reads the integration of an `http` event and what the method answers with.
 *
 * @throws `INTEGRATION_UNKNOWN`, `NOT_SUPPORTED` for what needs a VPC
 */
export function readIntegration(
  at: Cursor,
  context: IntegrationContext,
): Pick<RestMethod, "integration" | "methodResponses"> {
  const type = readType(at);
  at.optional("connectionType")?.notSupported("a VPC link");
  at.optional("connectionId")?.notSupported("a VPC link");
  const stream = readTransferMode(at, type);
  const bounds = timeoutBounds(stream?.responseTransferMode);
  const timeoutMs = at.optional("timeoutInMillis")?.number(bounds) ?? context.timeoutMs;
  if (type === "AWS_PROXY") {
    const { key: functionKey } = context.lambda;
    return { integration: { type, functionKey, timeoutMs, ...stream } };
  }
  const request = at.optional("request");
  const integration = { ...call(at, type, context), timeoutMs, ...readRequest(at, type) };
  if (type === "HTTP_PROXY") {
    return { integration: { ...integration, ...stream, responses: [] } };
  }
  const handling = request?.optional("contentHandling")?.oneOf(contentHandlings);
  const { responses, methodResponses } = readResponses(at, type);
  return {
    integration: { ...integration, ...(handling && { contentHandling: handling }), responses },
    methodResponses,
  };
}

function readType(at: Cursor): Exclude<RestIntegration["type"], "MOCK_CORS"> {
  const isAsync = at.optional("async")?.flag() ?? false;
  const written = at.optional("integration");
  if (written === undefined) return isAsync ? "AWS" : "AWS_PROXY";
  const kind = written.text().toLowerCase().replaceAll("_", "-");
  const type = Object.hasOwn(kinds, kind) ? kinds[kind] : undefined;
  if (type === undefined || type === "MOCK_CORS") {
    throw failures.create("INTEGRATION_UNKNOWN", {
      ...written.place,
      integration: kind.slice(0, 80),
      closest: closest(kind, Object.keys(kinds)),
    });
  }
  if (isAsync && type !== "AWS")
    at.at("async").refuse("left out, as only lambda integrations can be asynchronous");
  return type;
}

function readTransferMode(
  at: Cursor,
  type: RestIntegration["type"],
): { readonly responseTransferMode?: "BUFFERED" | "STREAM" } | undefined {
  const place = at.optional("response")?.optional("transferMode");
  if (place === undefined) return undefined;
  const responseTransferMode = place.oneOf(["BUFFERED", "STREAM"]);
  if (type === "AWS_PROXY" || type === "HTTP_PROXY") return { responseTransferMode };
  return place.refuse("left out, as only proxy integrations can stream");
}

function call(
  at: Cursor,
  type: MappedIntegration["type"],
  { lambda, names, method }: IntegrationContext,
): Pick<MappedIntegration, "type" | "httpMethod" | "uri" | "target"> {
  if (type === "MOCK") return { type };
  if (type === "AWS") {
    return {
      type,
      httpMethod: "POST",
      uri: lambdaUri(names, names.arn("lambda", `function:${lambda.name}`)),
      target: { service: "lambda", functionKey: lambda.key },
    };
  }
  const request = at.at("request");
  if (!request.isGiven) return at.refuse("a map with request: { uri: … }, as its integration is HTTP");
  const verb = request.optional("method");
  return {
    type,
    httpMethod: verb === undefined ? method : toMethod(verb.text(), verb),
    uri: request
      .at("uri")
      .matching(
        /^(?:https?:\/\/|\$\{stageVariables\.)\S+$/,
        "an address that begins with http:// or https://",
      ),
  };
}

/** The address under which API Gateway invokes a function. */
export function lambdaUri(names: Names, functionArn: string): string {
  return `arn:aws:apigateway:${names.region}:lambda:path/2015-03-31/functions/${functionArn}/invocations`;
}

function readRequest(
  at: Cursor,
  type: MappedIntegration["type"],
): Pick<MappedIntegration, "requestParameters" | "requestTemplates" | "passthroughBehavior"> {
  const request = at.optional("request");
  const mapped = readParameters(request?.optional("parameters")).map(({ source, mappedValue }) => [
    source.replace(/^method\./, "integration."),
    mappedValue ?? source,
  ]);
  const isAsync = at.optional("async")?.flag() ?? false;
  const behavior = type === "HTTP_PROXY" ? undefined : request?.optional("passThrough")?.oneOf(behaviors);
  return {
    requestParameters: {
      ...(type !== "MOCK" && Object.fromEntries(mapped)),
      ...(isAsync && { "integration.request.header.X-Amz-Invocation-Type": "'Event'" }),
    },
    requestTemplates: type === "HTTP_PROXY" ? {} : readTemplates(at, type),
    passthroughBehavior: behavior ?? (type === "AWS" ? "NEVER" : "WHEN_NO_MATCH"),
  };
}

function readTemplates(at: Cursor, type: MappedIntegration["type"]): Readonly<Record<string, string>> {
  const authorizer = at.at("authorizer");
  const claims = authorizer.isMap ? (authorizer.optional("claims")?.texts() ?? []) : [];
  const templates = new Map(type === "AWS" ? Object.entries(lambdaTemplates(claims)) : []);
  for (const [contentType, template] of at.optional("request")?.optional("template")?.entries() ?? []) {
    if (template.isGiven) templates.set(contentType, template.textOrEmpty());
    else templates.delete(contentType); // an empty one takes the framework's own away
  }
  return Object.fromEntries(templates);
}

interface Responses {
  readonly responses: readonly IntegrationResponse[];
  readonly methodResponses: readonly MethodResponse[];
}

interface Status {
  readonly code: string;
  readonly pattern: string | undefined;
  readonly headers: Readonly<Record<string, string>>;
  readonly templates: Readonly<Record<string, string>>;
}

function readResponses(at: Cursor, type: MappedIntegration["type"]): Responses {
  const response = at.optional("response");
  if (response === undefined && type === "MOCK") return { responses: [], methodResponses: [] };
  const shared = { ...corsHeaders(at.at("cors")), ...response?.optional("headers")?.record() };
  const template = response?.optional("template")?.textOrEmpty();
  const handling = response?.optional("contentHandling")?.oneOf(contentHandlings);
  const each = readStatuses(response?.optional("statusCodes"), type).map((status) => {
    const headers = Object.entries({ ...shared, ...status.headers });
    const name = (header: string): string => `method.response.header.${header}`;
    const whole: IntegrationResponse = {
      statusCode: status.code,
      ...(status.pattern && { selectionPattern: status.pattern }),
      responseParameters: Object.fromEntries(headers.map(([header, value]) => [name(header), value])),
      responseTemplates: {
        ...(template !== undefined && { "application/json": template }),
        ...status.templates,
      },
      ...(handling && status.code.startsWith("2") && { contentHandling: handling }),
    };
    const method: MethodResponse = {
      statusCode: status.code,
      responseParameters: Object.fromEntries(headers.map(([header]) => [name(header), true])),
      responseModels: {},
    };
    return { whole, method };
  });
  return { responses: each.map(({ whole }) => whole), methodResponses: each.map(({ method }) => method) };
}

/** A status without its own code in the error message is the default one. */
const usualStatuses: readonly Status[] = [
  ["200", ""],
  ...["400", "401", "403", "404", "422"].map((code) => [code, marked(code)] as const),
  ["500", `[\\s\\S]*(Process\\s?exited\\s?before\\s?completing\\s?request|\\[500\\])[\\s\\S]*`] as const,
  ["502", marked("502")] as const,
  ["504", `(${marked("504")})|(.*Task timed out after \\d+\\.\\d+ seconds$)`] as const,
].map(([code = "", pattern = ""]) => ({ code, pattern, headers: {}, templates: {} }));

function marked(code: string): string {
  return `[\\s\\S]*\\[${code}\\][\\s\\S]*`;
}

function readStatuses(at: Cursor | undefined, type: MappedIntegration["type"]): readonly Status[] {
  if (at === undefined) return usualStatuses;
  const own = at.entries().map(([code, status]): Status => {
    if (!/^[1-5]\d\d$/.test(code)) status.refuse("under a status code, as in 200");
    const given = status.isGiven ? status : undefined;
    const template = given?.optional("template");
    return {
      code,
      pattern: given?.optional("pattern")?.textOrEmpty(),
      headers: given?.optional("headers")?.record() ?? {},
      templates:
        template === undefined
          ? {}
          : template.isMap
            ? template.record()
            : { "application/json": template.textOrEmpty() },
    };
  });
  const [usual] = usualStatuses;
  if (type === "MOCK" || usual === undefined || own.some(({ pattern }) => pattern === "")) return own;
  // The framework's own 200 is put in where no status has an empty pattern, also over a 200 that has none.
  return [usual, ...own.filter(({ code }) => code !== usual.code)];
}

function corsHeaders(at: Cursor): Readonly<Record<string, string>> {
  if (!at.isGiven || (!at.isMap && !at.flag())) return {};
  const origins = at.isMap ? at.optional("origins")?.texts() : undefined;
  const origin = origins?.join(",") ?? (at.isMap ? at.optional("origin")?.text() : undefined) ?? "*";
  const credentials = at.isMap && (at.optional("allowCredentials")?.flag() ?? false);
  return {
    "Access-Control-Allow-Origin": `'${origin}'`,
    ...(credentials && { "Access-Control-Allow-Credentials": "'true'" }),
  };
}

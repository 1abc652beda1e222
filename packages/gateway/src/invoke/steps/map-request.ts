// Step: what will be sent to the integration?
import type { DeployedIntegration } from "../../deploy/mapped-integration.ts";
import { type RestPlan, streamIdleMs } from "../../deploy/rest-plan.ts";
import { type LocalServices, nameTarget, toAwsRequest } from "../../integrations/aws-request.ts";
import type { OutgoingCall } from "../../integrations/integration.ts";
import { chooseRequestTemplate } from "../../mapping/choose-template.ts";
import { createContext, toStageVariables, type ContextValue } from "../../mapping/context.ts";
import { createInput } from "../../mapping/input-object.ts";
import { mapParameters, type MappedParameters, toQueryText } from "../../mapping/mapped-parameters.ts";
import { BodyNotJson, type MappingScope } from "../../mapping/mapping-source.ts";
import { NotBase64, type Payload, toBytes, toPayloadText, toRequestPayload } from "../../mapping/payload.ts";
import { addOwnHeaders, mayBeMapped, toProxiedHeaders } from "../../mapping/request-headers.ts";
import { fillUri } from "../../mapping/uri.ts";
import { util } from "../../mapping/util-object.ts";
import type { Template } from "../../vtl/template.ts";
import { TemplateError } from "../../vtl/template-error.ts";
import type { Value } from "../../vtl/values.ts";
import type { HeaderPair } from "../application.ts";
import type { Mapped, Validated } from "../exchange.ts";
import { addForwarded } from "../forwarded.ts";
import { hasHeader, lastHeader, replaceHeaders, toMediaType } from "../headers.ts";
import { toMappingScope } from "../mapping-scope.ts";
import { readQuery } from "../query.ts";
import { Rejection } from "../rejection.ts";

/** What mapping needs besides the plan. */
export interface MappingPorts {
  /** Absent where no AWS service runs here. */
  readonly services: LocalServices | undefined;
}

/**
 * Writes the integration request: content handling, template, parameters, overrides, in this order. Lambda proxies
 * and preflight answers take the request as it is.
 *
 * @throws Rejection `UNSUPPORTED_MEDIA_TYPE`, `BAD_REQUEST_BODY`, `API_CONFIGURATION_ERROR`.
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/rest-api-data-transformations.html
 */
export function mapRequest(request: Validated, plan: RestPlan, to: MappingPorts): Mapped {
  const integration = plan.integrations.get(request.route.method);
  if (!integration) return { ...request, mapping: null };
  const scope = toMappingScope(request, plan);
  const context = createContext(scope.context);
  const from: Mapping = { request, plan, integration, scope, context };
  try {
    const payload = mapBody(from);
    const parameters = mapParameters(integration, scope, context.overrides);
    const call = toCall(from, { payload, parameters }, to);
    return { ...request, mapping: { call, integration, scope, context } };
  } catch (error) {
    throw toRejection(error);
  }
}

/** What the parts of this step share. */
interface Mapping {
  readonly request: Validated;
  readonly plan: RestPlan;
  readonly integration: DeployedIntegration;
  readonly scope: MappingScope;
  readonly context: ContextValue;
}

interface MappedRequest {
  readonly payload: Payload;
  readonly parameters: MappedParameters;
}

/** What mapping throws, as the refusal that the client gets. Bugs of ours stay what they are. */
export function toRejection(error: unknown): unknown {
  if (error instanceof BodyNotJson) {
    return new Rejection("BAD_REQUEST_BODY", { message: "Invalid JSON in request body" });
  }
  if (error instanceof NotBase64) {
    return new Rejection("API_CONFIGURATION_ERROR", { why: "The body is not base64" });
  }
  if (error instanceof TemplateError) {
    return new Rejection("API_CONFIGURATION_ERROR", { why: `Mapping failed: ${error.message}` });
  }
  return error;
}

function mapBody({ request, plan, integration, scope, context }: Mapping): Payload {
  const { http } = request;
  const { model, templates } = integration;
  const mediaType = toMediaType(lastHeader(http.headers, "content-type"));
  const handling = model.contentHandling;
  const payload = toRequestPayload({ body: http.body, isBinary: plan.isBinary(mediaType), handling });
  if (model.type === "HTTP_PROXY") return payload;
  const choice = chooseRequestTemplate(templates, mediaType ?? "application/json", model.passthroughBehavior);
  if (choice === "unsupported") throw new Rejection("UNSUPPORTED_MEDIA_TYPE");
  if (choice === "pass") return payload;
  return { text: renderBody(choice, toPayloadText(payload), { scope, context }) };
}

/** Renders a template over a payload. @throws TemplateError. */
export function renderBody(
  template: Template,
  payload: string,
  { scope, context }: { readonly scope: MappingScope; readonly context: ContextValue },
): string {
  return template.render(
    new Map<string, Value>([
      ["input", createInput(payload, scope.request)],
      ["util", util],
      ["context", context.value],
      ["stageVariables", toStageVariables(scope.stageVariables)],
    ]),
  );
}

function toCall(from: Mapping, mapped: MappedRequest, to: MappingPorts): OutgoingCall {
  const { model } = from.integration;
  const wrong = mapped.parameters.header.find(([name]) => !mayBeMapped(name, model.type));
  if (wrong) {
    throw new Rejection("API_CONFIGURATION_ERROR", { why: `The header ${wrong[0]} cannot be mapped` });
  }
  if (model.type === "MOCK") return { to: "mock", status: readMockStatus(toPayloadText(mapped.payload)) };
  return model.type === "AWS" ? toServiceCall(from, mapped, to) : toHttpCall(from, mapped);
}

/** The template of a MOCK says what status comes back, in JSON or something close to it. */
function readMockStatus(text: string): number {
  const status = /["']?statusCode["']?\s*:\s*["']?(\d{3})["']?\s*[,}]/.exec(text)?.[1];
  if (status !== undefined && /^\s*\{/.test(text)) return Number(status);
  throw new Rejection("API_CONFIGURATION_ERROR", { why: "The MOCK's template gives no statusCode" });
}

function toHttpCall(from: Mapping, { payload, parameters }: MappedRequest): OutgoingCall {
  const { request, plan, integration } = from;
  const { http } = request;
  const { model } = integration;
  const isProxy = model.type === "HTTP_PROXY";
  const filled = fillUri(integration.uri, parameters.path);
  const passed = isProxy ? toProxiedHeaders(addForwarded(http, request.traceId)) : typeOf(http.headers);
  const headers = replaceHeaders(passed, parameters.header);
  const query = [...(isProxy ? readQuery(http.query, "&;") : []), ...parameters.querystring];
  const method =
    model.httpMethod === undefined || model.httpMethod === "ANY" ? http.method : model.httpMethod;
  return {
    to: "http",
    request: {
      method,
      url: addQuery(filled, toQueryText(query)),
      headers: addOwnHeaders(headers, { apiId: plan.api.id, traceId: request.traceId }),
      body: /^(?:GET|HEAD)$/.test(method) ? Buffer.alloc(0) : toBytes(payload),
      timeoutMs: model.timeoutMs,
      insecure: model.insecureSkipVerification ?? false,
      ...(isProxy && model.responseTransferMode === "STREAM" && { streamIdleMs: streamIdleMs(plan) }),
    },
  };
}

/** Of the client's headers a custom integration gets the type of the body. */
function typeOf(headers: readonly HeaderPair[]): readonly HeaderPair[] {
  return [["Content-Type", lastHeader(headers, "content-type") ?? "application/json"]];
}

function addQuery(url: string, query: string): string {
  if (query === "") return url;
  return `${url}${url.includes("?") ? "&" : "?"}${query}`;
}

function toServiceCall(
  from: Mapping,
  { payload, parameters }: MappedRequest,
  to: MappingPorts,
): OutgoingCall {
  const { target, httpMethod = "POST", timeoutMs } = from.integration.model;
  if (target && "functionKey" in target) {
    const async = parameters.header.some(
      ([name, value]) => name.toLowerCase() === "x-amz-invocation-type" && value === "Event",
    );
    const event = readEvent(toPayloadText(payload));
    return { to: "function", functionKey: target.functionKey, event, async, timeoutMs };
  }
  if (!target)
    throw new Rejection("API_CONFIGURATION_ERROR", { why: "The integration names no AWS service" });
  const request =
    to.services &&
    toAwsRequest(
      {
        target,
        method: httpMethod,
        path: fillUri(from.integration.targetPath, parameters.path),
        query: toQueryText(parameters.querystring),
        headers: withType(parameters.header, from.request.http.headers),
        body: toBytes(payload),
        timeoutMs,
      },
      to.services,
      new Date(from.request.at),
    );
  if (request) return { to: "http", request };
  const why = `${nameTarget(target)} is not available locally`;
  throw new Rejection("API_CONFIGURATION_ERROR", { why });
}

/** Mapped headers, with the type of the body where none is mapped. */
function withType(mapped: readonly HeaderPair[], headers: readonly HeaderPair[]): readonly HeaderPair[] {
  return hasHeader(mapped, "content-type") ? mapped : [...typeOf(headers), ...mapped];
}

/** A function's event must be JSON; nothing at all counts as `{}`. */
function readEvent(text: string): unknown {
  if (text.trim() === "") return {};
  try {
    return JSON.parse(text);
  } catch {
    throw new Rejection("BAD_REQUEST_BODY", { message: "Could not parse request body into json" });
  }
}

// Step: what will be sent to the integration?
import type { DeployedIntegration } from "../../deploy/mapped-integration.ts";
import { type RestPlan, streamIdleMs } from "../../deploy/rest-plan.ts";
import { type CallOrigin, type CallPorts, toOutgoingCall } from "../../integrations/outgoing-call.ts";
import { chooseRequestTemplate } from "../../mapping/choose-template.ts";
import { createContext, toStageVariables, type ContextValue } from "../../mapping/context.ts";
import { createInput } from "../../mapping/input-object.ts";
import { mapParameters } from "../../mapping/mapped-parameters.ts";
import { BodyNotJson, type MappingScope } from "../../mapping/mapping-source.ts";
import { NotBase64, type Payload, toPayloadText, toRequestPayload } from "../../mapping/payload.ts";
import { util } from "../../mapping/util-object.ts";
import type { Template } from "../../vtl/template.ts";
import { TemplateError } from "../../vtl/template-error.ts";
import type { Value } from "../../vtl/values.ts";
import type { Mapped, Validated } from "../exchange.ts";
import { addForwarded } from "../forwarded.ts";
import { lastHeader, toMediaType } from "../headers.ts";
import { toMappingScope } from "../mapping-scope.ts";
import { Rejection } from "../rejection.ts";

/**
 * Writes the integration request: content handling, template, parameters, overrides, in this order. Lambda proxies
 * and preflight answers take the request as it is.
 *
 * @throws Rejection `UNSUPPORTED_MEDIA_TYPE`, `BAD_REQUEST_BODY`, `API_CONFIGURATION_ERROR`.
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/rest-api-data-transformations.html
 */
export function mapRequest(request: Validated, plan: RestPlan, to: CallPorts): Mapped {
  const integration = plan.integrations.get(request.route.method);
  if (!integration) return { ...request, mapping: null };
  const scope = toMappingScope(request, plan);
  const context = createContext(scope.context);
  const from: Mapping = { request, plan, integration, scope, context };
  try {
    const payload = mapBody(from);
    const parameters = mapParameters(integration, scope, context.overrides);
    const call = toOutgoingCall({ integration, origin: toOrigin(from) }, { payload, parameters }, to);
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

function toOrigin({ request, plan }: Mapping): CallOrigin {
  const { http, traceId, at } = request;
  const { method, query, headers } = http;
  const proxied = () => addForwarded(http, traceId);
  return {
    method,
    query,
    headers,
    proxied,
    apiId: plan.api.id,
    traceId,
    at,
    streamIdleMs: streamIdleMs(plan),
  };
}

// A mapped integration of a WebSocket route, called: the message becomes a request, and the reply an answer.
import { isUtf8 } from "node:buffer";
import type { DeployedResponse } from "../deploy/mapped-integration.ts";
import { callMapped } from "../integrations/call-mapped.ts";
import type { IntegrationOutcome, IntegrationReply, OutgoingCall } from "../integrations/integration.ts";
import { toLoggedUrl } from "../integrations/logged-url.ts";
import { toOutgoingCall } from "../integrations/outgoing-call.ts";
import { Rejection } from "../invoke/rejection.ts";
import { chooseResponse } from "../invoke/steps/map-reply.ts";
import { renderBody, toRejection } from "../invoke/steps/map-request.ts";
import { chooseRequestTemplate } from "../mapping/choose-template.ts";
import { createContext } from "../mapping/context.ts";
import { mapParameters } from "../mapping/mapped-parameters.ts";
import type { MappingScope } from "../mapping/mapping-source.ts";
import { type Payload, toAnswerPayload, toPayloadText, toRequestPayload } from "../mapping/payload.ts";
import type { SocketCall } from "../records/websocket-facts.ts";
import type { Incoming, IntegratePorts, Integrated } from "./integration-call.ts";
import type { MappedRoute } from "./mapped-integration.ts";
import type { PlannedRoute, WebsocketPlan } from "./plan.ts";
import { type IntegrationResult, readProxyResult } from "./proxy-result.ts";

interface Mapping {
  readonly route: PlannedRoute;
  readonly integration: MappedRoute;
  readonly incoming: Incoming;
}

/**
 * Maps, calls and maps back. What cannot be mapped is a refusal.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/websocket-api-data-transformations.html
 */
export async function callMappedRoute(mapping: Mapping, to: IntegratePorts): Promise<Integrated> {
  let called: SocketCall | undefined;
  try {
    const scope = toScope(mapping.incoming, to.plan);
    const call = mapRequest(mapping, scope, to);
    const since = to.now();
    const outcome = await callMapped(call, to, { write() {} });
    called = toCalled(call, outcome, to.now() - since);
    return { result: readOutcome(outcome, { ...mapping, call, scope }), called };
  } catch (error) {
    const rejection = toRejection(error);
    if (!(rejection instanceof Rejection)) throw rejection;
    return { result: { kind: "refused", rejection }, ...(called && { called }) };
  }
}

const nothing: MappingScope["request"]["header"] = new Map();

/** Headers and query are those of `$connect`; no other event has any. */
function toScope({ event, text }: Incoming, { stageVariables }: WebsocketPlan): MappingScope {
  const isConnect = event.requestContext.eventType === "CONNECT" && "multiValueHeaders" in event;
  const query = isConnect && "queryStringParameters" in event ? event.multiValueQueryStringParameters : {};
  return {
    request: {
      header: isConnect ? toParameters(event.multiValueHeaders) : nothing,
      querystring: toParameters(query ?? {}),
      path: nothing,
      body: Buffer.from(text),
    },
    context: event.requestContext,
    stageVariables,
  };
}

function toParameters(
  values: Readonly<Record<string, readonly string[] | undefined>>,
): MappingScope["request"]["header"] {
  return new Map(Object.entries(values).map(([name, list]) => [name, list ?? []]));
}

function mapRequest(
  { integration, incoming }: Mapping,
  scope: MappingScope,
  { plan, services }: IntegratePorts,
): OutgoingCall {
  const { deployed } = integration;
  const context = createContext(scope.context);
  const { contentHandling: handling, type } = deployed.model;
  const passed = toRequestPayload({ body: scope.request.body, isBinary: false, handling });
  const payload =
    type === "HTTP_PROXY" ? passed : renderRequest(integration, { incoming, passed, scope, context });
  const parameters = mapParameters(deployed, scope, context.overrides);
  const origin = {
    method: "POST",
    query: "",
    headers: [],
    proxied: () => [["Content-Type", "application/json"] as const],
    apiId: plan.apiId,
    traceId: incoming.traceId,
    at: incoming.event.requestContext.requestTimeEpoch,
    streamIdleMs: Infinity, // WebSocket APIs do not stream
  };
  return toOutgoingCall({ integration: deployed, origin }, { payload, parameters }, { services });
}

/** Without a selection there is one template, under `$default` or, as the documentation has it, under a media type. */
function renderRequest(
  { deployed, selectTemplate }: MappedRoute,
  {
    incoming,
    passed,
    scope,
    context,
  }: {
    readonly incoming: Incoming;
    readonly passed: Payload;
    readonly scope: MappingScope;
    readonly context: ReturnType<typeof createContext>;
  },
): Payload {
  const key = selectTemplate ? selectTemplate({ message: incoming.text }) : "application/json";
  const { templates, model } = deployed;
  const choice = chooseRequestTemplate(
    templates,
    (key ?? "$default").toLowerCase(),
    model.passthroughBehavior,
  );
  if (choice === "unsupported") throw new Rejection("UNSUPPORTED_MEDIA_TYPE");
  if (choice === "pass") return passed;
  return { text: renderBody(choice, toPayloadText(passed), { scope: withoutParameters(scope), context }) };
}

/** `$input.params()` is not known to the templates of WebSocket APIs. */
function withoutParameters(scope: MappingScope): MappingScope {
  const { body } = scope.request;
  return { ...scope, request: { header: nothing, querystring: nothing, path: nothing, body } };
}

function toCalled(call: OutgoingCall, outcome: IntegrationOutcome, latencyMs: number): SocketCall {
  const status = outcome.from === "reply" ? { status: outcome.reply.status } : {};
  const shared = { latencyMs, outcome, isMock: call.to === "mock", ...status };
  if (call.to === "mock") return { ...shared, endpoint: "MOCK", sent: () => "" };
  if (call.to === "function")
    return { ...shared, endpoint: call.functionKey, sent: () => JSON.stringify(call.event) };
  const { url, body } = call.request;
  return { ...shared, endpoint: toLoggedUrl(url), sent: () => body.toString("utf8") };
}

interface Replied extends Mapping {
  readonly call: OutgoingCall;
  readonly scope: MappingScope;
}

function readOutcome(outcome: IntegrationOutcome, replied: Replied): IntegrationResult {
  if (outcome.from === "reply") return readReply(outcome.reply, replied);
  if (outcome.from === "lambda") return readProxyResult(outcome.invocation);
  const failure = outcome.from === "no-reply" ? outcome.failure : undefined;
  if (failure?.kind === "timed-out") return { kind: "timed-out" };
  return { kind: "failed", why: failure && "why" in failure ? failure.why : "its answer is over 10 MB" };
}

/** A route without a route response sends nothing back, so nothing is mapped for it but the headers of `$connect`. */
function readReply(reply: IntegrationReply, replied: Replied): IntegrationResult {
  const { route, integration, call } = replied;
  const { model, responses } = integration.deployed;
  const { status } = reply;
  if (model.type === "HTTP_PROXY") {
    const headers = new Map(reply.headers.map(([name, value]) => [name.toLowerCase(), value]));
    return { kind: "answered", status, headers, body: reply.body.toString("utf8") };
  }
  const isConnect = route.routeKey === "$connect";
  if (isConnect && call.to === "function" && reply.selector !== undefined) {
    return { kind: "failed", why: "it threw" }; // nobody is let in because something went wrong
  }
  const isMapped = isConnect || (route.routeResponse && route.routeKey !== "$disconnect");
  const response = isMapped ? chooseResponse(reply, responses) : undefined;
  if (!response && isMapped && !isConnect) {
    throw new Rejection("API_CONFIGURATION_ERROR", { why: "No integration response fits" });
  }
  if (!response) return { kind: "answered", status, headers: new Map(), body: undefined };
  const scope = { ...replied.scope, reply };
  const headers = response.headers.flatMap(({ name, source }): [string, string][] => {
    const value = source(scope)?.at(-1);
    return value === undefined ? [] : [[name.toLowerCase(), value]];
  });
  return {
    kind: "answered",
    status,
    headers: new Map(headers),
    body: isConnect ? undefined : toBody(reply, response, { ...replied, scope }),
  };
}

/** Bytes are what is no UTF-8, and what `CONVERT_TO_BINARY` makes of base64. */
function toBody(
  reply: IntegrationReply,
  response: DeployedResponse,
  { integration, incoming, scope }: Replied,
): string | Uint8Array {
  const { contentHandling: handling, templates } = response;
  const isBinary = !isUtf8(reply.body);
  const select = integration.responseTemplates.get(response);
  const key = select ? (select({ message: incoming.text, reply }) ?? "$default") : "application/json";
  const template = templates.get(key.toLowerCase()) ?? templates.get("$default");
  let body = reply.body;
  if (template) {
    const text = body.toString(isBinary && handling === "CONVERT_TO_TEXT" ? "base64" : "utf8");
    const context = createContext({ ...scope.context, status: reply.status });
    body = Buffer.from(renderBody(template, text, { scope: withoutParameters(scope), context }));
  }
  if (handling === undefined) return body.toString("utf8");
  const from = { body, isBinary: template === undefined && isBinary, handling };
  const payload = toAnswerPayload(from, { wantsBinary: false });
  return "bytes" in payload ? payload.bytes : payload.text;
}

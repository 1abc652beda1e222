// Step: what a mapped integration answered becomes the answer of a REST API.
import type { DeployedResponse } from "../../deploy/mapped-integration.ts";
import type { RestPlan } from "../../deploy/rest-plan.ts";
import type { IntegrationReply, NoReply } from "../../integrations/integration.ts";
import { chooseResponseTemplate } from "../../mapping/choose-template.ts";
import type { Overrides } from "../../mapping/context.ts";
import { toPairs, toSafeHeader } from "../../mapping/mapped-parameters.ts";
import { toAnswerPayload, toBytes } from "../../mapping/payload.ts";
import { matchWithin } from "../../vtl/java-pattern.ts";
import type { HeaderPair, HttpAnswer } from "../application.ts";
import type { Integrated, Mapping } from "../exchange.ts";
import { acceptedType, hasHeader, lastHeader, replaceHeaders, toMediaType } from "../headers.ts";
import { Rejection } from "../rejection.ts";
import { toMappedAnswerHeaders, toProxiedAnswerHeaders } from "../rest-answer-headers.ts";
import { renderBody, toRejection } from "./map-request.ts";

/**
 * Maps a reply: HTTP_PROXY passes it on, all others choose an integration response, whose template, parameters and
 * overrides make the answer.
 *
 * @throws Rejection `API_CONFIGURATION_ERROR` where no response is declared for it, or mapping fails.
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-integration-settings-integration-response.html
 */
export function mapReply(
  integrated: Integrated,
  reply: IntegrationReply,
  { mapping, plan }: { readonly mapping: Mapping; readonly plan: RestPlan },
): HttpAnswer {
  const accept = acceptedType(integrated.http.headers);
  try {
    if (mapping.integration.model.type === "HTTP_PROXY") return passOn(reply, accept, plan);
    return mapDeclared(reply, { mapping, plan, accept });
  } catch (error) {
    throw toRejection(error);
  }
}

/** The refusal for a back end that gave no answer. */
export function toNoReplyRejection(failure: NoReply): Rejection {
  switch (failure.kind) {
    case "timed-out":
      return new Rejection("INTEGRATION_TIMEOUT");
    case "unreachable":
      return new Rejection("INTEGRATION_FAILURE", {
        message: "Network error communicating with endpoint",
        why: `The back end cannot be reached: ${failure.why}`,
      });
    case "untrusted":
      return new Rejection("INTEGRATION_FAILURE", {
        status: 502,
        why: `The back end's certificate is not trusted: ${failure.why}`,
      });
    default:
      return new Rejection("INTEGRATION_FAILURE", {
        status: 500,
        why: "The back end's answer is over 10 MB",
      });
  }
}

interface Declared {
  readonly mapping: Mapping;
  readonly plan: RestPlan;
  readonly accept: string | undefined;
}

function passOn(reply: IntegrationReply, accept: string | undefined, plan: RestPlan): HttpAnswer {
  const { status, stream } = reply;
  if (stream) {
    const length = reply.headers.filter(([name]) => name.toLowerCase() === "content-length");
    const others = reply.headers.filter((pair) => !length.includes(pair));
    return { status, headers: [...toProxiedAnswerHeaders(others), ...length], body: reply.body, stream };
  }
  const isBinary = isBinaryReply(reply, plan);
  const from = { body: reply.body, isBinary, handling: undefined };
  const payload = toAnswerPayload(from, { wantsBinary: plan.isBinary(accept) });
  return { status, headers: toProxiedAnswerHeaders(reply.headers), body: toBytes(payload) };
}

function isBinaryReply(reply: IntegrationReply, plan: RestPlan): boolean {
  return plan.isBinary(toMediaType(lastHeader(reply.headers, "content-type")));
}

function mapDeclared(reply: IntegrationReply, declared: Declared): HttpAnswer {
  const { mapping, accept } = declared;
  const { scope, context, integration } = mapping;
  const response = chooseResponse(reply, integration.responses);
  if (!response) throw new Rejection("API_CONFIGURATION_ERROR", { why: "No integration response fits" });
  if (!integration.statuses.has(response.statusCode)) {
    const why = `The method has no method response ${response.statusCode}`;
    throw new Rejection("API_CONFIGURATION_ERROR", { why });
  }
  const withReply = { ...scope, reply };
  const chosen = chooseResponseTemplate(response.templates, accept);
  const render =
    chosen && ((text: string) => renderBody(chosen.template, text, { scope: withReply, context }));
  const body = toBody(reply, { ...declared, handling: response.contentHandling, render });
  const mapped = response.headers.flatMap(({ name, source }) =>
    (source(withReply) ?? []).map((value): HeaderPair => [name, value]),
  );
  const headers = replaceHeaders(mapped, toPairs(context.overrides.answerHeader)).map(toSafeHeader);
  const typed = hasHeader(headers, "content-type");
  return {
    status: toStatus(context.overrides, Number(response.statusCode)),
    headers: [
      ...(typed ? [] : [["Content-Type", chosen?.type ?? "application/json"] as const]),
      ...toMappedAnswerHeaders(headers),
    ],
    body,
  };
}

interface Rendering extends Declared {
  readonly handling: DeployedResponse["contentHandling"];
  readonly render: ((text: string) => string) | undefined;
}

/** A template sees text, base64 where it is converted to it; what it makes is text that may yet become bytes. */
function toBody(reply: IntegrationReply, { plan, accept, handling, render }: Rendering): Buffer {
  const to = { wantsBinary: plan.isBinary(accept) };
  const isBinary = isBinaryReply(reply, plan);
  if (!render) return toBytes(toAnswerPayload({ body: reply.body, isBinary, handling }, to));
  const text = reply.body.toString(isBinary && handling === "CONVERT_TO_TEXT" ? "base64" : "utf8");
  const made = Buffer.from(render(text));
  return toBytes(toAnswerPayload({ body: made, isBinary: false, handling }, to));
}

/** How long all patterns may take over an error message. */
const patternMs = 1_000;

/** The first whose pattern fits the whole status or error message; otherwise the default, as for every success of a function. */
export function chooseResponse(
  reply: IntegrationReply,
  responses: readonly DeployedResponse[],
): DeployedResponse | undefined {
  const { selector } = reply;
  const budget = { patternMs };
  const fitting = responses.find(
    ({ pattern }) =>
      pattern &&
      selector !== undefined &&
      matchWithin({ pattern, on: selector, budget }, () => pattern.test(selector)),
  );
  return fitting ?? responses.find(({ pattern }) => pattern === undefined);
}

/** An override counts if it is a whole number that can be a status. */
function toStatus({ answer }: Overrides, declared: number): number {
  const status = answer.get("status");
  const number = typeof status === "string" && /^\d{3}$/.test(status) ? Number(status) : status;
  const valid = typeof number === "number" && Number.isInteger(number) && number >= 100 && number <= 599;
  return valid ? number : declared;
}

// Step: what came back becomes the answer of a REST API.
import type { RestPlan } from "../../deploy/rest-plan.ts";
import type { IntegrationReply } from "../../integrations/integration.ts";
import type { Ids, Invocation } from "../../ports.ts";
import type { HttpAnswer } from "../application.ts";
import { isBase64 } from "../base64.ts";
import type { Integrated } from "../exchange.ts";
import { nameFault } from "../../function-fault.ts";
import { toAnsweredTraceId } from "../forwarded.ts";
import { acceptedType } from "../headers.ts";
import { Rejection } from "../rejection.ts";
import { toRestAnswerHeaders } from "../rest-answer-headers.ts";
import { readRestResult, type RestReply, toMalformed } from "../rest-result.ts";
import { mapReply, toNoReplyRejection } from "./map-reply.ts";
import { toStreamedAnswer } from "../streamed-answer.ts";
import { payloadTooLarge } from "../too-large.ts";

/**
 * Maps the outcome of the integration.
 *
 * @throws Rejection `INTEGRATION_FAILURE`, `INTEGRATION_TIMEOUT`, `REQUEST_TOO_LARGE`, `API_CONFIGURATION_ERROR`.
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html
 */
export function mapResponse(integrated: Integrated, plan: RestPlan, ids: Ids): HttpAnswer {
  const { outcome } = integrated;
  if (outcome.from === "mock") {
    const headers = Object.entries(outcome.headers);
    return { status: 200, headers: toRestAnswerHeaders(headers), body: Buffer.alloc(0) };
  }
  if (outcome.from === "lambda-stream") {
    const { invocation } = outcome;
    if (invocation.kind === "malformed") throw toMalformed(invocation.why);
    if (invocation.kind !== "begun") throw toRejection(invocation);
    return toStreamedAnswer(invocation, toAnsweredTraceId(integrated.traceId, ids));
  }
  if (outcome.from === "no-reply") throw toNoReplyRejection(outcome.failure);
  if (outcome.from === "reply") return answerMapped(integrated, outcome.reply, { plan, ids });
  const reply = readRestResult(payloadOf(outcome.invocation));
  const traceId = toAnsweredTraceId(integrated.traceId, ids);
  const headers = [...toRestAnswerHeaders(reply.headers), ["X-Amzn-Trace-Id", traceId] as const];
  return { status: reply.status, headers, body: toAnswerBody(reply, integrated, plan) };
}

/** Answers of AWS services and functions carry a trace id, those of mocks and HTTP back ends none. */
function answerMapped(
  integrated: Integrated,
  reply: IntegrationReply,
  { plan, ids }: { readonly plan: RestPlan; readonly ids: Ids },
): HttpAnswer {
  const { mapping } = integrated;
  if (!mapping) throw new Rejection("API_CONFIGURATION_ERROR", { why: "A reply without a mapping" });
  const answer = mapReply(integrated, reply, { mapping, plan });
  if (mapping.integration.model.type !== "AWS") return answer;
  const traceId = toAnsweredTraceId(integrated.traceId, ids);
  return { ...answer, headers: [...answer.headers, ["X-Amzn-Trace-Id", traceId]] };
}

function payloadOf(invocation: Invocation): string | undefined {
  if (invocation.kind === "returned") return invocation.payload;
  throw toRejection(invocation);
}

function toRejection(invocation: Exclude<Invocation, { kind: "returned" }>): Rejection {
  switch (invocation.kind) {
    case "timed-out":
      return new Rejection("INTEGRATION_TIMEOUT", { why: "The function did not answer in time" });
    case "throttled":
      return new Rejection("INTEGRATION_FAILURE", { status: 500, why: "Lambda throttled the function" });
    case "too-large": {
      const why = payloadTooLarge(invocation.which);
      if (invocation.which === "event") return new Rejection("REQUEST_TOO_LARGE", { why });
      return new Rejection("INTEGRATION_FAILURE", { status: 502, why });
    }
    default: {
      if (invocation.isMissing) {
        const why = `Invalid permissions on Lambda function (${invocation.errorMessage})`; // as AWS words it
        return new Rejection("API_CONFIGURATION_ERROR", { why });
      }
      const why = `The function failed with ${nameFault(invocation)}`;
      return new Rejection("INTEGRATION_FAILURE", { status: 502, why });
    }
  }
}

/** Base64 is decoded only if the first type of `Accept` is among the API's binary media types. */
function toAnswerBody(reply: RestReply, integrated: Integrated, plan: RestPlan): Buffer {
  const accepted = acceptedType(integrated.http.headers);
  if (!reply.isBase64Encoded || !plan.isBinary(accepted)) return Buffer.from(reply.body);
  if (!isBase64(reply.body)) {
    throw new Rejection("API_CONFIGURATION_ERROR", { why: "The function's body is not base64" });
  }
  return Buffer.from(reply.body, "base64");
}

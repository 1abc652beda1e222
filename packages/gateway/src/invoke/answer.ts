// The one catch of a REST API: whatever was thrown on the way becomes an answer.
import { gatewayResponses } from "@gatewright/contract";
import type { Log } from "../ports.ts";
import type { HttpAnswer } from "./application.ts";
import type { Arrived } from "./exchange.ts";
import { customise } from "./gateway-response.ts";
import { Rejection } from "./rejection.ts";
import { logReason } from "./request-line.ts";

/** Errors of the integration stage put a space after the colon; gateway responses do not. */
const spaced = new Set<string>(["INTEGRATION_FAILURE", "INTEGRATION_TIMEOUT", "REQUEST_TOO_LARGE"]);

/** Answers a request that was refused, or that met a bug of ours (500, with its stack in the log). */
export function answerThrown(thrown: unknown, arrived: Arrived, log: Log): HttpAnswer {
  const { trace } = arrived;
  if (!(thrown instanceof Rejection)) {
    log.error(thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown));
    trace.notes.error = { type: "API_CONFIGURATION_ERROR", message: "Internal server error", status: 500 };
    return toGatewayResponse(new Rejection("API_CONFIGURATION_ERROR"));
  }
  const usual = gatewayResponses[thrown.type];
  const { why, message = usual.message, status = usual.status, validationError, authorizer } = thrown.detail;
  trace.notes.error = {
    type: thrown.type,
    message,
    status,
    ...(why !== undefined && { why }),
    ...(validationError && { detail: validationError }),
    ...(authorizer && { authorizer }),
  };
  const answer = customise(toGatewayResponse(thrown), thrown, arrived);
  if (why !== undefined) logReason(log, { api: "REST", status: answer.status, trace }, why);
  return answer;
}

/**
 * The gateway response of a rejection, not customised.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-gatewayResponse-definition.html
 */
function toGatewayResponse({ type, detail }: Rejection): HttpAnswer {
  if (detail.answer) return detail.answer;
  const { status, errorType, message } = gatewayResponses[type];
  const key = type === "ACCESS_DENIED" ? "Message" : "message";
  const space = spaced.has(type) ? " " : "";
  return {
    status: detail.status ?? status,
    headers: [
      ["x-amzn-ErrorType", detail.errorType ?? errorType],
      ["Content-Type", "application/json"],
    ],
    body: Buffer.from(`{"${key}":${space}${JSON.stringify(detail.message ?? message)}}`),
  };
}

/** Adds the two ids that every answer of a REST API carries. */
export function addRestIds(answer: HttpAnswer, arrived: Arrived): HttpAnswer {
  const ids = [
    ["x-amzn-RequestId", arrived.requestId],
    ["x-amz-apigw-id", arrived.extendedRequestId],
  ] as const;
  return { ...answer, headers: [...ids, ...answer.headers] };
}

/**
 * What a REST API says to a body over 10 MB: plain text and no ids, as observed; it cannot be customised.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-known-issues.html
 */
export function restTooLarge(): HttpAnswer {
  return {
    status: 413,
    headers: [["content-type", "text; charset=utf-8"]],
    body: Buffer.from("HTTP content length exceeded 10485760 bytes."),
  };
}

// Step: what came back becomes the answer of an HTTP API.
import type { HttpPlan } from "../../deploy/http-plan.ts";
import type { NoReply } from "../../integrations/integration.ts";
import { applyChanges } from "../../mapping/http-parameters.ts";
import type { Invocation } from "../../ports.ts";
import type { HeaderPair, HttpAnswer } from "../application.ts";
import { nameFault } from "../../function-fault.ts";
import type { HttpIntegrated } from "../http-exchange.ts";
import { readHttpResult } from "../http-result.ts";
import { HttpRejection } from "../rejection.ts";
import { payloadTooLarge } from "../too-large.ts";
import { toHttpMappingScope } from "./map-http-request.ts";

/**
 * Maps the outcome, then changes it as the route's response parameters for that status say.
 *
 * @throws HttpRejection `INTERNAL_SERVER_ERROR`, `SERVICE_UNAVAILABLE`, `REQUEST_TOO_LARGE`.
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-troubleshooting-lambda.html
 */
export function mapHttpResponse(integrated: HttpIntegrated, plan: HttpPlan): HttpAnswer {
  const answer = toAnswer(integrated);
  const changes = plan.integrations.get(integrated.route)?.responses.get(String(answer.status)) ?? [];
  if (changes.length === 0) return answer;
  const scope = { ...toHttpMappingScope(integrated, plan), reply: answer };
  const status = Number(changes.findLast(({ place }) => place === "statuscode")?.value(scope));
  const isStatus = Number.isInteger(status) && status >= 100 && status <= 599;
  return {
    ...answer,
    status: isStatus ? status : answer.status,
    headers: applyChanges(
      answer.headers,
      changes.filter(({ place }) => place === "header"),
      scope,
    ),
  };
}

/** Between two neighbours, or written by the door. */
const dropped = /^(?:connection|content-length|date|keep-alive|te|trailer|transfer-encoding|upgrade)$/i;

function toAnswer({ outcome, route }: HttpIntegrated): HttpAnswer {
  const { integration } = route;
  if (outcome.from === "reply") {
    const headers = outcome.reply.headers.filter(([name]: HeaderPair) => !dropped.test(name));
    return { status: outcome.reply.status, headers, body: outcome.reply.body };
  }
  if (outcome.from === "no-reply") throw toNoReply(outcome.failure, integration.timeoutMs);
  const { invocation } = outcome;
  if (invocation.kind !== "returned") throw toFailure(invocation, integration.timeoutMs);
  return readHttpResult(
    invocation.payload,
    integration.type === "AWS_PROXY" ? integration.payloadVersion : "2.0",
  );
}

function toNoReply(failure: NoReply, timeoutMs: number): HttpRejection {
  switch (failure.kind) {
    case "timed-out":
      return new HttpRejection("SERVICE_UNAVAILABLE", `No answer within ${timeoutMs} ms`);
    case "unreachable":
      return new HttpRejection("SERVICE_UNAVAILABLE", `The back end cannot be reached: ${failure.why}`);
    case "untrusted":
      return new HttpRejection("INTERNAL_SERVER_ERROR", `The certificate is not trusted: ${failure.why}`);
    default:
      return new HttpRejection("INTERNAL_SERVER_ERROR", "The back end's answer is over 10 MB");
  }
}

function toFailure(invocation: Exclude<Invocation, { kind: "returned" }>, timeoutMs: number): HttpRejection {
  switch (invocation.kind) {
    case "timed-out":
      return new HttpRejection("SERVICE_UNAVAILABLE", `No answer within ${timeoutMs} ms`);
    case "throttled":
      return new HttpRejection("INTERNAL_SERVER_ERROR", "Lambda throttled the function");
    case "too-large":
      return new HttpRejection(
        invocation.which === "event" ? "REQUEST_TOO_LARGE" : "INTERNAL_SERVER_ERROR",
        payloadTooLarge(invocation.which),
      );
    default:
      return new HttpRejection("INTERNAL_SERVER_ERROR", `The function failed with ${nameFault(invocation)}`);
  }
}

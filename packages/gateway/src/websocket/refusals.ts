// The answers that end a handshake: status, error type and body, as API Gateway words them.
import { gatewayResponses, httpApiErrors } from "@gatewright/contract";
import type { Rejection } from "../invoke/rejection.ts";
import type { HttpAnswer } from "./wire.ts";

/** Status, error type and body. Authorizer denials write `Message`, failed integrations a space after the colon. */
type Row = readonly [status: number, errorType: string, body: string];

const denied = gatewayResponses.ACCESS_DENIED;
const badRequest = "BadRequestException";
const faulty = gatewayResponses.INTEGRATION_FAILURE.errorType;
const integrationFailed = `{"message": "${gatewayResponses.INTEGRATION_FAILURE.message}"}`;
const timedOut = gatewayResponses.INTEGRATION_TIMEOUT;
const plain = (message: string | null): string => JSON.stringify({ message });

/** Why a handshake is refused by the gateway itself. */
export type RefusalName =
  | "BAD_HANDSHAKE"
  | "URL_TOO_LONG"
  | "HEADERS_TOO_LARGE"
  | "WRONG_PATH"
  | "UNAUTHORIZED"
  | "IMPLICIT_DENY"
  | "EXPLICIT_DENY"
  | "AUTHORIZER_BROKEN"
  | "INTEGRATION_FAILURE"
  | "INTEGRATION_TIMEOUT"
  | "GATEWAY_FAULT"
  | "STOPPING";

const table: Readonly<Record<RefusalName, Row>> = {
  BAD_HANDSHAKE: [400, badRequest, plain("Bad Request")],
  URL_TOO_LONG: [414, badRequest, plain(httpApiErrors.URI_TOO_LONG.message)],
  HEADERS_TOO_LARGE: [431, badRequest, plain(httpApiErrors.HEADERS_TOO_LARGE.message)],
  WRONG_PATH: [403, "ForbiddenException", plain("Forbidden")],
  UNAUTHORIZED: [401, gatewayResponses.UNAUTHORIZED.errorType, plain(gatewayResponses.UNAUTHORIZED.message)],
  IMPLICIT_DENY: [403, denied.errorType, `{"Message":"${denied.message}"}`],
  EXPLICIT_DENY: [403, denied.errorType, `{"Message":"${denied.message} with an explicit deny"}`],
  AUTHORIZER_BROKEN: [500, gatewayResponses.AUTHORIZER_CONFIGURATION_ERROR.errorType, plain(null)],
  INTEGRATION_FAILURE: [502, faulty, integrationFailed],
  INTEGRATION_TIMEOUT: [504, timedOut.errorType, `{"message": "${timedOut.message}"}`],
  GATEWAY_FAULT: [500, faulty, integrationFailed],
  STOPPING: [503, "ServiceUnavailableException", plain(httpApiErrors.SERVICE_UNAVAILABLE.message)],
};

/** Thrown by the steps of an upgrade, caught once by the upgrade itself. */
export class HandshakeRefusal extends Error {
  override readonly name = "HandshakeRefusal";
  readonly answer: HttpAnswer;

  constructor(why: string, answer: HttpAnswer) {
    super(why);
    this.answer = answer;
  }
}

/**
 * A refusal of the gateway's own.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/supported-gateway-response-types.html
 */
export function refuse(name: RefusalName): HandshakeRefusal {
  const [status, type, body] = table[name];
  const headers = { "content-type": "application/json", "x-amzn-errortype": type };
  return new HandshakeRefusal(name, { status, headers, body });
}

/** A refusal with status 403 in words of its own. */
export function refuseWith(type: string, body: Readonly<Record<string, string>>): HandshakeRefusal {
  const headers = { "content-type": "application/json", "x-amzn-errortype": type };
  return new HandshakeRefusal(type, { status: 403, headers, body: JSON.stringify(body) });
}

/** A refusal that API Gateway words for REST APIs, too: its status, type and message. */
export function refuseAs({ type, detail }: Rejection): HandshakeRefusal {
  const { status, errorType, message } = gatewayResponses[type];
  const headers = { "content-type": "application/json", "x-amzn-errortype": errorType };
  const body = plain(detail.message ?? message);
  return new HandshakeRefusal(type, { status: detail.status ?? status, headers, body });
}

/** The refusal of a `$connect` function that returned something else than 2xx; its body stays here. */
export function refuseWithStatus(status: number): HandshakeRefusal {
  return new HandshakeRefusal("$connect refused", { status, headers: {}, body: "" });
}

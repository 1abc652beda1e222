// POST, GET and DELETE of @connections/{id}: how functions reach their clients.
import { isUtf8 } from "node:buffer";
import { limits } from "@gatewright/contract";
import type { FaultSource } from "../faults/faults.ts";
import { decodePercent } from "../invoke/query.ts";
import type { Clock, Ids } from "../ports.ts";
import { endings } from "../websocket/close.ts";
import type { HttpAnswer, PlainRequest } from "../websocket/wire.ts";
import type { ConnectionTable } from "./table.ts";

/** What the endpoint needs. */
export interface EndpointPorts {
  readonly stage: string;
  readonly table: ConnectionTable;
  /** Checks the signature: `ok`, or why the request is forbidden. */
  verify(request: PlainRequest & { readonly body: Buffer }): string;
  readonly ids: Ids;
  /** Whether the account may make one more call now. @default always */
  mayCall?(): boolean;
  /** What is made to go wrong. @default nothing */
  readonly faults?: { readonly clock: Clock; readonly source: Pick<FaultSource, "next"> };
}

type ErrorType =
  | "BadRequestException"
  | "ForbiddenException"
  | "GoneException"
  | "InternalServerErrorException"
  | "LimitExceededException"
  | "NotFoundException"
  | "PayloadTooLargeException"
  | "UpgradeRequiredException";

const statuses: Readonly<Record<ErrorType, number>> = {
  BadRequestException: 400,
  ForbiddenException: 403,
  NotFoundException: 404,
  GoneException: 410,
  PayloadTooLargeException: 413,
  UpgradeRequiredException: 426,
  LimitExceededException: 429,
  InternalServerErrorException: 500,
};

/**
 * Makes the endpoint. The order is AWS's: path, signature, id, size, connection.
 *
 * A body goes out as one text message, whatever its content type. `@` and `=` may be percent-encoded.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-how-to-call-websocket-api-connections.html
 */
export function createConnectionsEndpoint(
  to: EndpointPorts,
): (request: PlainRequest) => HttpAnswer | Promise<HttpAnswer> {
  const start = `/${to.stage}/@connections/`;
  const answer = (request: PlainRequest): HttpAnswer | Promise<HttpAnswer> => {
    const { method, body } = request;
    const path = readUsualPath(request.target, start) ?? readPath(request.target, to.stage);
    if (path.kind === "stage") return fail("UpgradeRequiredException", "Upgrade Required");
    if (path.kind === "other" || !isVerb(method)) {
      const where = path.text.replace(/^\//, "");
      return fail("NotFoundException", `No method found matching route ${where} for http method ${method}.`);
    }
    if (!body) return fail("PayloadTooLargeException", "Payload too large");
    const verified = to.verify({ ...request, body });
    if (verified !== "ok") return fail("ForbiddenException", verified);
    if (to.mayCall?.() === false) return fail("LimitExceededException", "Rate exceeded");
    const call: Call = { method, connectionId: path.connectionId, body };
    return faultOf(call, to) ?? act(call, to.table);
  };
  const finish = ({ status, headers, body }: HttpAnswer): HttpAnswer => ({
    status,
    headers: { ...headers, "x-amzn-requestid": to.ids.uuid() },
    body,
  });
  return (request) => {
    const answered = answer(request);
    return answered instanceof Promise ? answered.then(finish) : finish(answered);
  };
}

type Verb = "POST" | "GET" | "DELETE";

interface Call {
  readonly method: Verb;
  readonly connectionId: string;
  readonly body: Buffer;
}

const isVerb = (method: string): method is Verb =>
  method === "POST" || method === "GET" || method === "DELETE";

/** What goes wrong with a call, where that was asked for. */
function faultOf(call: Call, { faults, table }: EndpointPorts): HttpAnswer | Promise<HttpAnswer> | undefined {
  const fault = faults?.source.next(call);
  if (!fault) return undefined;
  if (fault.answer === "gone") return fail("GoneException");
  if (fault.answer === "throttled") return fail("LimitExceededException", "Rate exceeded");
  if (fault.answer === "error") return fail("InternalServerErrorException", "Internal server error");
  return new Promise((resolve) => {
    faults?.clock.after(fault.delayMs, () => resolve(act(call, table)));
  });
}

function act({ method, connectionId, body }: Call, table: ConnectionTable): HttpAnswer {
  const connection = table.find(connectionId);
  if (!connection && !isConnectionId(connectionId)) {
    return fail("BadRequestException", `Invalid connectionId: ${connectionId}`);
  }
  if (method === "POST" && body.length > limits.websocketMessageBytes) {
    return fail("PayloadTooLargeException", "Payload too large");
  }
  if (!connection) return fail("GoneException");
  if (method === "DELETE") {
    connection.close(endings.deleted);
    return { status: 204, headers: {}, body: "" };
  }
  if (method === "GET") {
    const { caller, lastActiveAt } = connection;
    const { sourceIp, userAgent } = caller.identity;
    return json(200, {
      connectedAt: new Date(caller.connectedAt).toISOString(),
      identity: { sourceIp, userAgent },
      lastActiveAt: new Date(lastActiveAt).toISOString(),
    });
  }
  const posted = connection.post(toText(body));
  if (posted === "gone") return fail("GoneException");
  if (posted === "full") return fail("LimitExceededException", "The client does not read what it is sent");
  return { status: 200, headers: {}, body: "" };
}

type Path =
  | { readonly kind: "connection"; readonly connectionId: string; readonly text: string }
  | { readonly kind: "stage"; readonly text: string }
  | { readonly kind: "other"; readonly text: string };

/** The path as nearly everybody writes it. */
function readUsualPath(text: string, start: string): Path | undefined {
  const segment = text.slice(start.length);
  const isUsual = segment !== "" && text.startsWith(start) && !/[/?]/.test(segment);
  return isUsual ? { kind: "connection", connectionId: decodePercent(segment), text } : undefined;
}

function readPath(target: string, stage: string): Path {
  const [text = ""] = target.split("?", 1);
  const [, first, second, third, ...rest] = text.split("/").map(decodePercent);
  const isConnection = second === "@connections" && third !== undefined && third !== "" && rest.length === 0;
  if (first === stage && isConnection) return { kind: "connection", connectionId: third, text };
  return { kind: first === stage && (second ?? "") === "" ? "stage" : "other", text };
}

/** Bytes of a text frame: what is not UTF-8 is replaced, as no client would take it. */
function toText(body: Buffer): Uint8Array {
  return isUtf8(body) ? body : Buffer.from(body.toString("utf8"));
}

/** Base64, also of the URL kind, with its padding: the shape of every id that API Gateway gives. */
function isConnectionId(text: string): boolean {
  return /^(?:[\w+/-]{4})*(?:[\w+/-]{2}==|[\w+/-]{3}=)$/.test(text);
}

function fail(type: ErrorType, message?: string): HttpAnswer {
  const status = statuses[type];
  const headers = { "x-amzn-errortype": type };
  if (message === undefined) return { status, headers, body: "" };
  const { body, headers: jsonHeaders } = json(status, { message });
  return { status, headers: { ...headers, ...jsonHeaders }, body };
}

function json(status: number, value: unknown): HttpAnswer {
  return { status, headers: { "content-type": "application/json" }, body: JSON.stringify(value) };
}

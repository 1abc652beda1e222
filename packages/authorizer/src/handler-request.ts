// A request as a handler sees it, not an authorizer: for function URLs, and as a second lock.
import type { HttpEvent, MethodArn } from "@gatewright/contract";
import { failures } from "./failures.ts";
import type { HandlerEvent } from "./handler-event.ts";
import { toRequest, type AuthorizerRequest } from "./request.ts";

/** A request as a handler sees it. */
export interface HandlerRequest extends AuthorizerRequest {
  readonly kind: "handler";
  readonly event: HandlerEvent;
}

/**
 * Reads a handler's event.
 *
 * @throws Failure `HANDLER_EVENT_UNKNOWN` for anything else, the later messages of a WebSocket among them: they carry no token.
 */
export function readHandlerRequest(event: unknown): HandlerRequest {
  const call = callOf(event);
  if (call === undefined) throw failures.create("HANDLER_EVENT_UNKNOWN", undefined);
  const known = event as HandlerEvent; // callOf has looked
  const { apiId, stage, accountId } = known.requestContext as {
    readonly apiId?: string;
    readonly stage?: string;
    readonly accountId?: string;
  }; // all kinds have them, or leave them out
  const arn: MethodArn = {
    partition: "aws",
    region: process.env["AWS_REGION"] ?? "",
    accountId: accountId ?? "",
    apiId: apiId ?? "",
    stage: stage ?? "",
    call,
  };
  return { ...toRequest("handler", arn, known), kind: "handler", event: known };
}

/** `GET/rooms/42`, or `$connect`. */
function callOf(event: unknown): string | undefined {
  if (typeof event !== "object" || event === null || !("requestContext" in event)) return undefined;
  const given = event as Record<string, unknown>; // each member is looked at below
  const context = given["requestContext"];
  if (typeof context !== "object" || context === null) return undefined;
  if ("eventType" in context) return context.eventType === "CONNECT" ? "$connect" : undefined;
  if ("http" in context) {
    const { http, stage } = context as HttpEvent["requestContext"]; // as HTTP APIs and function URLs send it
    const path = given["rawPath"];
    if (typeof path !== "string" || typeof http?.method !== "string") return undefined;
    return `${http.method}${withoutStage(path, stage)}`;
  }
  const { httpMethod, path } = given;
  return typeof httpMethod === "string" && typeof path === "string" ? `${httpMethod}${path}` : undefined;
}

function withoutStage(path: string, stage: string | undefined): string {
  const prefix = `/${stage ?? ""}`;
  if (stage === undefined || stage === "$default") return path;
  return path === prefix || path.startsWith(`${prefix}/`) ? path.slice(prefix.length) || "/" : path;
}

// One message: which route, which function, and what goes back.
import type { Functions, Log } from "../ports.ts";
import type { Connection } from "./connection.ts";
import type { WebsocketEvents } from "./events.ts";
import type { WebsocketPlan } from "./plan.ts";
import { readProxyResult, type ProxyResult } from "./proxy-result.ts";

/** What a message needs on its way. */
export interface MessagePorts {
  readonly plan: WebsocketPlan;
  readonly events: WebsocketEvents;
  readonly functions: Functions;
  readonly log: Log;
  now(): number;
}

/**
 * Takes one message to its function and, where the route has a route response, the result's body back.
 *
 * Whatever fails is told to the client in API Gateway's error frame; the connection stays open.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-route-response.html
 */
export async function takeMessage(connection: Connection, text: string, to: MessagePorts): Promise<void> {
  const since = to.now();
  const route = to.plan.selectRoute(text);
  const event = to.events.message(connection.caller, route?.routeKey ?? "", text);
  const say = (message: FrameMessage) => connection.reply(errorFrame(message, event.requestContext));
  const note = (outcome: string) =>
    `WebSocket ${route?.routeKey ?? "(no route)"} ${connection.id} ${outcome} ${to.now() - since} ms`;
  if (!route) {
    to.log.warn(note("Forbidden: no route is selected and there is no $default"));
    return say("Forbidden");
  }
  const { functionKey, timeoutMs } = route;
  const result = readProxyResult(await to.functions.invoke(functionKey, event, { timeoutMs }));
  if (result.kind !== "answered") {
    to.log.warn(note(`${functionKey}: ${explain(result)}`));
    return say(result.kind === "timed-out" ? "Endpoint request timed out" : "Internal server error");
  }
  to.log.info(note("ok"));
  if (route.routeResponse && result.body !== undefined) await connection.reply(result.body);
}

type FrameMessage = "Forbidden" | "Internal server error" | "Endpoint request timed out";

/** API Gateway's own error frame, to the space. */
function errorFrame(message: FrameMessage, context: { connectionId: string; requestId: string }): string {
  const quote = (text: string) => JSON.stringify(text);
  return `{"message": ${quote(message)}, "connectionId":${quote(context.connectionId)}, "requestId":${quote(context.requestId)}}`;
}

/** Why there is no answer, for the developer. */
export function explain(result: Exclude<ProxyResult, { readonly kind: "answered" }>): string {
  return result.kind === "timed-out" ? "no answer in time" : result.why;
}

// One message: which route, whether it may come, what is called, and what goes back.
import { Rejection } from "../invoke/rejection.ts";
import { holdAgainst } from "../invoke/steps/validate.ts";
import type { Log } from "../ports.ts";
import type { SocketCall } from "../records/websocket-facts.ts";
import type { SocketRecorder } from "../records/websocket-recorder.ts";
import { type SocketMeters, takeTokens } from "./admit.ts";
import type { Connection } from "./connection.ts";
import type { WebsocketEvents } from "./events.ts";
import { integrate } from "./integrate.ts";
import type { Incoming, IntegratePorts, Integrated } from "./integration-call.ts";
import type { PlannedRoute } from "./plan.ts";
import { type FrameMessage, judgeRejection, judgeResult, noRoute, type Verdict } from "./verdict.ts";

/** What a message needs on its way. */
export interface MessagePorts extends IntegratePorts {
  readonly events: WebsocketEvents;
  readonly meters: SocketMeters;
  readonly recorder: SocketRecorder;
  readonly log: Log;
}

/**
 * Takes one message to its integration and, where the route has a route response, the answer back.
 *
 * Whatever fails is told to the client in API Gateway's error frame; the connection stays open.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-route-response.html
 */
export async function takeMessage(connection: Connection, text: string, to: MessagePorts): Promise<void> {
  const startedAt = to.now();
  const route = to.plan.selectRoute(text);
  const event = to.events.message(connection.caller, route?.routeKey ?? "", text);
  const incoming: Incoming = { event, text, traceId: connection.caller.traceId };
  const stopped = stopBefore(route, text, to);
  const integrated = route && !stopped ? await integrate(route, incoming, to) : undefined;
  const { verdict, answer, status } = integrated ? conclude(integrated, route) : toEnd(stopped ?? noRoute);
  const called = integrated?.called;
  const endedAt = to.now();
  to.recorder.record({
    stage: to.plan,
    settings: route?.settings ?? to.plan.settings,
    context: event.requestContext,
    body: text,
    status,
    startedAt,
    endedAt,
    ...(verdict && { error: verdict.error }),
    ...(called && { called }),
    ...(answer !== undefined && { answer }),
  });
  const outcome = verdict ? explainVerdict(verdict, called) : "ok";
  const line = `WebSocket ${route?.routeKey ?? "(no route)"} ${connection.id} ${outcome} ${endedAt - startedAt} ms`;
  if (verdict) {
    to.log.warn(line);
    return connection.reply(errorFrame(verdict.frame, event.requestContext));
  }
  to.log.info(line);
  if (answer !== undefined) await connection.reply(answer);
}

/** Why nothing is called for a message; `undefined` where something is. */
function stopBefore(
  route: PlannedRoute | undefined,
  text: string,
  { meters }: Pick<MessagePorts, "meters">,
): Verdict | undefined {
  if (!route) return noRoute;
  try {
    takeTokens(route.throttle, meters);
    checkModel(route, text);
    return undefined;
  } catch (error) {
    if (error instanceof Rejection) return judgeRejection(error);
    throw error;
  }
}

/** What becomes of a message. */
interface End {
  readonly verdict?: Verdict;
  readonly answer?: string | Uint8Array;
  readonly status: number;
}

function toEnd(verdict: Verdict): End {
  return { verdict, status: verdict.status };
}

function conclude({ result }: Integrated, route: PlannedRoute | undefined): End {
  if (result.kind !== "answered") return toEnd(judgeResult(result));
  const { body, status = 200 } = result;
  return route?.routeResponse && body !== undefined ? { status, answer: body } : { status };
}

/** @throws Rejection `BAD_REQUEST_BODY`, also where messages are checked and no model is for this one. */
function checkModel(route: PlannedRoute, text: string): void {
  const check = route.modelOf(text);
  if (check === "none") return;
  if (check === "unknown") throw new Rejection("BAD_REQUEST_BODY", { why: "No model is for this message" });
  holdAgainst(check, Buffer.from(text));
}

function explainVerdict({ frame, error }: Verdict, called: SocketCall | undefined): string {
  const why = error.why ?? error.message ?? "";
  return called ? `${called.endpoint}: ${why}` : `${frame}: ${why}`;
}

/** API Gateway's own error frame, to the space. */
function errorFrame(message: FrameMessage, context: { connectionId: string; requestId: string }): string {
  const quote = (text: string) => JSON.stringify(text);
  return `{"message": ${quote(message)}, "connectionId":${quote(context.connectionId)}, "requestId":${quote(context.requestId)}}`;
}

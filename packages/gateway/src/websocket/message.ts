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
import type { Incoming, IntegratePorts } from "./integration-call.ts";
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
  const { verdict, answer, called, status } = await follow(route, incoming, to);
  const endedAt = to.now();
  to.recorder.record({
    stage: to.plan,
    settings: route?.settings ?? to.plan.settings,
    context: event.requestContext,
    body: text,
    status: verdict?.status ?? status,
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

interface Followed {
  readonly verdict?: Verdict;
  readonly answer?: string | Uint8Array;
  readonly called?: SocketCall;
  readonly status: number;
}

async function follow(
  route: PlannedRoute | undefined,
  incoming: Incoming,
  to: MessagePorts,
): Promise<Followed> {
  if (!route) return { verdict: noRoute, status: 403 };
  try {
    takeTokens(route.throttle, to.meters);
    checkModel(route, incoming.text);
  } catch (error) {
    if (!(error instanceof Rejection)) throw error;
    return { verdict: judgeRejection(error), status: 0 };
  }
  const { result, called } = await integrate(route, incoming, to);
  const done = called ? { called } : {};
  if (result.kind !== "answered") return { verdict: judgeResult(result), status: 0, ...done };
  const { body, status = 200 } = result;
  return { status, ...done, ...(route.routeResponse && body !== undefined && { answer: body }) };
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

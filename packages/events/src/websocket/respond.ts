// One event's way through a socket's table, and what is said when that fails.
import type {
  WebsocketConnectEvent,
  WebsocketDisconnectEvent,
  WebsocketEvent,
  WebsocketMessageEvent,
  WebsocketResult,
} from "@gatewright/contract";
import type { StandardSchemaV1 } from "@standard-schema/spec";
import { failures as common } from "../failures.ts";
import { toError, type ErrorLog } from "../log.ts";
import { TimeOver, withinBudget, type LambdaTime } from "../time-budget.ts";
import { toFieldErrors } from "../validate.ts";
import { Admission } from "./admission.ts";
import { SocketView, type Connection, type Disconnection, type Message } from "./connection.ts";
import { failures } from "./failures.ts";
import { toAnswer, toErrorFrame } from "./frames.ts";
import { say, type SocketPoster } from "./post.ts";
import { readMessage } from "./read-message.ts";
import type { Selection } from "./selection.ts";
import { SocketError, toSocketError } from "./socket-error.ts";

/** A message route as it is called. */
export interface MessageRoute {
  readonly schema: StandardSchemaV1 | undefined;
  readonly handle: (message: Message) => unknown;
}

/** Who may ask for a connection, as it is called. */
export interface ConnectRoute {
  readonly schema: StandardSchemaV1 | undefined;
  readonly handle: (connection: Connection<never, never>) => Admission | Promise<Admission>;
}

/** A socket's table as it is called. Types of auth and bodies are the business of its builder. */
export interface Table {
  readonly messages: Map<string, MessageRoute>;
  readonly log: ErrorLog;
  readonly selection: Selection;
  readonly poster: SocketPoster | undefined;
  /** Whether answers are posted instead of handed back through route responses. */
  readonly posts: boolean;
  connect?: ConnectRoute | undefined;
  otherwise?: ((message: Message<never, never>) => unknown) | undefined;
  disconnect?: ((connection: Disconnection<never>) => unknown) | undefined;
}

/**
 * Answers one event.
 *
 * @throws what was not meant for the client, for middy to hand to {@link refuseBare}; `EVENT_UNKNOWN`.
 */
export function respond(
  table: Table,
  event: WebsocketEvent,
  context: LambdaTime | undefined,
): Promise<WebsocketResult> {
  switch (kindOf(event)) {
    case "CONNECT":
      return connect(table, new SocketView(event as WebsocketConnectEvent, context, table.poster)); // by its eventType
    case "MESSAGE":
      return message(table, new SocketView(event as WebsocketMessageEvent, context, table.poster)); // by its eventType
    default:
      return disconnect(table, new SocketView(event as WebsocketDisconnectEvent, context, table.poster)); // by its eventType
  }
}

/** Who is let in: whoever the handler accepts, and nobody when it decides nothing. */
async function connect(table: Table, view: SocketView<WebsocketConnectEvent>): Promise<WebsocketResult> {
  try {
    if (table.connect === undefined) throw failures.create("NO_CONNECT_HANDLER", {});
    const { schema, handle } = table.connect;
    if (schema !== undefined) view.query = await validatedQuery(schema, view.query);
    const admission: unknown = await inTime(handle(view as unknown as Connection<never, never>), view); // a connect event
    if (admission instanceof Admission) return admission.toResult(view.subprotocols);
    throw failures.create("CONNECT_UNDECIDED", {});
  } catch (error) {
    const known = toSocketError(error);
    if (known === undefined) throw error;
    return { statusCode: known.status };
  }
}

async function message(table: Table, view: SocketView<WebsocketMessageEvent>): Promise<WebsocketResult> {
  try {
    const data = await handle(table, view); // which reads the id
    return await deliver(table, view, toAnswer(view.id, data));
  } catch (error) {
    const known = toSocketError(error);
    if (known !== undefined) return deliver(table, view, toErrorFrame(known, view.requestId, view.id));
    failed.set(view.raw, view);
    throw error;
  }
}

/** Hands an answer back for the route response, or posts it where the table says so. */
async function deliver(
  table: Table,
  view: SocketView<WebsocketMessageEvent>,
  result: WebsocketResult,
): Promise<WebsocketResult> {
  if (!table.posts || typeof result.body !== "string") return result;
  await say(table.poster, view, result.body);
  return { statusCode: 200 };
}

async function handle(table: Table, view: SocketView<WebsocketMessageEvent>): Promise<unknown> {
  const action = await readMessage(view, table.selection);
  const chosen = view.route === "$default" ? action : view.route;
  const route = chosen === undefined ? undefined : table.messages.get(chosen);
  if (route === undefined || chosen === undefined) {
    view.route = "$default";
    if (table.otherwise === undefined) throw new SocketError("UNKNOWN_ROUTE", "No route takes this message.");
    return inTime(table.otherwise(view as unknown as Message<never, never>), view); // a message event
  }
  view.route = chosen;
  if (route.schema !== undefined) view.body = await validated(route.schema, view.body);
  return inTime(route.handle(view), view);
}

async function validated(schema: StandardSchemaV1, body: unknown): Promise<unknown> {
  const verdict = await schema["~standard"].validate(body);
  if (verdict.issues === undefined) return verdict.value;
  throw new SocketError("INVALID_MESSAGE", "The message is not as this route wants it.", {
    errors: toFieldErrors("body", verdict.issues),
  });
}

async function validatedQuery(schema: StandardSchemaV1, query: unknown): Promise<unknown> {
  const verdict = await schema["~standard"].validate(query);
  if (verdict.issues === undefined) return verdict.value;
  throw new SocketError("INVALID_QUERY", "The query of the connection is not as this API wants it.", {
    errors: toFieldErrors("query", verdict.issues),
  });
}

async function disconnect(
  table: Table,
  view: SocketView<WebsocketDisconnectEvent>,
): Promise<WebsocketResult> {
  await inTime(table.disconnect?.(view as unknown as Disconnection<never>), view); // a disconnect event
  return { statusCode: 200 };
}

function inTime(work: unknown, view: SocketView<WebsocketEvent>): unknown {
  return work instanceof Promise ? withinBudget(work, view.budgetMs(), (over) => view.expire(over)) : work;
}

/** Messages that failed with an error that was not meant for the client, by their event: it is answered last. */
const failed = new WeakMap<object, SocketView<WebsocketEvent>>();

/** Answers an event after an error that was not meant for the client, or one of another middleware. */
export async function refuseBare(
  table: Table,
  event: WebsocketEvent,
  error: unknown,
): Promise<WebsocketResult> {
  const kind = kindOf(event);
  const view = failed.get(event) ?? new SocketView(event, undefined, table.poster);
  const known = toSocketError(error) ?? logged(table, view, error);
  if (kind === "MESSAGE") return tell(table, view, toErrorFrame(known, view.requestId, view.id));
  return { statusCode: known.status };
}

/** Delivers an error. Where even that fails there is nobody left to tell. */
async function tell(
  table: Table,
  view: SocketView<WebsocketEvent>,
  result: WebsocketResult,
): Promise<WebsocketResult> {
  try {
    return await deliver(table, view as SocketView<WebsocketMessageEvent>, result); // of a message
  } catch (error) {
    table.log.error(`An error could not be told (request ${view.requestId}).`, toError(error));
    return { statusCode: 200 };
  }
}

/** Logs an error that was not meant for the client, and gives the one that is shown instead. */
function logged(table: Table, view: SocketView<WebsocketEvent>, thrown: unknown): SocketError {
  const error = toError(thrown);
  table.log.error(`${view.route} failed (request ${view.requestId}).`, error);
  return error instanceof TimeOver
    ? new SocketError("TIMEOUT", "The answer took too long.", { status: 504 })
    : new SocketError("INTERNAL", "Something went wrong.", { status: 500 });
}

function kindOf(event: unknown): WebsocketEvent["requestContext"]["eventType"] {
  const context = (event as Partial<WebsocketEvent> | null | undefined)?.requestContext; // only looked at
  const kind = context?.eventType;
  const isKnown = kind === "CONNECT" || kind === "MESSAGE" || kind === "DISCONNECT";
  if (isKnown && typeof context?.connectionId === "string" && typeof context.routeKey === "string")
    return kind;
  throw common.create("EVENT_UNKNOWN", { expected: "an event of a WebSocket API" });
}

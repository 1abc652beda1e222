// The application written by hand: two of its routes, and nothing that is not needed for them.
import {
  findIssues,
  health,
  pageOrigin,
  post,
  type Event,
  type NewMessage,
  type Result,
} from "./application.ts";

/** Answers a call as somebody would who writes for these two routes alone. */
export function answerByHand(event: Event): Result {
  const isV2 = "version" in event;
  const method = isV2 ? event.requestContext.http.method : event.httpMethod;
  const path = isV2 ? event.rawPath : event.path;
  const requestId = event.requestContext.requestId;
  if (method === "GET" && path === "/health") return say(event, 200, health());
  const match = method === "POST" ? messagesPath.exec(path) : null;
  if (match === null) return refuse(event, requestId, { status: 404, title: "Not Found" });
  let body: unknown;
  try {
    body = JSON.parse(event.body ?? "");
  } catch {
    return refuse(event, requestId, { status: 400, title: "Bad Request", detail: "The body is not JSON." });
  }
  const errors = findIssues(body);
  if (errors.length > 0) return refuse(event, requestId, { status: 400, title: "Bad Request", errors });
  const notify = event.queryStringParameters?.["notify"] === "true";
  const room = decodeURIComponent(match[1] ?? "");
  return say(event, 201, post(room, body as NewMessage, notify)); // nothing is wrong with it
}

const messagesPath = /^\/rooms\/([^/]+)\/messages$/;

interface Refusal {
  readonly status: number;
  readonly title: string;
  readonly detail?: string;
  readonly errors?: readonly object[];
}

function refuse(event: Event, requestId: string, refusal: Refusal): Result {
  const problem = { type: "about:blank", ...refusal, instance: `urn:request:${requestId}` };
  return say(event, refusal.status, problem, "application/problem+json");
}

function say(event: Event, statusCode: number, body: object, type = "application/json"): Result {
  const headers: Record<string, string> = { "content-type": type, vary: "origin" };
  if (event.headers?.["origin"] === pageOrigin) {
    headers["access-control-allow-origin"] = pageOrigin;
    headers["access-control-allow-credentials"] = "true";
  }
  return { statusCode, headers, body: JSON.stringify(body) };
}

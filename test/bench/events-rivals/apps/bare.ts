// The handler that somebody writes without any library.
import { mistakes, origin, post, type NewMessage } from "../app.ts";

interface BareEvent {
  readonly httpMethod?: string;
  readonly path?: string;
  readonly rawPath?: string;
  readonly requestContext: { readonly http?: { readonly method: string } };
  readonly pathParameters?: Readonly<Record<string, string>> | null;
  readonly queryStringParameters?: Readonly<Record<string, string>> | null;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | null;
  readonly isBase64Encoded: boolean;
}

const route = /^\/rooms\/([^/]+)\/messages$/;

function answer(event: BareEvent, statusCode: number, body: unknown, type = "application/json"): object {
  const headers: Record<string, string> = { "content-type": type, vary: "origin" };
  if ((event.headers["origin"] ?? event.headers["Origin"]) === origin) {
    headers["access-control-allow-origin"] = origin;
    headers["access-control-allow-credentials"] = "true";
  }
  return { statusCode, headers, body: JSON.stringify(body) };
}

export async function handler(event: BareEvent): Promise<object> {
  const method = event.requestContext.http?.method ?? event.httpMethod;
  const path = event.rawPath ?? event.path ?? "";
  if (method === "GET" && path === "/health") return answer(event, 200, { ok: true });
  const room = method === "POST" ? route.exec(path)?.[1] : undefined;
  if (room === undefined)
    return answer(event, 404, { title: "Not Found", status: 404 }, "application/problem+json");
  let body: unknown;
  try {
    const text = event.body ?? "";
    body = JSON.parse(event.isBase64Encoded ? Buffer.from(text, "base64").toString() : text);
  } catch {
    return answer(event, 400, { title: "Bad Request", status: 400 }, "application/problem+json");
  }
  const errors = mistakes(body);
  if (errors.length > 0)
    return answer(event, 400, { title: "Bad Request", status: 400, errors }, "application/problem+json");
  const notify = event.queryStringParameters?.["notify"] === "true";
  return answer(event, 201, post(decodeURIComponent(room), notify, body as NewMessage));
}

// The way of a request under /_gatewright from the WebSocket API's door to the desk, and of its answer back.
import type { HttpApplication } from "../invoke/application.ts";
import type { HttpAnswer, PlainRequest } from "./wire.ts";

/** Whether a request is for the desk. */
export function isForDesk({ target }: PlainRequest): boolean {
  return /^\/_gatewright(?:[/?]|$)/.test(target);
}

/** Asks the desk. */
export async function visitDesk(request: PlainRequest, desk: HttpApplication): Promise<HttpAnswer> {
  const { method, target, headers, body = Buffer.alloc(0), remoteAddress } = request;
  const [path = "", query = ""] = target.split(/\?(.*)/s, 2);
  const pairs = Object.entries(headers).flatMap(([name, values]) =>
    (Array.isArray(values) ? values : [values]).flatMap((value) =>
      typeof value === "string" ? [[name, value] as const] : [],
    ),
  );
  const host = typeof headers["host"] === "string" ? headers["host"] : "";
  const answer = await desk.answer({
    method,
    path,
    query,
    headers: pairs,
    body,
    sourceIp: remoteAddress,
    protocol: "http",
    host,
  });
  return {
    status: answer.status,
    headers: Object.fromEntries(answer.headers),
    body: answer.body.toString("utf8"),
  };
}

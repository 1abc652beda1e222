// One line for the developer about each request; never a header, a query or a body.
import type { Log } from "../ports.ts";
import type { ArrivedHttp } from "./application.ts";
import type { Trace } from "./trace.ts";

/** What the line tells. */
export interface RequestLine {
  /** `Domain` where a custom domain refused the request before any API saw it. */
  readonly api: "REST" | "HTTP" | "Domain" | "URL";
  readonly http: ArrivedHttp;
  readonly status: number;
  readonly ms: number;
  readonly trace: Trace;
}

/** Says why a request was refused: a warning where the API is at fault (5XX), otherwise for information. */
export function logReason(
  log: Log,
  { api, status, trace }: Pick<RequestLine, "api" | "status" | "trace">,
  why: string,
): void {
  const line = `${api} ${trace.said("match-route") ?? "no route"}: ${why}`;
  if (status >= 500) log.warn(line);
  else log.info(line);
}

/** Writes `REST GET /dev/rooms/42 200 3 ms (GET /rooms/{room})`. */
export function logRequest(log: Log, { api, http, status, ms, trace }: RequestLine): void {
  const route = trace.said("match-route") ?? "no route";
  log.info(`${api} ${http.method} ${http.path} ${status} ${ms} ms (${route})`);
}

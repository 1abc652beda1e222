// CORS of an HTTP API: preflights answered, other answers given their headers.
import type { HttpCors } from "../model/http-api.ts";
import type { ArrivedHttp, HeaderPair, HttpAnswer } from "./application.ts";
import { lastHeader } from "./headers.ts";

/** Whether the gateway answers this request by itself, whatever routes there are. */
export function isPreflight(http: ArrivedHttp): boolean {
  return (
    http.method === "OPTIONS" &&
    lastHeader(http.headers, "origin") !== undefined &&
    lastHeader(http.headers, "access-control-request-method") !== undefined
  );
}

/**
 * Answers a preflight: 204, with CORS headers only if the origin is allowed.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-cors.html
 */
export function answerPreflight(cors: HttpCors, http: ArrivedHttp): HttpAnswer {
  const allowed = originFor(cors, http);
  const headers: HeaderPair[] = [];
  if (allowed !== undefined) {
    if (cors.allowMethods.length > 0)
      headers.push(["Access-Control-Allow-Methods", cors.allowMethods.join(",")]);
    if (cors.allowHeaders.length > 0)
      headers.push(["Access-Control-Allow-Headers", cors.allowHeaders.join(",")]);
    if (cors.maxAgeSeconds !== undefined)
      headers.push(["Access-Control-Max-Age", String(cors.maxAgeSeconds)]);
  }
  return { status: 204, headers, body: Buffer.alloc(0) };
}

/** Puts the API's CORS headers on an answer and takes the function's own off; without a configuration, neither. */
export function addCors(answer: HttpAnswer, cors: HttpCors | undefined, http: ArrivedHttp): HttpAnswer {
  if (!cors) return answer;
  const preflight = isPreflight(http);
  const kept = preflight ? answer.headers : answer.headers.filter(([name]) => !isCorsHeader(name));
  const origin = originFor(cors, http);
  if (origin === undefined) return { ...answer, headers: kept };
  const headers: HeaderPair[] = [...kept, ["Access-Control-Allow-Origin", origin]];
  if (cors.allowCredentials) headers.push(["Access-Control-Allow-Credentials", "true"]);
  if (cors.exposeHeaders.length > 0 && !preflight) {
    headers.push(["Access-Control-Expose-Headers", cors.exposeHeaders.join(",")]);
  }
  return { ...answer, headers };
}

function isCorsHeader(name: string): boolean {
  return name.toLowerCase().startsWith("access-control-");
}

/** The value of `Access-Control-Allow-Origin`: a star where all may, otherwise the caller's own origin. */
function originFor(cors: HttpCors, http: ArrivedHttp): string | undefined {
  const origin = lastHeader(http.headers, "origin");
  if (origin === undefined) return undefined;
  if (cors.allowOrigins.includes("*")) return "*";
  const scheme = /^https?:\/\//.exec(origin)?.[0];
  const allowed = cors.allowOrigins.includes(origin) || cors.allowOrigins.includes(`${scheme}*`);
  return allowed ? origin : undefined;
}

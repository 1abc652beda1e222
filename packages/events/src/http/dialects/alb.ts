// The dialect of an Application Load Balancer.
import { titleOf } from "../../status.ts";
import { failures } from "../failures.ts";
import { SentHeaders } from "../headers.ts";
import { decodeQuery, queryFromMaps } from "../query.ts";
import type { AlbEvent, AlbResult } from "./alb-event.ts";
import { linesOf, type Dialect, type Encoded } from "./dialect.ts";

/** Reads and answers events of a load balancer. It has no stage, no routes and no authorizer context. */
export const albDialect: Dialect<AlbEvent> = {
  kind: "alb",
  waitsMs: Infinity,
  encodedPath: true,
  encodedParameters: true,
  method: (event) => event.httpMethod,
  path: (event) => event.path,
  template: () => undefined,
  parameters: () => undefined,
  headers: (event) => new SentHeaders(event.headers, event.multiValueHeaders),
  query: (event) =>
    queryFromMaps(event.queryStringParameters, event.multiValueQueryStringParameters, decodeQuery),
  cookies: (event) => albDialect.headers(event).all("cookie"),
  auth: () => undefined,
  sourceIp: (event) => albDialect.headers(event).get("x-forwarded-for")?.split(",").at(-1)?.trim() ?? "",
  stage: () => "$default",
  stageVariables: () => undefined,
  requestId: (event) => albDialect.headers(event).get("x-amzn-trace-id"),
  result,
};

function result(answer: Encoded, event: AlbEvent): AlbResult {
  const lines = linesOf(answer);
  const rest = {
    statusCode: answer.status,
    statusDescription: `${answer.status} ${titleOf(answer.status)}`,
    body: answer.body,
    isBase64Encoded: answer.base64,
  };
  if (event.multiValueHeaders)
    return { ...rest, multiValueHeaders: { ...inLists(answer.headers), ...lines } };
  const headers = { ...answer.headers };
  for (const name in lines) {
    const [only, second] = lines[name] ?? [];
    if (second !== undefined) throw failures.create("ALB_REPEATED_HEADER", { name });
    if (only !== undefined) headers[name] = only;
  }
  return { ...rest, headers };
}

function inLists(single: Record<string, string>): Record<string, string[]> {
  return Object.fromEntries(Object.entries(single).map(([name, value]) => [name, [value]]));
}

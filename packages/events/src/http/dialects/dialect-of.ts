// Which dialect an event speaks, told by its shape.
import type { HttpEvent } from "@gatewright/contract";
import { failures } from "../../failures.ts";
import { albDialect } from "./alb.ts";
import type { AnyHttpEvent, Dialect } from "./dialect.ts";
import { functionUrlDialect, httpDialect, isFunctionUrl } from "./http.ts";
import { http1Dialect, restDialect } from "./rest.ts";

type Shape = { readonly [name: string]: unknown };

/**
 * Tells the kind of an event: payload 2.0 has `requestContext.http`, a load balancer `requestContext.elb`,
 * payload 1.0 a `version` or none.
 *
 * @throws `EVENT_UNKNOWN` for everything else, WebSocket events included.
 */
export function dialectOf(event: unknown): Dialect<AnyHttpEvent> {
  if (isShape(event) && isShape(event["requestContext"])) {
    const { http, elb } = event["requestContext"];
    if (isShape(http) && isText(http["method"]) && isText(event["rawPath"])) {
      return isFunctionUrl(event as unknown as HttpEvent) ? functionUrlDialect : httpDialect; // shape checked above
    }
    if (isText(event["httpMethod"]) && isText(event["path"])) {
      if (isShape(elb)) return albDialect;
      return event["version"] === "1.0" ? http1Dialect : restDialect;
    }
  }
  throw failures.create("EVENT_UNKNOWN", {
    expected: "an event of a REST API, an HTTP API, a function URL or a load balancer",
  });
}

function isShape(value: unknown): value is Shape {
  return typeof value === "object" && value !== null;
}

function isText(value: unknown): value is string {
  return typeof value === "string";
}

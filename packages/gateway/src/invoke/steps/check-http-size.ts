// Step: are an HTTP API's URL and headers small enough?
import { gatewayLimits } from "@gatewright/contract";
import { areLonger } from "../headers.ts";
import type { HttpArrived, HttpSized } from "../http-exchange.ts";
import { HttpRejection } from "../rejection.ts";
import { urlLength } from "./check-size.ts";

/**
 * Refuses URLs and headers that are too long.
 *
 * @throws HttpRejection `URI_TOO_LONG`, `HEADERS_TOO_LARGE`.
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html
 */
export function checkHttpSize(arrived: HttpArrived): HttpSized {
  if (urlLength(arrived.http) > gatewayLimits.urlBytes) throw new HttpRejection("URI_TOO_LONG");
  if (areLonger(arrived.http.headers, gatewayLimits.headerBytes))
    throw new HttpRejection("HEADERS_TOO_LARGE");
  return arrived as HttpSized; // proven on the lines above
}

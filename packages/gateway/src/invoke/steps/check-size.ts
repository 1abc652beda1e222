// Step: is the request line short enough, and are the headers small enough?
import { gatewayLimits } from "@gatewright/contract";
import type { RestApi } from "../../model/rest-api.ts";
import type { ArrivedHttp } from "../application.ts";
import type { Meant, Sized } from "../exchange.ts";
import { areLonger } from "../headers.ts";
import { Rejection } from "../rejection.ts";

/** What an endpoint takes. */
export interface RequestSizes {
  readonly urlBytes: number;
  readonly headerBytes: number;
}

/** What a REST API takes, by the type of its endpoint. */
export function requestSizes(endpointType: RestApi["endpointType"] = "EDGE"): RequestSizes {
  const { urlBytes, shortUrlBytes, headerBytes, privateHeaderBytes } = gatewayLimits;
  return {
    urlBytes: endpointType === "REGIONAL" ? urlBytes : shortUrlBytes,
    headerBytes: endpointType === "PRIVATE" ? privateHeaderBytes : headerBytes,
  };
}

/**
 * Refuses URLs and headers that are too long.
 *
 * @throws Rejection `REQUEST_TOO_LARGE` with 414 or 431.
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-execution-service-limits-table.html
 */
export function checkSize(meant: Meant, sizes: RequestSizes = gatewayLimits): Sized {
  if (urlLength(meant.http) > sizes.urlBytes) {
    throw new Rejection("REQUEST_TOO_LARGE", { status: 414, message: "Request URI Too Long" });
  }
  if (areLonger(meant.http.headers, sizes.headerBytes)) {
    throw new Rejection("REQUEST_TOO_LARGE", { status: 431, message: "Request Header Fields Too Large" });
  }
  return meant as Sized; // proven on the lines above
}

/** Characters of the request target. */
export function urlLength(http: ArrivedHttp): number {
  return http.path.length + (http.query === "" ? 0 : http.query.length + 1);
}

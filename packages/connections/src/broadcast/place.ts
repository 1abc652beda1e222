// Where the endpoints of connections are: read once, looked up for each post.
import { urlToHttpOptions } from "node:url";
import { failures } from "../failures.ts";

/** An endpoint, taken apart. */
export interface Place {
  readonly protocol: "http:" | "https:";
  readonly hostname: string;
  /** Left out for the protocol's own. */
  readonly port?: number;
  /** As the `host` header says it, with its port. */
  readonly host: string;
  /** What stands before the connection's id: `/dev/@connections/`. */
  readonly prefix: string;
}

/** Overrides every row's endpoint, as it does for the SDK's client; `gatewright dev` sets it. */
const endpointVariable = "AWS_ENDPOINT_URL_APIGATEWAYMANAGEMENTAPI";

const places = new Map<string, Place>();
/** A service posts to a few APIs; where rows name ever new ones, the memory stays bounded. */
const placesAtMost = 64;

/**
 * Finds where an endpoint is, or where the environment says that all are.
 *
 * @throws `BAD_ENDPOINT` for what is no URL of HTTP.
 */
export function placeOf(endpoint: string): Place {
  const base = process.env[endpointVariable] ?? endpoint;
  const known = places.get(base);
  if (known) return known;
  if (places.size >= placesAtMost) places.clear();
  const place = read(base);
  places.set(base, place);
  return place;
}

function read(base: string): Place {
  const url = URL.parse(`${base.replace(/\/+$/, "")}/@connections/`);
  if (!url) throw failures.create("BAD_ENDPOINT", { problem: "is not a URL" });
  const { protocol, host, pathname } = url;
  if (protocol !== "http:" && protocol !== "https:") {
    throw failures.create("BAD_ENDPOINT", { problem: "is not a URL of http or https" });
  }
  const { hostname, port } = urlToHttpOptions(url);
  return {
    protocol,
    host,
    prefix: pathname,
    hostname: hostname ?? host,
    ...(typeof port === "number" && { port }),
  };
}

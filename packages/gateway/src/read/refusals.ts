// What guards an API on AWS and cannot be run here yet: refused by name, never skipped.
import type { Cursor } from "./cursor.ts";

interface Refusal {
  /** Below `provider`. */
  readonly path: string;
  readonly what: string;
  /** Refused only where the setting is true. */
  readonly whenTrue?: boolean;
}

const refusals: readonly Refusal[] = [
  { path: "apiGateway.resourcePolicy", what: "a resource policy" },
  { path: "resourcePolicy", what: "a resource policy" },
  { path: "vpcEndpointIds", what: "a private API" },
  { path: "apiGateway.disableDefaultEndpoint", what: "an API without its default endpoint", whenTrue: true },
  { path: "httpApi.disableDefaultEndpoint", what: "an API without its default endpoint", whenTrue: true },
  { path: "apiGateway.restApiId", what: "a REST API of another stack" },
  { path: "apiGateway.websocketApiId", what: "a WebSocket API of another stack" },
  { path: "httpApi.id", what: "an HTTP API of another stack" },
];

/** @throws `NOT_SUPPORTED` at the first setting that would be silently weaker here than on AWS. */
export function refuseUnsupported(provider: Cursor): void {
  for (const { path, what, whenTrue = false } of refusals) {
    const at = path.split(".").reduce<Cursor | undefined>((place, key) => place?.optional(key), provider);
    if (at === undefined || (whenTrue && !at.flag())) continue;
    at.notSupported(what);
  }
  const endpoint = provider.optional("endpointType");
  if (endpoint?.oneOf(["REGIONAL", "EDGE", "PRIVATE"]) === "PRIVATE") endpoint.notSupported("a private API");
}

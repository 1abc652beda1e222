// What guards an API on AWS and cannot be run here yet: refused by name, never skipped.
import type { Cursor } from "./cursor.ts";

interface Refusal {
  /** Below `provider`. */
  readonly path: string;
  readonly what: string;
}

const refusals: readonly Refusal[] = [
  { path: "apiGateway.restApiId", what: "a REST API of another stack" },
  { path: "apiGateway.websocketApiId", what: "a WebSocket API of another stack" },
  { path: "httpApi.id", what: "an HTTP API of another stack" },
];

/** @throws `NOT_SUPPORTED` at the first setting that would be silently weaker here than on AWS. */
export function refuseUnsupported(provider: Cursor): void {
  for (const { path, what } of refusals) {
    path
      .split(".")
      .reduce<Cursor | undefined>((place, key) => place?.optional(key), provider)
      ?.notSupported(what);
  }
}

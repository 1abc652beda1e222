// What guards an API on AWS and cannot be run here yet: refused by name, never skipped.
import type { Cursor } from "./cursor.ts";
import type { Names } from "./names.ts";

interface Refusal {
  /** Below `provider`. */
  readonly path: string;
  readonly what: string;
}

const refusals: readonly Refusal[] = [
  { path: "apiGateway.websocketApiId", what: "a WebSocket API of another stack" },
  { path: "httpApi.id", what: "an HTTP API of another stack" },
];

/** @throws `NOT_SUPPORTED` at the first setting that would be silently weaker here than on AWS. */
export function refuseUnsupported(provider: Cursor, names: Names): void {
  const shared = provider.optional("apiGateway")?.optional("restApiId");
  if (shared !== undefined && shared.text() !== names.id(10, "restApi")) {
    shared.notSupported("a REST API of another stack");
  }
  provider.optional("apiGateway")?.at("restApiRootResourceId").skip();
  provider.optional("apiGateway")?.at("restApiResources").skip();
  for (const { path, what } of refusals) {
    path
      .split(".")
      .reduce<Cursor | undefined>((place, key) => place?.optional(key), provider)
      ?.notSupported(what);
  }
}

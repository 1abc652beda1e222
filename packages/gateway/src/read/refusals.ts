// What guards an API on AWS and cannot be run here yet: refused by name, never skipped.
import type { Cursor } from "./cursor.ts";
import { whyElsewhere } from "./functions.ts";
import type { Names } from "./names.ts";

/** Settings below `provider` that name an API which another stack makes. */
const others = [
  { keys: ["apiGateway", "restApiId"], what: "a REST API" },
  { keys: ["apiGateway", "websocketApiId"], what: "a WebSocket API" },
  { keys: ["httpApi", "id"], what: "an HTTP API" },
] as const;

/**
 * Refuses what would be silently weaker here than on AWS: APIs of other stacks, of whose guards nothing is known.
 *
 * With `custom.gatewright.ownApis` the developer asks for an API of this definition's own instead, and is told so.
 *
 * @throws `NOT_SUPPORTED`
 */
export function refuseUnsupported(root: Cursor, names: Names): void {
  const provider = root.at("provider");
  const ownApis = root.optional("custom")?.optional("gatewright")?.optional("ownApis")?.flag() ?? false;
  provider.optional("apiGateway")?.at("restApiRootResourceId").skip();
  provider.optional("apiGateway")?.at("restApiResources").skip();
  for (const { keys, what } of others) {
    const at = keys.reduce<Cursor | undefined>((place, key) => place?.optional(key), provider);
    if (at === undefined || (at.isText && at.text() === names.id(10, "restApi"))) continue;
    if (ownApis) {
      at.skip().tell(`Here it is ${what} of its own: what the other stack says of it does not hold.`);
      continue;
    }
    if (whyElsewhere(at.failure) === undefined) at.text(); // a variable without a value says so itself
    at.notSupported(`${what} of another stack (but one of its own with custom.gatewright.ownApis: true)`);
  }
}

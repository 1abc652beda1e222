// What this machine is to hold an account to: `custom.gatewright.throttle` and `custom.gatewright.cacheMegabytes`.
import type { LocalLimits } from "../model/service.ts";
import type { Cursor } from "./cursor.ts";

/** Reads limits that differ from AWS's, to see what a client does with a 429 or a small cache; none where none is said. */
export function readLocalLimits(root: Cursor): LocalLimits | undefined {
  const own = root.optional("custom")?.optional("gatewright");
  const throttle = own?.optional("throttle");
  const megabytes = own?.optional("cacheMegabytes")?.number({ min: 0, max: Infinity, whole: false });
  if (throttle === undefined && megabytes === undefined) return undefined;
  return {
    ...(throttle !== undefined && {
      accountThrottle: {
        rateLimit: throttle.at("rateLimit").number({ min: 0, max: Infinity, whole: false }),
        burstLimit: throttle.at("burstLimit").number({ min: 0, max: Infinity }),
      },
    }),
    ...(megabytes !== undefined && { cacheBytes: megabytes * 1024 * 1024 }),
  };
}

// What this machine is to hold an account to: `throttle`, `connectThrottle` and `cacheMegabytes` of `custom.gatewright`.
import type { LocalLimits } from "../model/service.ts";
import type { Cursor } from "./cursor.ts";
import { readThrottle, small } from "./stage-settings.ts";

/** Reads limits that differ from AWS's, to see what a client does with a 429 or a small cache; none where none is said. */
export function readLocalLimits(root: Cursor): LocalLimits | undefined {
  const own = root.optional("custom")?.optional("gatewright");
  const throttle = own?.optional("throttle");
  const connects = own?.optional("connectThrottle");
  const megabytes = own?.optional("cacheMegabytes")?.number({ min: 0, max: Infinity, whole: false });
  const limits = {
    ...(throttle !== undefined && { accountThrottle: readThrottle(throttle, small) }),
    ...(connects !== undefined && { connectThrottle: readThrottle(connects, small) }),
    ...(megabytes !== undefined && { cacheBytes: megabytes * 1024 * 1024 }),
  };
  return Object.keys(limits).length === 0 ? undefined : limits;
}

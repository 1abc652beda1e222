// Which Node.js the gateway runs on.
import { failures } from "./failures.ts";

/**
 * Functions run in threads of the gateway's own Node.js, and need what came with 22.
 *
 * @throws failure `NODE_TOO_OLD`.
 */
export function assertNode(version: string): void {
  if (Number.parseInt(version, 10) < 22) throw failures.create("NODE_TOO_OLD", { version });
}

// The two clocks of a connection: 10 minutes without traffic, 2 hours in all.
import { limits } from "@gatewright/contract";
import type { Clock } from "../ports.ts";

/** The running clocks of one connection. */
export interface ConnectionClocks {
  stop(): void;
}

/**
 * Starts both clocks of a connection that was opened now. `expire` runs at most once, then both have stopped.
 *
 * Traffic sets no timer: the idle clock looks at `lastActiveAt` only when it would run out.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-execution-service-websocket-limits-table.html
 */
export function startClocks(
  connection: { readonly lastActiveAt: number },
  clock: Clock,
  expire: (why: "idle" | "life") => void,
): ConnectionClocks {
  const end = (why: "idle" | "life") => {
    stop();
    expire(why);
  };
  const watchIdle = (): (() => void) => {
    const left = connection.lastActiveAt + limits.websocketIdleMs - clock.now();
    return clock.after(left, () => {
      if (clock.now() - connection.lastActiveAt >= limits.websocketIdleMs) end("idle");
      else stopIdle = watchIdle();
    });
  };
  let stopIdle = watchIdle();
  const stopLife = clock.after(limits.websocketLifeMs, () => end("life"));
  const stop = () => {
    stopIdle();
    stopLife();
  };
  return { stop };
}

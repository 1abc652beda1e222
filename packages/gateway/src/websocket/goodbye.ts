// The end of a WebSocket API: every client is told, every $disconnect runs, and nothing waits for ever.
import { endings } from "./close.ts";
import type { Connection } from "./connection.ts";

/** A client has this long to finish the closing handshake, and all `$disconnect` functions this long. */
const patience = { handshakeMs: 500, inAllMs: 3_000 };

/**
 * Closes every connection with 1001 and waits for its `$disconnect`, so that no registry keeps who is gone.
 *
 * AWS does not promise that `$disconnect` runs; a gateway that stops cleanly does it all the same. The bounds are
 * real time: a test's clock that stands still would never end anything.
 *
 * @param work what is under way: upgrades, and every connection until its `$disconnect` is done.
 */
export async function sayGoodbye(
  table: Iterable<Connection>,
  work: ReadonlySet<Promise<void>>,
): Promise<void> {
  const { promise: late, resolve } = Promise.withResolvers<void>();
  const deadline = setTimeout(resolve, patience.inAllMs);
  const cutOff = setTimeout(() => {
    for (const connection of table) connection.terminate();
  }, patience.handshakeMs);
  try {
    await Promise.race([untilDone(table, work), late]);
  } finally {
    clearTimeout(deadline);
    clearTimeout(cutOff);
  }
}

/** An upgrade that ends meanwhile may have opened one more connection: each round closes all there are. */
async function untilDone(table: Iterable<Connection>, work: ReadonlySet<Promise<void>>): Promise<void> {
  while (work.size > 0) {
    for (const connection of table) connection.close(endings.goingAway);
    await Promise.race(work);
  }
}

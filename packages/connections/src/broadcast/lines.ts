// Kept connections by origin: a free one if there is one, a new one if not, and what is under way ended by signals.
import { Line, NoReply, type Origin } from "./line.ts";
import type { Reply } from "./read-reply.ts";

/** Kept connections to any number of origins. */
export interface Lines {
  /**
   * Sends one request, head and body as they go over the wire, and gives the answer. Lines are kept for each origin
   * object, so let it be the same one each time.
   * A kept connection that the other side had closed meanwhile is replaced once; the reply says so.
   * @throws NoReply
   */
  exchange(origin: Origin, request: Uint8Array, signal?: AbortSignal): Promise<Reply>;
}

interface Pool {
  readonly origin: Origin;
  readonly free: Line[];
}

/** Opens no connection before the first exchange. `timeoutMs` of silence ends an exchange. */
export function createLines(timeoutMs: number): Lines {
  const pools = new WeakMap<Origin, Pool>();
  const watch = createWatch();

  const open = (pool: Pool): Line =>
    new Line(pool.origin, timeoutMs, {
      free: (line) => pool.free.push(line),
      ended(line) {
        const at = pool.free.indexOf(line);
        if (at >= 0) pool.free.splice(at, 1);
      },
    });
  const poolFor = (origin: Origin): Pool => {
    const known = pools.get(origin);
    if (known) return known;
    const pool: Pool = { origin, free: [] };
    pools.set(origin, pool);
    return pool;
  };
  return {
    exchange(origin, request, signal) {
      if (signal?.aborted) return Promise.reject(new NoReply("ABORT_ERR", signal.reason));
      const pool = poolFor(origin);
      const underWay = signal && watch(signal);
      return (pool.free.pop() ?? open(pool)).send(request, underWay).catch((error: unknown) => {
        if (!(error instanceof NoReply) || !error.stale || signal?.aborted) throw error;
        // the other side closes idle lines together: the rest of them is as old
        for (const line of pool.free.splice(0)) line.cut("ECONNRESET");
        return open(pool)
          .send(request, underWay)
          .then((reply) => ({ ...reply, isSecond: true }));
      });
    },
  };
}

/** The lines that a signal ends. One listener a signal, however many they may be. */
function createWatch(): (signal: AbortSignal) => Set<Line> {
  const watched = new WeakMap<AbortSignal, Set<Line>>();
  return (signal) => {
    const known = watched.get(signal);
    if (known) return known;
    const lines = new Set<Line>();
    watched.set(signal, lines);
    const end = (): void => {
      for (const line of lines) line.cut("ABORT_ERR");
    };
    // the signal may be a timer's, which is seen before the answers that have come meanwhile: they are read first
    signal.addEventListener("abort", () => setImmediate(end), { once: true });
    return lines;
  };
}

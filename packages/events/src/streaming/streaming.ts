// A mode of execution for middy: the answer is written to Lambda's stream instead of handed back.
import type { AnyHttpResult } from "../http/dialects/dialect.ts";
import type { StreamingMode } from "../http/streaming-mode.ts";
import { failures } from "./failures.ts";
import { streamify } from "./runtime.ts";
import { send } from "./send.ts";

type Hook = (run: unknown) => unknown;

/** What middy gives a mode of execution. */
interface Engine {
  middyRequest(event: unknown, context: unknown): unknown;
  runRequest(run: unknown, ...rest: readonly unknown[]): Promise<AnyHttpResult>;
}

/** A handler whose function can be set later, as middy's are. */
interface Settable {
  (...given: readonly unknown[]): unknown;
  handler?(next: unknown): Settable;
}

function execute(
  engine: Engine,
  before: unknown,
  first: unknown,
  ...[after, onError, plugin]: readonly [unknown, unknown, { requestStart: Hook; requestEnd: Hook }]
): Settable {
  let handle = first;
  const run: Settable = streamify(async (event, out, context) => {
    const request = engine.middyRequest(event, context);
    plugin.requestStart(request);
    try {
      await send(await engine.runRequest(request, before, handle, after, onError, plugin), out);
    } finally {
      await plugin.requestEnd(request);
    }
  });
  run.handler = (next) => {
    handle = next;
    return run;
  };
  return run;
}

/**
 * Sends answers while they are made: `api.handler({ mode: streaming })`, or
 * `middy({ executionMode: streaming }).use(httpRequest({ mode: streaming }))`.
 *
 * For REST APIs whose integration has `responseTransferMode: STREAM`, and function URLs with `RESPONSE_STREAM`.
 * Replies that are no streams go the same way, without the limit of 6 MB. A stream goes out as the reader has room
 * for it, and ends with the function's time: `request.signal` is aborted and the connection cut.
 *
 * @throws `STREAM_UNSUPPORTED` for events of other kinds, `STREAMING_UNAVAILABLE` outside Lambda's runtime,
 * `PRELUDE_TOO_LARGE`; all when called.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/config-rs-write-functions.html
 */
export const streaming: StreamingMode = Object.assign(execute as unknown as () => void, {
  waitsMs: 900_000, // of a REST API; on function URLs the function's own time ends earlier
  assertTakes(kind: string): void {
    if (kind !== "rest" && kind !== "function-url") throw failures.create("STREAM_UNSUPPORTED", { kind });
  },
});

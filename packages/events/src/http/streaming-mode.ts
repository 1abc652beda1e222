// How a handler sends its answers piece by piece: what a table needs to know of it.
import type { PluginExecutionMode } from "@middy/core";
import type { HttpEventKind } from "./dialects/dialect.ts";

/** A mode of execution of middy that sends answers as they are made. There is one: `streaming`. */
export interface StreamingMode extends PluginExecutionMode {
  /** Milliseconds that the other side waits for a stream to end. */
  readonly waitsMs: number;
  /** @throws `STREAM_UNSUPPORTED` for a kind of event whose answer cannot be streamed. */
  assertTakes(kind: HttpEventKind): void;
}

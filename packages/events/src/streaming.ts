// The streaming door: answers that are sent while they are made.
export { streaming } from "./streaming/streaming.ts";
export { stream } from "./http/stream.ts";
export type { Chunk, ChunkSource, ReadableStreamLike, StreamBody } from "./http/stream.ts";
export type { StreamingMode } from "./http/streaming-mode.ts";

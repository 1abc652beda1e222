// What the Lambda service and an environment say to each other across the thread.

/** An event for an environment that is ready. It runs one at a time; what is sent ahead waits there, and may be recalled. */
export type Dispatch = readonly [
  kind: "event",
  requestId: string,
  timeoutMs: number,
  traceId: string,
  event: string,
  /** Whether the answer is wanted as it is written. */
  isStreamed: boolean,
  /** In {@link EnvironmentData.claims}. */
  place: number,
];

/** What the service tells an environment. */
export type Order =
  | Dispatch
  /** So many bytes of this event's answer have been passed on. */
  | readonly [kind: "taken", requestId: string, bytes: number];

/** What an environment tells the service. Arrays, because they are the cheapest to clone after strings. */
export type Report =
  /** The module is loaded and the handler found. */
  | readonly [kind: "ready"]
  /** The module did not load, or has no such handler; `exports` are those that it has. */
  | readonly [
      kind: "init-failed",
      errorType: string,
      errorMessage: string,
      exports: readonly string[] | undefined,
    ]
  /** The answer, or the end of a streamed one, and how long the handler took. */
  | readonly [kind: "returned", payload: string | undefined, ms: number]
  /** A part of a streamed answer. */
  | readonly [kind: "chunk", bytes: Uint8Array]
  | readonly [kind: "too-large"]
  | readonly [kind: "failed", errorType: string, errorMessage: string]
  /** An error that nobody caught: the environment ends itself right after. */
  | readonly [kind: "crashed", errorType: string, errorMessage: string]
  /** Waits for the local authority's certificate, until the first number here is no longer 0. */
  | readonly [kind: "authority", made: Int32Array]
  | readonly [kind: "output", stream: "stdout" | "stderr", text: string];

/** What an environment is told when it starts. */
export interface EnvironmentData {
  /** `file:` URL of the bundle. */
  readonly bundle: string;
  /** As the definition writes it, for errors. */
  readonly handler: string;
  /** The part after the file's name; dots go into objects. */
  readonly exportPath: string;
  readonly functionArn: string;
  /** Which events have begun; see `claims.ts`. */
  readonly claims: SharedArrayBuffer;
  /** Longest result, in bytes of JSON. */
  readonly resultBytes: number;
  /** Where V8's compiled code is kept between environments. */
  readonly compileCache: string;
  /** File with the certificate of the local authority; there once it was asked for. */
  readonly caFile?: string;
}

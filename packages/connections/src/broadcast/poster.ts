// The port of the poster: one call to @connections, and what may come of it.

/** One message to many: made once, posted often. */
export interface Message {
  /** UTF-8, at most 131,072 bytes. */
  readonly bytes: Uint8Array;
}

/** Whom to reach, and where. */
export interface Target {
  readonly connectionId: string;
  readonly endpoint: string;
}

/** What came of one call. Only `throttled` and `failed` are worth another try. */
export type Outcome = Came & {
  /** The kept connection was closed without an answer, and this is the answer to the same call on a new one. */
  readonly isSecond?: boolean;
};

type Came =
  /** API Gateway took it. A client that goes away in this moment may still miss it. */
  | { readonly kind: "done" }
  /** 410: the connection is closed, or not open yet (`$connect` has not answered). */
  | { readonly kind: "gone" }
  /** 429: over the account's rate, or a client that reads too slowly. */
  | { readonly kind: "throttled" }
  /** 413: API Gateway found it too large. */
  | { readonly kind: "too-large" }
  /** It will not work like this. `says` is a sentence for the log. */
  | {
      readonly kind: "refused";
      readonly reason: "forbidden" | "no-route" | "rejected";
      readonly says: string;
    }
  /** It did not work this time. `says` is a sentence for the log. */
  | {
      readonly kind: "failed";
      readonly reason: "error" | "unreachable" | "timeout";
      readonly says: string;
    };

/** What API Gateway knows about a live connection. Times are ISO 8601. */
export interface Sight {
  readonly connectedAt: string;
  readonly lastActiveAt: string;
  readonly identity: { readonly sourceIp: string; readonly userAgent?: string };
}

/** How one call is bounded. */
export interface CallOptions {
  /** Ends the call early; the outcome is then `failed`. */
  readonly signal?: AbortSignal;
}

/**
 * One call to @connections. Never rejects for what a single connection or the network does:
 * that is an {@link Outcome}. Rejects for what would fail every call, such as missing credentials.
 */
export interface Poster {
  post(to: Target, message: Message, options?: CallOptions): Promise<Outcome>;
  /** Closes the connection: the client sees 1000. */
  close(to: Target, options?: CallOptions): Promise<Outcome>;
  /** `undefined` when it is gone. @throws `LOOK_REFUSED` for every other answer. */
  look(to: Target, options?: CallOptions): Promise<Sight | undefined>;
}

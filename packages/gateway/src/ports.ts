// Everything that is not repeatable, behind narrow interfaces: time, ids, words for the developer, functions.
import { randomFillSync, randomUUID } from "node:crypto";
import type { Readable } from "node:stream";

/** Time. The system's by default; a test owns it. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Runs `task` once after `ms`; the returned function cancels it. Never keeps the process alive by itself. */
  after(ms: number, task: () => void): () => void;
}

/** Where words for the developer go. Secrets, tokens and bodies never do. */
export interface Log {
  info(line: string): void;
  warn(line: string): void;
  error(line: string): void;
}

/** What comes back from one Lambda invocation, as the Lambda service would tell API Gateway. */
export type Invocation =
  /** The function's return value as JSON text (`undefined` where it returned nothing JSON can hold). */
  | { readonly kind: "returned"; readonly payload: string | undefined }
  /** The function threw, ended its process, or exceeded its own timeout: an unhandled error. */
  | {
      readonly kind: "failed";
      readonly errorType: string;
      readonly errorMessage: string;
      /** There is no such function: the service says so, not the function. */
      readonly isMissing?: true;
    }
  /** The caller's deadline (`timeoutMs`) passed first; the function may still be running. */
  | { readonly kind: "timed-out" }
  /** No environment was free and none may be added (Lambda's 429). */
  | { readonly kind: "throttled" }
  /** Event or result over 6 MB. */
  | { readonly kind: "too-large"; readonly which: "event" | "result" };

/** What comes back from an invocation whose answer is streamed. */
export type StreamedInvocation =
  | Exclude<Invocation, { readonly kind: "returned" }>
  /**
   * The function has begun to answer: its bytes as they come, with back-pressure up to the function. An error of the
   * stream ({@link BrokenStream}) is an answer that was cut short. Destroyed, it lets the function run on unheard.
   */
  | { readonly kind: "streaming"; readonly body: Readable };

/** Why a stream ended before its time: the function failed, or took longer than it was given. */
export class BrokenStream extends Error {
  override readonly name = "BrokenStream";
}

/** How one invocation goes. */
export interface InvokeOptions {
  readonly timeoutMs: number;
  /** `awsRequestId`: the same for each try of an asynchronous invocation. @default a new one */
  readonly requestId?: string;
}

/** How one streamed invocation goes; `timeoutMs` is for the whole of it. */
export interface StreamOptions extends InvokeOptions {
  /** The longest time without a byte. @default `timeoutMs` alone counts */
  readonly idleMs?: number;
}

/** The Lambda service: one event at a time per environment, more environments when busy. */
export interface Functions {
  /**
   * Invokes a function with an event and waits for its answer, for at most `timeoutMs`.
   * Never rejects: everything that can go wrong is a kind of {@link Invocation}.
   */
  invoke(functionKey: string, event: unknown, options: InvokeOptions): Promise<Invocation>;
  /**
   * Invokes a function and hands on what it writes (`InvokeWithResponseStream`); resolves with the first byte, or
   * with what went wrong before it. A function that returns a value streams that value as JSON. Never rejects.
   */
  stream(functionKey: string, event: unknown, options: StreamOptions): Promise<StreamedInvocation>;
  /** Runs every function's module once so that the first request does not wait. */
  warm(): Promise<void>;
  close(): Promise<void>;
}

/** The system's own clock. Its timers do not keep the process alive. */
export const systemClock: Clock = {
  now: () => Date.now(),
  after(ms, task) {
    const timer = setTimeout(task, ms);
    timer.unref();
    return () => clearTimeout(timer);
  },
};

/** Names that AWS would give. */
export interface Ids {
  /** A UUID, as REST APIs use for `requestId`. */
  uuid(): string;
  /** 15 base64 characters and `=`, as `extendedRequestId`, `Apigw-Requestid` and connection ids look. */
  opaque(): string;
  /** So many hexadecimal digits, an even number up to 32, as trace ids have them. */
  hex(digits: number): string;
}

/** Asking the system for a few bytes costs as much as asking for many. */
const pool = Buffer.alloc(8_192);
let used = pool.length;

/** Random bytes as text. */
function random(bytes: number, encoding: "base64url" | "hex"): string {
  if (used + bytes > pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  used += bytes;
  return pool.toString(encoding, used - bytes, used);
}

/** Random ids. */
export const systemIds: Ids = {
  uuid: () => randomUUID(),
  opaque: () => `${random(11, "base64url").slice(0, 15)}=`,
  hex: (digits) => random(digits / 2, "hex"),
};

// What an integration is called with and answers with, whatever kind it is.
import type { HeaderPair } from "../invoke/application.ts";
import type { Invocation } from "../ports.ts";
import type { StreamOutcome, StreamRest } from "./lambda-stream.ts";

/** A call that templates and mappings made. */
export type OutgoingCall =
  | { readonly to: "mock"; readonly status: number }
  | { readonly to: "http"; readonly request: OutgoingRequest }
  | {
      readonly to: "function";
      readonly functionKey: string;
      readonly event: unknown;
      /** `X-Amz-Invocation-Type: Event`: Lambda answers 202 at once. */
      readonly async: boolean;
      readonly timeoutMs: number;
    };

/** An HTTP request to a back end. */
export interface OutgoingRequest {
  readonly method: string;
  /** Absolute; its path is sent as it stands here. */
  readonly url: string;
  readonly headers: readonly HeaderPair[];
  readonly body: Buffer;
  readonly timeoutMs: number;
  /** Hand the answer on as it comes: the longest silence; `timeoutMs` is for the whole. @default it is collected */
  readonly streamIdleMs?: number;
  /** Take any certificate. @default false */
  readonly insecure?: boolean;
  /** The name that the certificate must have. @default the URL's host */
  readonly serverName?: string;
}

/** What a back end answered. */
export interface IntegrationReply {
  readonly status: number;
  readonly headers: readonly HeaderPair[];
  /** Empty where the answer streams. */
  readonly body: Buffer;
  /** Whoever has it reads it to its end or returns it. */
  readonly stream?: StreamRest;
  /** What selection patterns are held against: the status, or a failed function's message; a success has none. */
  readonly selector: string | undefined;
}

/** What came of calling an integration: a Lambda invocation, a literal answer, or a back end's reply. */
export type IntegrationOutcome =
  | { readonly from: "lambda"; readonly invocation: Invocation; readonly requestId: string }
  | { readonly from: "lambda-stream"; readonly invocation: StreamOutcome; readonly requestId: string }
  | { readonly from: "mock"; readonly headers: Readonly<Record<string, string>> }
  /** The invocation has an id where a function was called. */
  | { readonly from: "reply"; readonly reply: IntegrationReply; readonly requestId?: string }
  | { readonly from: "no-reply"; readonly failure: NoReply };

/** Why an HTTP back end gave no answer. */
export type NoReply =
  | { readonly kind: "timed-out" }
  /** Nobody is there, the name is not known, or the connection broke. */
  | { readonly kind: "unreachable"; readonly why: string }
  /** The certificate is not trusted, or TLS failed otherwise. */
  | { readonly kind: "untrusted"; readonly why: string }
  /** Its answer is over 10 MB. */
  | { readonly kind: "too-large" };

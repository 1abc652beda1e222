// One event on its way to an answer, from whoever asked to whichever environment takes it.
import { limits } from "@gatewright/contract";
import type { Clock, Invocation } from "../ports.ts";
import { atTurnEnd } from "../turn.ts";
import type { StartTimer } from "./deadlines.ts";

/** What comes of an event that no function has answered. */
export type Refusal = Exclude<Invocation, { readonly kind: "returned" }>;

/** What every event gets when the service is closed. */
export const closed: Refusal = {
  kind: "failed",
  errorType: "ServiceException",
  errorMessage: "The Lambda service is closed",
};

/** An event that waits or runs. */
export interface Call {
  /** As JSON. */
  readonly payload: string;
  /** `awsRequestId`, where the caller names it. */
  readonly requestId: string | undefined;
  /** When it came, in milliseconds. */
  readonly since: number;
  /** The first answer counts; later ones are dropped. */
  settle(invocation: Invocation): void;
  /**
   * Takes a part of a streamed answer. `taken` is called, with how many bytes, when there is room for as many more.
   * Only calls that want their answer streamed have it.
   */
  readonly chunk?: (bytes: Uint8Array, taken: (bytes: number) => void) => void;
}

/** A call, and the promise of its answer. */
export interface OpenCall<Answer = Invocation> extends Call {
  readonly answer: Promise<Answer>;
}

/** Until when an answer counts. */
export interface Deadline {
  readonly clock: Clock;
  readonly startTimer: StartTimer;
  readonly timeoutMs: number;
  readonly requestId?: string | undefined;
  /** Told when the time is over and nothing has come back. */
  readonly expired: (call: Call) => void;
}

/** Opens a call that answers `timed-out` by itself after `timeoutMs`; `expired` is told. */
export function openCall(payload: string, deadline: Deadline): OpenCall {
  const { clock, startTimer, timeoutMs, requestId, expired } = deadline;
  const { promise: answer, resolve } = Promise.withResolvers<Invocation>();
  const cancel = startTimer(timeoutMs, () => {
    resolve({ kind: "timed-out" });
    expired(call);
  });
  const call: OpenCall = {
    payload,
    requestId,
    answer,
    since: clock.now(),
    settle(invocation) {
      cancel();
      atTurnEnd(() => resolve(invocation));
    },
  };
  return call;
}

/** The event as JSON, or the reason why Lambda would not take it. */
export function toPayload(event: unknown): string | Refusal {
  let payload: string;
  try {
    payload = JSON.stringify(event) ?? "null";
  } catch {
    const errorMessage = "The event cannot be written as JSON";
    return { kind: "failed", errorType: "InvalidRequestContentException", errorMessage };
  }
  const mayBeTooLarge = payload.length * 3 > limits.lambdaPayloadBytes;
  if (mayBeTooLarge && Buffer.byteLength(payload) > limits.lambdaPayloadBytes) {
    return { kind: "too-large", which: "event" };
  }
  return payload;
}

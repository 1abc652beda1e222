// One event whose answer is wanted as it is written, on its way to an environment and back.
import { Readable } from "node:stream";
import { limits } from "@gatewright/contract";
import { nameFault } from "../function-fault.ts";
import { BrokenStream, type Invocation, type StreamedInvocation } from "../ports.ts";
import type { Deadline, OpenCall } from "./call.ts";

type StreamDeadline = Deadline & { readonly idleMs?: number };

/**
 * Opens a call whose answer is a stream from its first byte on.
 *
 * Until then it may be answered with what went wrong, `timed-out` after `timeoutMs` or `idleMs` among it; from then on
 * that breaks the stream. Over Lambda's 200 MB it breaks, too. Where nobody reads any more, the function runs on.
 */
export function openStreamCall(payload: string, deadline: StreamDeadline): OpenCall<StreamedInvocation> {
  const { clock, startTimer, requestId, expired, timeoutMs, idleMs = timeoutMs } = deadline;
  const { promise: answer, resolve } = Promise.withResolvers<StreamedInvocation>();
  const body = createBody();
  let hasBegun = false;
  const late = (why: string) => () => {
    if (hasBegun) end({ kind: "failed", errorType: "TimedOut", errorMessage: why });
    else end({ kind: "timed-out" });
    expired(call);
  };
  const cancel = startTimer(timeoutMs, late(`The stream took longer than ${timeoutMs} ms`));
  const whenIdle = late(`The stream was silent for ${idleMs} ms`);
  let cancelIdle = idleMs < timeoutMs ? startTimer(idleMs, whenIdle) : () => {};
  const begin = (): void => {
    if (!hasBegun) resolve({ kind: "streaming", body: body.readable });
    hasBegun = true;
  };
  const end = (invocation: Invocation): void => {
    cancel();
    cancelIdle();
    if (invocation.kind !== "returned") {
      body.fail(describe(invocation));
      resolve(invocation); // counts only before the first byte
      return;
    }
    begin();
    if (invocation.payload !== undefined) body.push(Buffer.from(invocation.payload), () => {});
    body.end();
  };
  const call: OpenCall<StreamedInvocation> = {
    payload,
    requestId,
    answer,
    since: clock.now(),
    settle: end,
    chunk(bytes, taken) {
      if (idleMs < timeoutMs && body.isOpen()) {
        cancelIdle();
        cancelIdle = startTimer(idleMs, whenIdle);
      }
      body.push(bytes, taken);
      if (body.total() > limits.lambdaStreamBytes) end({ kind: "too-large", which: "result" });
      else begin();
    },
  };
  return call;
}

function describe(invocation: Exclude<Invocation, { readonly kind: "returned" }>): string {
  if (invocation.kind === "too-large") return "The function's stream is over 200 MB";
  return invocation.kind === "failed"
    ? `The function failed with ${nameFault(invocation)}`
    : `The function's stream ended: ${invocation.kind}`;
}

interface Body {
  readonly readable: Readable;
  /** Whether somebody may still read it. */
  isOpen(): boolean;
  total(): number;
  push(bytes: Uint8Array, taken: (bytes: number) => void): void;
  end(): void;
  fail(why: string): void;
}

/** A stream that says what has been taken out of it. */
function createBody(): Body {
  let waiting = 0;
  let total = 0;
  let taken: (bytes: number) => void = () => {};
  const acknowledge = (): void => {
    const bytes = waiting;
    waiting = 0;
    if (bytes > 0) taken(bytes);
  };
  const readable = new Readable({
    read: acknowledge,
    destroy(error, done) {
      acknowledge();
      done(error);
    },
  });
  readable.on("error", () => {}); // whoever reads is told; where nobody does, nothing is lost
  return {
    readable,
    isOpen: () => !readable.destroyed && !readable.readableEnded,
    total: () => total,
    push(bytes, whenTaken) {
      taken = whenTaken;
      total += bytes.length;
      waiting += bytes.length;
      if (readable.destroyed || readable.push(bytes)) acknowledge();
    },
    end: () => void (readable.destroyed || readable.push(null)),
    fail: (why) => void readable.destroy(new BrokenStream(why)),
  };
}

// One message to one connection: tried until it is clear what came of it, or the time is up.
import type { Pace } from "./pace.ts";
import type { Message, Outcome, Poster, Target } from "./poster.ts";
import type { Rate } from "./rate.ts";
import type { Slots } from "./slots.ts";
import type { Doubt } from "./tally.ts";

/** How often an error (5xx, network) is tried; 429 is tried until the time is up. */
const errorTries = 4;

/** With what a message is delivered. */
export interface Delivery {
  readonly poster: Poster;
  readonly message: Message;
  readonly pace: Pace;
  readonly slots: Slots;
  readonly rate: Rate | undefined;
}

/** What came of it. */
export type Delivered = (Outcome | { readonly kind: "late"; readonly says: string }) & Tries;

interface Tries {
  /** An error would have been tried again, had there been time. */
  readonly unfinished?: boolean;
  /** Some post may have arrived without an answer that says so. */
  readonly doubt?: Doubt | undefined;
  /** There was another post after the doubt. */
  readonly repeated?: boolean;
}

/** Posts until the outcome is final; `late` when there was no time for a first try. */
export async function deliver(
  { poster, message, pace, slots, rate }: Delivery,
  to: Target,
): Promise<Delivered> {
  if (pace.over()) return { kind: "late", says: "The time was up before the message could be sent." };
  let errors = 0;
  let doubt: Doubt | undefined;
  for (let attempt = 0; ; attempt += 1) {
    const turn = rate?.take();
    if (turn) await turn;
    const before = doubt;
    const outcome = await poster.post(to, message, { signal: pace.signal });
    if (outcome.isSecond) doubt = worse(doubt, "unreachable");
    const isRepeated = before !== undefined || outcome.isSecond === true;
    const tries = isRepeated && { doubt, repeated: true };
    if (outcome.kind === "failed") doubt = worse(doubt, outcome.reason);
    if (outcome.kind === "failed" && pace.over()) {
      const says = `The time was up before there was an answer. ${outcome.says}`;
      return { kind: "late", says, ...tries, doubt };
    }
    if (outcome.kind === "failed") errors += 1;
    const again = outcome.kind === "throttled" || (outcome.kind === "failed" && errors < errorTries);
    if (!again) return { ...outcome, ...tries };
    const isTime = await slots.aside(() => pace.rest(attempt));
    if (!isTime || pace.over()) return { ...outcome, ...tries, unfinished: true, doubt };
  }
}

/** No answer at all says less than an error does. */
function worse(doubt: Doubt | undefined, next: Doubt): Doubt {
  return doubt === undefined || doubt === "error" ? next : doubt;
}

// One message to one connection: tried until it is clear what came of it, or the time is up.
import type { Pace } from "./pace.ts";
import type { Message, Outcome, Poster, Target } from "./poster.ts";
import type { Rate } from "./rate.ts";
import type { Slots } from "./slots.ts";

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

/** What came of it; `unfinished` says that an error would have been tried again, had there been time. */
export type Delivered =
  | (Outcome & { readonly unfinished?: boolean })
  | { readonly kind: "late"; readonly says: string };

/** Posts until the outcome is final; `late` when there was no time for a first try. */
export async function deliver(
  { poster, message, pace, slots, rate }: Delivery,
  to: Target,
): Promise<Delivered> {
  if (pace.over()) return { kind: "late", says: "The time was up before the message could be sent." };
  let errors = 0;
  for (let attempt = 0; ; attempt += 1) {
    const turn = rate?.take();
    if (turn) await turn;
    const outcome = await poster.post(to, message, { signal: pace.signal });
    if (outcome.kind === "failed" && pace.over()) {
      return { kind: "late", says: `The time was up before there was an answer. ${outcome.says}` };
    }
    if (outcome.kind === "failed") errors += 1;
    const again = outcome.kind === "throttled" || (outcome.kind === "failed" && errors < errorTries);
    if (!again) return outcome;
    if (!(await slots.aside(() => pace.rest(attempt)))) return { ...outcome, unfinished: true };
  }
}

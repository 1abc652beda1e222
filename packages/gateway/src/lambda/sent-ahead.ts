// Events sent ahead to environments that are still in another: given where they are short, taken back where they are not.
import type { Clock } from "../ports.ts";
import type { Call } from "./call.ts";

/** Events are sent ahead for so many milliseconds of the handler's time: the thread need not sleep between them. */
export const aheadMs = 1;
/** Where another environment is idle: about what it takes until its thread is awake on a busy machine. */
export const wakeMs = 0.5;

/** How often it is looked at, while events have been sent ahead, whether they wait behind a slow one. */
const lookMs = 10;

/** An environment that can be sent events ahead. */
export interface AheadEnvironment {
  readonly load: number;
  hasRoom(ms: number): boolean;
  isSlow(): boolean;
  recall(most: number, only?: Call): Call[];
}

/** Events sent ahead within one pool. */
export interface SentAhead<Environment> {
  /** A busy environment whose events are so short that one more would wait for no longer than this. */
  withRoom(ms: number): Environment | undefined;
  /** An event that waits behind another and may as well begin somewhere else. */
  take(): Call | undefined;
  /** Takes this one back, if it has not begun. */
  forget(call: Call): void;
  /** Something was sent ahead: it is looked after from now on. */
  watch(): void;
  close(): void;
}

/**
 * Looks after what is sent ahead to the environments in `busy`, a collection that changes.
 *
 * What waits behind an event that turns out to be slow is recalled within about ten milliseconds and handed to `putBack`,
 * the last first.
 */
export function createSentAhead<Environment extends AheadEnvironment>(
  busy: Iterable<Environment>,
  clock: Clock,
  putBack: (recalled: readonly Call[]) => void,
): SentAhead<Environment> {
  let cancel: (() => void) | undefined;
  const watch = (): void => {
    cancel ??= clock.after(lookMs, () => {
      cancel = undefined;
      let isAnyAhead = false;
      for (const environment of busy) {
        if (environment.isSlow()) putBack(environment.recall(Infinity));
        isAnyAhead ||= environment.load > 1;
      }
      if (isAnyAhead) watch();
    });
  };
  return {
    watch,
    withRoom(ms) {
      for (const environment of busy) if (environment.hasRoom(ms)) return environment;
      return undefined;
    },
    take() {
      for (const environment of busy) {
        const [call] = environment.recall(1);
        if (call) return call;
      }
      return undefined;
    },
    forget(call) {
      for (const environment of busy) environment.recall(1, call);
    },
    close: () => cancel?.(),
  };
}

// A function that runs every so often.

/** One schedule of one function. */
export type Schedule = ScheduledFunction & Times;

/** When it runs: every so often, or by an expression of EventBridge's, as in `0 18 ? * MON-FRI *`. */
export type Times = { readonly everyMs: number } | { readonly cron: string };

/** What runs then. */
export interface ScheduledFunction {
  readonly functionKey: string;
  /** The rule's name, as it stands in the event. */
  readonly name: string;
  /** What the function gets instead of EventBridge's own event. */
  readonly input?: unknown;
}

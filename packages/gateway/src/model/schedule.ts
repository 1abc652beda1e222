// A function that runs every so often.

/** One schedule of one function. */
export interface Schedule {
  readonly functionKey: string;
  /** The rule's name, as it stands in the event. */
  readonly name: string;
  readonly everyMs: number;
  /** What the function gets instead of EventBridge's own event. */
  readonly input?: unknown;
}

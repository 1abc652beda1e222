// Pages poured into slots, the next page read meanwhile, so that memory stays flat however large the audience.
import type { Slots } from "./slots.ts";

/** How pages are poured. */
export interface Flow<Item> {
  readonly slots: Slots;
  /** Asked before each page: `true` leaves the rest unread. */
  readonly enough: () => boolean;
  /** Asked before each item: `true` leaves it and the rest. */
  readonly stop?: () => boolean;
  /** Called when every item of a page is done; the next page begins after it. Without it pages overlap. */
  readonly settled?: (page: readonly Item[]) => Promise<void>;
}

/** How far it came. */
export interface Poured<Item> {
  /** Every page was read and every item taken. */
  readonly whole: boolean;
  /** The last item that was taken. */
  readonly last: Item | undefined;
}

/** Runs the task for every item of every page. Rejects with the first fault, when everything under way has ended. */
export async function pour<Item>(
  pages: AsyncIterable<readonly Item[]>,
  flow: Flow<Item>,
  task: (item: Item) => Promise<void>,
): Promise<Poured<Item>> {
  if (flow.enough()) return { whole: false, last: undefined };
  const work = createWork(flow.slots, task);
  const source = pages[Symbol.asyncIterator]();
  const read = (): Promise<IteratorResult<readonly Item[]>> => {
    const page = source.next();
    page.catch(() => undefined); // awaited later, or left where something else has failed
    return page;
  };
  let next = read();
  let last: Item | undefined;
  try {
    for (;;) {
      const page = await next;
      if (page.done) return { whole: true, last };
      if (flow.enough()) return { whole: false, last };
      next = read();
      for (const item of page.value) {
        if (work.broken || flow.stop?.()) return { whole: false, last };
        const wait = flow.slots.take();
        if (wait) await wait;
        work.start(item);
        last = item;
      }
      if (flow.settled) {
        await work.idle();
        if (work.broken) return { whole: false, last };
        await flow.settled(page.value);
      }
    }
  } finally {
    await work.idle();
    void source.return?.();
    work.assertWhole();
  }
}

interface Work<Item> {
  readonly broken: boolean;
  /** Starts one in a slot that was taken for it. */
  start(item: Item): void;
  idle(): Promise<void>;
  /** @throws the first fault */
  assertWhole(): void;
}

function createWork<Item>(slots: Slots, task: (item: Item) => Promise<void>): Work<Item> {
  let running = 0;
  let fault: { readonly reason: unknown } | undefined;
  let onIdle: (() => void) | undefined;
  const ended = (): void => {
    slots.give();
    running -= 1;
    if (running === 0) onIdle?.();
  };
  return {
    get broken() {
      return fault !== undefined;
    },
    start(item) {
      running += 1;
      task(item).then(ended, (reason: unknown) => {
        fault ??= { reason };
        ended();
      });
    },
    idle: () => (running === 0 ? Promise.resolve() : new Promise((resolve) => (onIdle = resolve))),
    assertWhole() {
      if (fault) throw fault.reason;
    },
  };
}

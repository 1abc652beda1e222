// Pages poured into a bounded number of workers, so that memory stays flat however large the audience.

/** How pages are poured. */
export interface Flow {
  /** How many tasks run at once; at least 1. */
  readonly concurrency: number;
  /** Asked before each page: `true` leaves the rest unread. */
  readonly enough: () => boolean;
}

/**
 * Runs the task for every item of every page, and says whether every page was read.
 *
 * Rejects with the first fault, when every worker has stopped.
 */
export async function pour<Item>(
  pages: AsyncIterable<readonly Item[]>,
  { concurrency, enough }: Flow,
  task: (item: Item) => Promise<void>,
): Promise<boolean> {
  const source = pages[Symbol.asyncIterator]();
  const state: State<Item> = {
    items: [].values(),
    loading: undefined,
    read: false,
    left: false,
    broken: false,
  };

  const load = async (): Promise<boolean> => {
    if (!state.read && enough()) state.left = true;
    if (state.read || state.left) return false;
    const page = await source.next();
    if (page.done) state.read = true;
    else state.items = page.value[Symbol.iterator]();
    state.loading = undefined;
    return !state.read;
  };
  const work = async (): Promise<void> => {
    try {
      while (!state.broken) {
        const item = state.items.next();
        if (!item.done) await task(item.value);
        else if (!(await (state.loading ??= load()))) return;
      }
    } catch (error) {
      state.broken = true;
      throw error;
    }
  };

  const ended = await Promise.allSettled(Array.from({ length: concurrency }, work));
  await source.return?.();
  const fault = ended.find((end) => end.status === "rejected");
  if (fault) throw fault.reason;
  return state.read;
}

/** What the workers share. */
interface State<Item> {
  /** What is left of the page at hand. */
  items: Iterator<Item>;
  /** The next page on its way, for whoever asks meanwhile. */
  loading: Promise<boolean> | undefined;
  /** Every page was read. */
  read: boolean;
  /** Pages were left unread. */
  left: boolean;
  /** A task or a read failed: the other workers stop at their next item. */
  broken: boolean;
}

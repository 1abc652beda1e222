// Tells at once when a source changes.
import { statSync, watch, type FSWatcher } from "node:fs";
import { basename, dirname, join } from "node:path";

/** Watches the folders of sources. */
export interface SourceWatch {
  /** What to watch from now on, absolute. A file that has changed `since` then (milliseconds) is told at once. */
  follow(files: Iterable<string>, since?: number): void;
  /** Calls once more after `ms`, or on any change in the folders watched: something is missing, nobody knows where. */
  retry(ms: number): void;
  close(): void;
}

/** Editors write a file in several steps, and many files at a time. */
const settleMs = 15;

/**
 * Calls `changed` after one of the files followed was written, replaced or removed, once for changes close together.
 *
 * A folder that the system cannot watch is left out. Never calls while the last call's promise is open.
 */
export function createSourceWatch(changed: () => Promise<unknown>): SourceWatch {
  const folders = new Map<string, FSWatcher>();
  let files: ReadonlySet<string> = new Set();
  let timer: NodeJS.Timeout | undefined;
  let isCalling = false;
  let isLooking = false;
  const call = async (): Promise<void> => {
    timer = undefined;
    isCalling = true;
    await changed();
    isCalling = false;
  };
  const notice = (ms: number = settleMs): void => {
    clearTimeout(timer);
    timer = setTimeout(() => (isCalling ? notice() : void call()), ms);
    timer.unref();
  };
  const open = (folder: string): void => {
    try {
      const watcher = watch(folder, { persistent: false }, (_, name) => {
        if (name === null || isLooking || files.has(join(folder, basename(name)))) notice();
      });
      watcher.on("error", () => watcher.close());
      folders.set(folder, watcher);
    } catch {
      // no such folder, or no watch left
    }
  };
  return {
    follow(next, since = Infinity) {
      isLooking = false;
      files = new Set(next);
      const wanted = new Set([...files].map((file) => dirname(file)));
      for (const [folder, watcher] of folders) {
        if (wanted.has(folder)) continue;
        watcher.close();
        folders.delete(folder);
      }
      for (const folder of wanted) if (!folders.has(folder)) open(folder);
      if ([...files].some((file) => changedAt(file) > since)) notice();
    },
    retry(ms) {
      isLooking = true;
      notice(ms);
    },
    close() {
      clearTimeout(timer);
      for (const watcher of folders.values()) watcher.close();
      folders.clear();
    },
  };
}

function changedAt(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

// Tells at once when a source changes: esbuild's own watch looks at large graphs only every two seconds.
import { watch, type FSWatcher } from "node:fs";
import { basename, dirname, join } from "node:path";

/** Watches the folders of sources. */
export interface SourceWatch {
  /** What to watch from now on, absolute. */
  follow(files: Iterable<string>): void;
  close(): void;
}

/** Editors write a file in several steps, and many files at a time. */
const settleMs = 15;

/**
 * Calls `changed` after one of the files followed was written, replaced or removed, once for changes close together.
 *
 * A folder that the system cannot watch is left out: nothing is promised, only hastened. Never calls while the
 * last call's promise is open.
 */
export function createSourceWatch(changed: () => Promise<unknown>): SourceWatch {
  const folders = new Map<string, FSWatcher>();
  let files: ReadonlySet<string> = new Set();
  let timer: NodeJS.Timeout | undefined;
  let isCalling = false;
  const call = async (): Promise<void> => {
    timer = undefined;
    isCalling = true;
    await changed();
    isCalling = false;
  };
  const notice = (): void => {
    clearTimeout(timer);
    timer = setTimeout(() => (isCalling ? notice() : void call()), settleMs);
  };
  const open = (folder: string): void => {
    try {
      const watcher = watch(folder, { persistent: false }, (_, name) => {
        if (name === null || files.has(join(folder, basename(name)))) notice();
      });
      watcher.on("error", () => watcher.close());
      folders.set(folder, watcher);
    } catch {
      // no such folder any more, or no watch left: esbuild will see the change, later
    }
  };
  return {
    follow(next) {
      files = new Set(next);
      const wanted = new Set([...files].map((file) => dirname(file)));
      for (const [folder, watcher] of folders) {
        if (wanted.has(folder)) continue;
        watcher.close();
        folders.delete(folder);
      }
      for (const folder of wanted) if (!folders.has(folder)) open(folder);
    },
    close() {
      clearTimeout(timer);
      for (const watcher of folders.values()) watcher.close();
      folders.clear();
    },
  };
}

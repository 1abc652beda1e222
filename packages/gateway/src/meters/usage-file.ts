// What clients have used of their plans, kept between runs.
import { failures } from "../failures.ts";
import type { Clock, Log } from "../ports.ts";
import { readIfThere, writeWhole } from "../private-file.ts";
import { createUsage, type KeptUsage, type Usage } from "./usage.ts";

/** Usage that outlives the gateway. */
export interface UsageFile {
  readonly usage: Usage;
  /** Writes what is not yet written. */
  close(): Promise<void>;
}

/** A crash loses at most so much. */
const everyMs = 1_000;

/**
 * Opens the counters of earlier runs and writes them every second in which something was counted.
 *
 * @throws failure `DATA_FOLDER_UNREADABLE`.
 */
export async function openUsageFile(file: string, clock: Clock, log: Pick<Log, "warn">): Promise<UsageFile> {
  const usage = createUsage(clock, await read(file));
  let written = usage.version();
  let saving = Promise.resolve();
  const save = (): Promise<void> => {
    if (usage.version() === written) return saving;
    written = usage.version();
    const text = `${JSON.stringify(usage.kept())}\n`;
    saving = saving
      .then(() => writeWhole(file, text))
      .catch((error: unknown) => log.warn(`${file} cannot be written: ${String(error)}`));
    return saving;
  };
  let cancel = (): void => undefined;
  const tick = (): void => {
    void save();
    cancel = clock.after(everyMs, tick);
  };
  tick();
  return {
    usage,
    async close() {
      cancel();
      await save();
    },
  };
}

async function read(file: string): Promise<KeptUsage | undefined> {
  const text = await readIfThere(file);
  if (text === undefined) return undefined;
  try {
    const value = JSON.parse(text) as Partial<KeptUsage> | null; // only looked at, key by key
    if (typeof value?.since === "object" && typeof value.days === "object") {
      return { since: value.since, days: value.days };
    }
  } catch (cause) {
    throw failures.create("DATA_FOLDER_UNREADABLE", { file }, { cause });
  }
  throw failures.create("DATA_FOLDER_UNREADABLE", { file });
}

// Where log lines go: a file for each destination, or the terminal.
import { appendFile, mkdir, rename, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Log } from "../ports.ts";

/** Takes lines for a log group, a stream, or the terminal where none is named. */
export interface LogSink {
  write(destination: string | undefined, line: string): void;
  /** Waits until everything is written. */
  close(): Promise<void>;
}

/** Writes all lines to the developer's log. */
export function terminalSink(log: Pick<Log, "info">): LogSink {
  return { write: (_, line) => log.info(line), close: () => Promise.resolve() };
}

/** What waits to be written at most, and how large a file grows before it is put aside as `….log.1`. */
const sizes = { pending: 4 * 1024 * 1024, file: 32 * 1024 * 1024 };

/**
 * Writes lines to `folder/DESTINATION.log`; lines without a destination go to the developer's log. A disk that is too slow
 * loses lines rather than memory, and the log says how many.
 */
export function fileSink(folder: string, log: Pick<Log, "info" | "warn">): LogSink {
  const files = new Map<string, LogFile>();
  return {
    write(destination, line) {
      if (destination === undefined) {
        log.info(line);
        return;
      }
      const path = join(folder, `${toFileName(destination)}.log`);
      const file = files.get(path) ?? createLogFile(path, log);
      files.set(path, file);
      file.write(line);
    },
    async close() {
      await Promise.all([...files.values()].map((file) => file.close()));
    },
  };
}

/** A log group's name as a path below the folder, whatever it says. */
function toFileName(destination: string): string {
  const parts = destination.split("/").map((part) => part.replaceAll(/[^\w.-]/g, "_").replace(/^\.+$/, "_"));
  return parts.filter((part) => part !== "").join("/") || "_";
}

interface LogFile {
  write(line: string): void;
  close(): Promise<void>;
}

function createLogFile(path: string, log: Pick<Log, "warn">): LogFile {
  let pending: string[] = [];
  let size = 0;
  let lost = 0;
  let writing: Promise<void> | undefined;
  const flush = async (): Promise<void> => {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    while (pending.length > 0) {
      const text = `${pending.join("\n")}\n`;
      pending = [];
      size = 0;
      const { size: before } = await stat(path).catch(() => ({ size: 0 }));
      if (before > sizes.file) await rename(path, `${path}.1`);
      await appendFile(path, text, { mode: 0o600 });
    }
    if (lost > 0) log.warn(`${lost} lines did not get into ${path}: the disk is too slow`);
    lost = 0;
  };
  const start = (): void => {
    writing ??= flush()
      .catch((error: unknown) => log.warn(`${path} cannot be written: ${String(error)}`))
      .finally(() => (writing = undefined));
  };
  return {
    write(line) {
      if (size > sizes.pending) lost += 1;
      else {
        pending.push(line);
        size += line.length;
      }
      start();
    },
    async close() {
      if (pending.length > 0) start();
      await writing;
    },
  };
}

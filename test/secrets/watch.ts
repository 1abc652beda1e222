// In every process that runs tests: whatever it says, and whatever the processes that it starts say, is written down.
import { ChildProcess } from "node:child_process";
import { format } from "node:util";
import { afterEach } from "vitest";
import { listen, writeDown } from "./listen.ts";
import { noteOutput, watchVariable } from "./note.ts";

const watched = Symbol.for("gatewright.test.watched");

/** Once in a process, which may run one test file after another. */
function watchProcess(): void {
  if (watched in process) return;
  Object.assign(process, { [watched]: true });
  listen(process.stdout, "write", writeDown);
  listen(process.stderr, "write", writeDown);
  // Every way to start a process ends here, but those that wait for its end.
  listen(
    ChildProcess.prototype as unknown as { spawn: (...given: never[]) => unknown },
    "spawn",
    (_, self) => {
      const { stdout, stderr, spawnfile } = self as ChildProcess; // whose method it is
      // esbuild's service says to its starter, and to nobody else, all that it bundles.
      if (/[\\/]esbuild(?:\.exe)?$/.test(spawnfile)) return;
      for (const pipe of [stdout, stderr]) if (pipe) listen(pipe, "push", writeDown);
    },
  );
}

if (process.env[watchVariable] !== undefined) {
  watchProcess();
  // The console that the runner has put in place for this file.
  for (const name of ["log", "info", "debug", "warn", "error", "trace", "dir", "table"] as const)
    listen(console, name, (given) => noteOutput(`${format(...given)}\n`));
  // What a report tells of a test.
  afterEach(({ task }) => {
    const errors = task.result?.errors ?? [];
    noteOutput(
      [
        task.name,
        ...errors.flatMap(({ message, stack, diff }) => [message, stack ?? "", diff ?? ""]),
        "",
      ].join("\n"),
    );
  });
}

// Runs one of the house's tasks: node scripts/run.mjs <task> [arguments]. Needs only Node 20 and npm.
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { fail, must, prepare } from "./toolchain.mjs";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const parent = process.ppid;
const [task = "", ...given] = process.argv.slice(2);
const report = join(root, "test-output", "vitest.json");

const bin = (name, file) => join(root, "node_modules", name, ...file.split("/"));
const tsc = bin("typescript", "bin/tsc");
const vitest = bin("vitest", "vitest.mjs");
const oxlint = bin("oxlint", "bin/oxlint");
const oxfmt = bin("oxfmt", "bin/oxfmt");
const knip = bin("knip", "bin/knip.js");

/** Each task: what runs first, to its end and quietly; then what runs in front. */
const tasks = {
  build: { steps: [], run: [tsc, "-b"] },
  start: { steps: [[tsc, "-b"]], run: [join(root, "examples", "chat", "start.ts")] },
  test: {
    steps: [[tsc, "-b"]],
    run: [vitest, "run", "--reporter=default", "--reporter=json", `--outputFile.json=${report}`],
    after: countTests,
  },
  check: {
    steps: [
      [tsc, "-b"],
      [tsc, "-p", "tsconfig.check.json"],
      [oxlint, "--type-aware", "--deny-warnings"],
      [oxfmt, "--check"],
      [knip],
    ],
    run: ["--eval", "console.log('check: all good')"],
  },
  format: { steps: [], run: [oxfmt] },
  bench: { steps: [[tsc, "-b"]], run: [join(root, "test", "bench", "run.ts")] },
};

const chosen = Object.hasOwn(tasks, task)
  ? tasks[task]
  : fail(`no task "${task}"; there are ${Object.keys(tasks).join(", ")}.`);
mkdirSync(join(root, "test-output"), { recursive: true });
rmSync(report, { force: true });
const { node, env } = prepare(root);
for (const step of chosen.steps) must(node, step, { cwd: root, env });

const child = spawn(node, [...chosen.run, ...given], {
  cwd: root,
  env,
  stdio: ["inherit", "inherit", "inherit", "ipc"],
});
// A signal to this process alone is passed on; Ctrl-C reaches the child by itself, and twice does no harm.
// Where this process is killed outright, the end of the channel tells the child.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
// A signal to npm alone ends npm and its shell, which pass nothing on: whoever then has another parent is left over.
if (process.env.npm_lifecycle_event !== undefined) {
  const watch = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(watch);
    child.kill();
  }, 200);
}
child.on("error", (error) => fail(`${task} did not start: ${error.message}`));
child.on("exit", (code) => {
  chosen.after?.(code === 0);
  process.exit(code ?? 1);
});

/** The closing line that any reader understands. */
function countTests(isGood) {
  const counted = existsSync(report) ? JSON.parse(readFileSync(report, "utf8")) : {};
  const { numPassedTests = 0, numFailedTests = 0, numPendingTests = 0 } = counted;
  const failed = isGood ? numFailedTests : Math.max(1, numFailedTests); // a file that does not load fails too
  const skipped = numPendingTests > 0 ? `, ${numPendingTests} skipped` : "";
  console.log(`${numPassedTests} passed, ${failed} failed${skipped}`);
}

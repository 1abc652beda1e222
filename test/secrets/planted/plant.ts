// Says secrets in every way that a test, the code under test, or a process of its own can.
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { expect, test } from "vitest";
import { noteOutput, noteSecret } from "../note.ts";

const isPlanted = process.env["GATEWRIGHT_TEST_PLANT"] === "yes";
const rest = "-planted-0123456789";
/** A secret that is told apart by its beginning. */
const secret = (name: string): string => (noteSecret(`${name}${rest}`), isPlanted ? `${name}${rest}` : name);

test("the console", () => console.warn("by the console", secret("con1")));
test("standard output", () => void process.stdout.write(`${secret("out1")}\n`));
test("standard error", () => void process.stderr.write(Buffer.from(`${secret("err1")}\n`)));
test("a process", async () => {
  const child = spawn(process.execPath, ["--eval", "console.log(process.argv[1])", secret("spa1")]);
  await once(child, "close");
});
test("a process that nobody listens to but its starter's starter", async () => {
  const inner = `require("node:child_process").spawnSync(process.execPath, ["--eval", "console.error(process.argv[1])", process.argv[1]], { stdio: "inherit" })`;
  const child = spawn(process.execPath, ["--eval", inner, secret("inn1")]);
  await once(child, "close");
});
test("a process that is waited for", () => {
  spawnSync(process.execPath, ["--eval", "console.log(process.argv[1])", secret("syn1")], {
    stdio: "inherit",
  });
});
test("a thread", async () => {
  const thread = new Worker("console.log(require('node:worker_threads').workerData)", {
    eval: true,
    workerData: secret("thr1"),
  });
  await once(thread, "exit");
});
test("what a test collects", () => noteOutput(secret("col1")));
test("a part of a token", () => {
  noteSecret(`eyJh.eyJzdWIiOiJwbGFudGVkIn0.sig1${rest}`);
  console.log(isPlanted ? `sig1${rest}` : "nothing");
});
test("a token that nobody noted", () => {
  const token = ["eyJhbGciOiJSUzI1NiJ9", "eyJzdWIiOiJ1bm5vdGVkIn0", "jwt1".repeat(12)].join(".");
  console.log(isPlanted ? token : "nothing");
});
test("an address", () => console.log(`/?ticket=${encodeURIComponent(secret("add1+/ %"))}`));
test("an error", () => {
  if (isPlanted) throw new Error(`cannot read ${secret("bad1")}`);
  expect(isPlanted).toBe(false);
});

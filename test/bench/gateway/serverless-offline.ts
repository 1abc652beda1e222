// The rival: serverless-offline 14 under osls, installed into a folder of its own when it is first measured.
import { execFile, spawn } from "node:child_process";
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { once } from "node:events";
import { createServer } from "node:http";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { build } from "esbuild";
import { listen } from "../listen.ts";

/** A running serverless-offline; REST and HTTP API are on one port. */
export interface RunningOffline {
  readonly pid: number;
  readonly urls: { readonly rest: string; readonly http: string };
  readonly end: () => Promise<void>;
}

const home = fileURLToPath(new URL("../../../test-output/rivals/serverless-offline", import.meta.url));
const manifest = {
  private: true,
  dependencies: { osls: "4.3.1", "serverless-offline": "14.8.2" },
  // Its peer "serverless" wants an account; osls is the open fork.
  overrides: { serverless: "npm:osls@4.3.1" },
};
const definition = `service: rival
provider: { name: aws, runtime: nodejs22.x, region: us-east-1, stage: dev }
plugins: [serverless-offline]
functions:
  room:
    handler: functions.room
    events:
      - http: { method: get, path: "rooms/{room}" }
      - httpApi: { method: GET, path: "/rooms/{room}" }
`;
/** It installs 140 MB: about a minute. */
const installMs = 600_000;
const startMs = 60_000;

/** Installs the rival where it is not there yet, or another version is. */
export async function installOffline(say: (line: string) => void): Promise<void> {
  const file = join(home, "package.json");
  const text = JSON.stringify(manifest);
  if (existsSync(join(home, "installed")) && readFileSync(join(home, "installed"), "utf8") === text) return;
  say("installing serverless-offline into test-output/rivals");
  mkdirSync(home, { recursive: true });
  writeFileSync(file, text);
  const args = ["install", "--no-audit", "--no-fund", "--ignore-scripts"];
  await promisify(execFile)("npm", args, { cwd: home, timeout: installMs });
  writeFileSync(join(home, "installed"), text);
}

/** Starts it in a folder of its own and waits for its first answer. Throws what it printed where none comes. */
export async function startOffline(folder: string): Promise<RunningOffline> {
  const source = fileURLToPath(new URL("../service/functions.ts", import.meta.url));
  await build({
    entryPoints: [source],
    outfile: join(folder, "functions.js"),
    bundle: true,
    platform: "node",
  });
  writeFileSync(join(folder, "serverless.yml"), definition);
  writeFileSync(join(folder, "package.json"), "{}");
  symlinkSync(join(home, "node_modules"), join(folder, "node_modules"));
  const [port, lambda] = [await freePort(), await freePort()];
  const said = join(folder, "said.log");
  const log = openSync(said, "a");
  const bin = join(folder, "node_modules", "osls", "bin", "serverless.js");
  const args = ["offline", "start", "--httpPort", String(port), "--lambdaPort", String(lambda)];
  const child = spawn(process.execPath, [bin, ...args], { cwd: folder, stdio: ["ignore", log, log] });
  closeSync(log);
  const ended = once(child, "exit");
  const urls = { rest: `http://localhost:${port}/dev`, http: `http://localhost:${port}` };
  for (const end = Date.now() + startMs; ; await wait(10)) {
    const answer = await fetch(`${urls.rest}/rooms/general?limit=20`).catch(() => undefined);
    if (answer?.ok) break;
    if (child.exitCode !== null || Date.now() > end) {
      child.kill("SIGKILL");
      throw new Error(`serverless-offline did not start.\n${readFileSync(said, "utf8")}`);
    }
  }
  return {
    pid: child.pid ?? 0,
    urls,
    async end() {
      child.kill("SIGKILL");
      await ended;
      rmSync(join(folder, "node_modules"));
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer();
  const port = await listen(server);
  server.close();
  await once(server, "close");
  return port;
}

// The gateway as a developer starts it: `gatewright dev` in a process of its own, until it says that it is ready.
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { openSync, closeSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

/** A gateway that runs the service of the benches. */
export interface RunningGateway {
  readonly pid: number;
  readonly urls: { readonly rest: string; readonly http: string; readonly websocket: string };
  /** Ends it and waits until it has gone. */
  readonly end: () => Promise<void>;
}

const services = new URL("./service/", import.meta.url);
const endMs = 10_000;

/** Starts the gateway with its data in a folder. Throws what it printed where it does not start. */
export async function startGatewayCommand(
  folder: string,
  definition = "serverless.yml",
): Promise<RunningGateway> {
  const service = fileURLToPath(new URL(definition, services));
  const said = join(folder, "said.log");
  const log = openSync(said, "a");
  const args = [command(), "dev", service, "--port", "0", "--data", join(folder, "data"), "--json"];
  const child = spawn(process.execPath, [...process.execArgv, ...args], {
    stdio: ["ignore", "pipe", log, "ipc"],
  });
  closeSync(log);
  const ended = once(child, "exit");
  const first = await Promise.race([firstLine(child), ended]);
  if (typeof first !== "string") throw new Error(`The gateway did not start.\n${readFileSync(said, "utf8")}`);
  return {
    pid: child.pid ?? 0,
    urls: JSON.parse(first) as RunningGateway["urls"], // what `--json` prints for this service
    async end() {
      const force = setTimeout(() => child.kill("SIGKILL"), endMs);
      if (child.connected) child.disconnect();
      await ended;
      clearTimeout(force);
    },
  };
}

/** The key of the local account, as the gateway leaves it for its functions in the folder that it was started with. */
export function readKey(folder: string): Readonly<Record<KeyName, string>> {
  const running = JSON.parse(readFileSync(join(folder, "data", "running.json"), "utf8")) as {
    environments: { socket: Record<KeyName, string> };
  }; // what the gateway writes
  const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY } = running.environments.socket;
  return { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY };
}

type KeyName = "AWS_ACCESS_KEY_ID" | "AWS_SECRET_ACCESS_KEY";

/** The command's file, beside the package's front door: built, or as it stands where this process reads sources. */
function command(): string {
  const door = import.meta.resolve("@gatewright/gateway");
  return fileURLToPath(new URL(door.endsWith(".ts") ? "./cli/main.ts" : "./cli/main.js", door));
}

async function firstLine(child: ChildProcess): Promise<string | undefined> {
  if (!child.stdout) return undefined;
  for await (const line of createInterface(child.stdout)) return line;
  return undefined;
}

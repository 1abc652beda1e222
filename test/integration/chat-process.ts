// The chat as a process of its own, started as a person or a script starts it.
import { spawn, type ChildProcess } from "node:child_process";
import { access, readFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { alive, endOf, familyOf, firstLine, isListening, type End } from "./child.ts";

/** The folder of the whole. */
export const root: string = fileURLToPath(new URL("../..", import.meta.url));

/** What `--json` prints. */
export interface Ready {
  readonly web: string;
  readonly rest: string;
  readonly http: string;
  readonly websocket: string;
  readonly users: readonly { readonly name: string; readonly password: string }[];
}

/** A started process. */
export interface ChatProcess {
  readonly child: ChildProcess;
  /** All of stdout and of stderr, once it has ended. */
  readonly out: Promise<string>;
  readonly said: Promise<string>;
  readonly ended: Promise<End>;
  /** The line that says where everything is; rejects where it ends without one. */
  readonly ready: Promise<Ready>;
  /** Ends it and all that it has started at once, if anything of it still runs. */
  kill(): void;
}

/** How it is started. */
export interface StartOptions {
  /** `npm start` instead of `node examples/chat/start.ts`. */
  readonly npm?: boolean;
  /** With a channel to this process, as a script that starts it by `fork` has. */
  readonly channel?: boolean;
}

/** Starts the chat with `--json` and more arguments. */
export function startProcess(
  given: readonly string[],
  { npm = false, channel = false }: StartOptions = {},
): ChatProcess {
  const program = npm
    ? ["npm", "start", "--", "--json", ...given]
    : [process.execPath, "--conditions=@gatewright/source", "examples/chat/start.ts", "--json", ...given];
  const [command = "", ...args] = program;
  const child = spawn(command, args, {
    cwd: root,
    detached: true, // a process group of its own, as a shell gives it
    stdio: ["ignore", "pipe", "pipe", ...(channel ? (["ipc"] as const) : [])],
  });
  if (!child.stdout || !child.stderr) throw new Error("The process has no pipes.");
  const ready = firstLine(child, (line) => line.startsWith("{")).then((line) => JSON.parse(line) as Ready); // what start.ts prints
  ready.catch(() => undefined); // whoever asks for it hears of it
  const kill = (): void => {
    try {
      process.kill(-(child.pid ?? 0), "SIGKILL"); // the group, which npm's children are in after npm has ended
    } catch {
      // nothing of it runs any more
    }
  };
  return { child, out: text(child.stdout), said: text(child.stderr), ended: endOf(child), ready, kill };
}

/** What a running chat holds: processes, servers, the lock of its data. */
export interface Holdings {
  readonly family: readonly number[];
  readonly addresses: readonly string[];
  readonly lock: string;
}

/** Looks at everything that a running chat holds. */
export async function holdingsOf({ child, ready }: ChatProcess, data: string): Promise<Holdings> {
  const { web } = await ready;
  const running = await readFile(join(data, "running.json"), "utf8");
  const { urls } = JSON.parse(running) as { urls: Record<string, string> }; // what the gateway leaves there
  return {
    family: familyOf(child.pid ?? 0),
    addresses: [web, ...Object.values(urls)],
    lock: join(data, "lock"),
  };
}

/** Those of the things held that are still held. */
export async function stillHeld({ family, addresses, lock }: Holdings): Promise<readonly string[]> {
  const listening = await Promise.all(addresses.map((address) => isListening(address)));
  const locked = await access(lock).then(
    () => true,
    () => false,
  );
  return [
    ...alive(family).map((pid) => `process ${pid}`),
    ...addresses.filter((_, index) => listening[index]),
    ...(locked ? [lock] : []),
  ];
}

/** The first of some ports in a row that nobody listens on, below those that systems give out by themselves. */
export async function freePorts(count: number): Promise<number> {
  for (;;) {
    const first = 20_000 + Math.floor(Math.random() * 10_000);
    const free = await Promise.all(Array.from({ length: count }, (_, index) => isFree(first + index)));
    if (free.every(Boolean)) return first;
  }
}

function isFree(port: number): Promise<boolean> {
  const server = createServer();
  return new Promise((resolve) => {
    server.once("error", () => resolve(false));
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
  });
}

// Who holds a data folder: a process that answers for it, so that a dead one is never taken for living.
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { readFile, rm, writeFile } from "node:fs/promises";
import { connect, createServer, type AddressInfo } from "node:net";
import { join } from "node:path";

/** A folder that this process holds. */
export interface FolderLock {
  /** Lets another process have it. */
  close(): Promise<void>;
}

interface Holder {
  readonly pid: number;
  /** Where the holder listens, on 127.0.0.1. */
  readonly port: number;
  /** What it answers there. */
  readonly word: string;
}

const patienceMs = 1_000;

/** Holds a folder until `close`, or until this process ends in whatever way. Ask {@link holderOf} first. */
export async function holdFolder(folder: string): Promise<FolderLock> {
  const word = randomUUID();
  const server = createServer((socket) => socket.on("error", () => socket.destroy()).end(word));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  server.unref();
  const { port } = server.address() as AddressInfo; // it listens on TCP
  await writeFile(join(folder, "lock"), JSON.stringify({ pid: process.pid, port, word } satisfies Holder));
  return {
    async close() {
      await rm(join(folder, "lock"), { force: true });
      server.close();
    },
  };
}

/** The id of the process that holds a folder, if one does. */
export async function holderOf(folder: string): Promise<number | undefined> {
  const text = await readFile(join(folder, "lock"), "utf8").catch(() => "");
  const holder = readHolder(text);
  return holder && (await ask(holder.port)) === holder.word ? holder.pid : undefined;
}

function readHolder(text: string): Holder | undefined {
  try {
    const holder = JSON.parse(text) as Partial<Holder> | null; // looked at, key by key
    const { pid, port, word } = holder ?? {};
    if (Number.isInteger(pid) && Number.isInteger(port) && word) return holder as Holder;
  } catch {
    // Not written by us, or not to its end: nobody holds it.
  }
  return undefined;
}

/** What somebody says on a port, without being asked; nothing where nobody is. */
function ask(port: number): Promise<string> {
  // The Serverless plugin asks too, on a Node.js that may be too old for Promise.withResolvers.
  return new Promise((resolve) => {
    let said = "";
    const socket = connect({ port, host: "127.0.0.1" });
    socket.setTimeout(patienceMs, () => socket.destroy());
    socket.on("data", (chunk: Buffer) => (said += chunk.toString()));
    socket.on("error", () => undefined); // what follows is `close`
    socket.on("close", () => resolve(said));
  });
}

// A fresh process for each measurement: starts a module of its own and asks it things.
import { fork } from "node:child_process";
import { once } from "node:events";

/** A module that runs in a process of its own. */
export interface Child {
  readonly pid: number;
  /** Asks by name; see {@link answerParent}. Rejects where the module throws or its process ends. */
  ask<Answer>(name: string, given?: unknown): Promise<Answer>;
  /** Ends the process and waits until it has gone. */
  readonly end: () => Promise<void>;
}

/** What a child process is started with. */
export interface ChildOptions {
  /** Flags of Node for this process, beside those of this one. */
  readonly execArgv?: readonly string[];
  /** Variables beside those of this process. */
  readonly env?: Readonly<Record<string, string>>;
}

type Reply = { readonly answer?: unknown; readonly error?: string };

/** Starts a module that calls {@link answerParent}. */
export function startChild(module: URL, options: ChildOptions = {}): Child {
  const child = fork(module, {
    execArgv: [...process.execArgv, ...(options.execArgv ?? [])],
    env: { ...process.env, ...options.env },
    stdio: ["ignore", 2, 2, "ipc"],
  });
  const ended = once(child, "exit");
  const end = async (): Promise<void> => {
    if (child.connected) child.disconnect();
    await ended;
  };
  return {
    pid: child.pid ?? 0,
    async ask<Answer>(name: string, given?: unknown) {
      if (!child.connected) throw new Error(`${module.pathname} has ended.`);
      child.send([name, given]);
      const early = ended.then(() => ({ error: `${module.pathname} ended before it answered ${name}.` }));
      const message = once(child, "message").then(([reply]) => reply as Reply); // of `answerParent`
      const reply: Reply = await Promise.race([message, early]);
      if (reply.error !== undefined) throw new Error(reply.error);
      return reply.answer as Answer; // the asker knows what the module answers
    },
    end,
  };
}

/** Asks one thing of a module in a fresh process, which then ends. */
export async function askOnce<Answer>(
  module: URL,
  [name, given]: readonly [name: string, given?: unknown],
  options?: ChildOptions,
): Promise<Answer> {
  const child = startChild(module, options);
  try {
    return await child.ask<Answer>(name, given);
  } finally {
    await child.end();
  }
}

/** The module's half: answers what it is asked, one thing after another, until its parent lets go or is gone. */
export function answerParent(table: Readonly<Record<string, (given: never) => unknown>>): void {
  process.on("disconnect", () => process.exit(0));
  process.on("message", ([name, given]: [string, never]) => {
    void Promise.resolve()
      .then(() => table[name]?.(given))
      .then((answer): Reply => ({ answer }))
      .catch((error: unknown): Reply => ({
        error: error instanceof Error ? (error.stack ?? error.message) : String(error),
      }))
      .then((reply) => process.connected && process.send?.(reply));
  });
}

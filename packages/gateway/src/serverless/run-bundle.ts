// Runs one event through a bundle in a process of its own, on the Node.js that the gateway runs on.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

/** What the process is told. */
export interface Question {
  /** Absolute path of the bundle. */
  readonly file: string;
  /** The handler's name among the bundle's exports. */
  readonly handler: string;
  /** Folder of the function's source: what the bundle leaves to Lambda, as `@aws-sdk/*`, is looked for from there. */
  readonly folder: string;
  readonly event: unknown;
  /** Fields of the Lambda context; what is not JSON is lost. */
  readonly context: object;
  /** For `context.getRemainingTimeInMillis()`. */
  readonly timeoutMs: number;
}

/** What the process says before it ends. */
export type Answer = { readonly returned: unknown } | { readonly thrown: Thrown };

interface Thrown {
  readonly name: string;
  readonly message: string;
  readonly stack: string;
}

const entry = fileURLToPath(
  new URL(import.meta.url.endsWith(".ts") ? "./bundle-process.ts" : "./bundle-process.js", import.meta.url),
);

/**
 * Resolves with what the handler returns, and rejects with what it throws, under the same name and with its stack.
 *
 * What the function prints goes to this process's own stdout and stderr. The process ends with the answer, whatever
 * the function left open. There is no time limit: somebody may be looking at a breakpoint.
 *
 * @param node - The Node.js to run, which need not be this one.
 */
export async function runBundle(question: Question, node: string): Promise<unknown> {
  const child = spawn(node, ["--enable-source-maps", entry], {
    env: childEnvironment(),
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
  child.send(question, () => {}); // a process that did not start is told by its "error" or "exit"
  let answer: Answer | undefined;
  child.on("message", (message) => (answer = message as Answer)); // nobody else writes to this channel
  const [code, signal] = (await once(child, "exit")) as [number | null, string | null];
  if (!answer)
    throw new Error(`The function ended its process (${signal ?? `exit code ${code}`}) without an answer.`);
  if ("thrown" in answer) throw toError(answer.thrown);
  return answer.returned;
}

/** This process's variables, a cold start in UTC, and no paths of Lambda's machines, which osls sets. */
function childEnvironment(): NodeJS.ProcessEnv {
  const { LD_LIBRARY_PATH: _libraries, NODE_PATH: _modules, ...env } = process.env;
  return { ...env, TZ: ":UTC", AWS_LAMBDA_INITIALIZATION_TYPE: "on-demand" };
}

/** An error whose class has the name that the function's own had. */
function toError({ name, message, stack }: Thrown): Error {
  const classes = { [name]: class extends Error {} };
  const error = new (classes[name] ?? Error)(message);
  return Object.assign(error, { name, stack });
}

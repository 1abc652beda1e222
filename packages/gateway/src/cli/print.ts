// What the developer reads in the terminal: addresses, who can sign in, what the file says that we do not act on.
import { styleText } from "node:util";
import { isFailure } from "@gatewright/contract";
import type { Service } from "../model/service.ts";
import type { Log } from "../ports.ts";
import type { Gateway } from "../start.ts";

type Colour = Parameters<typeof styleText>[0];

const paint = (colour: Colour, text: string): string => styleText(colour, text, { stream: process.stderr });

/** Words for the developer go to stderr, so that stdout stays for what scripts read. */
export const terminalLog: Log = {
  info: (line) => write(line),
  warn: (line) => write(paint("yellow", line)),
  error: (line) => write(paint("red", line)),
};

let waiting = "";

/** One write for all lines of one turn of the event loop: a busy gateway would else spend its time in writes. */
function write(line: string): void {
  if (waiting === "") setImmediate(flush);
  waiting += `${line}\n`;
}

function flush(): void {
  const lines = waiting;
  waiting = "";
  if (lines !== "") process.stderr.write(lines);
}
process.once("exit", flush);

/** Prints a function's line under its name. */
export function printOutput(functionKey: string, stream: "stdout" | "stderr", line: string): void {
  write(`${paint(stream === "stderr" ? "red" : "cyan", `[${functionKey}]`)} ${line}`);
}

/** Says where everything is, and who can sign in. */
export function printReady(gateway: Gateway, service: Service): void {
  const rows: [string, string][] = Object.entries(gateway.urls).map(([name, url]) => [
    label[name] ?? name,
    url,
  ]);
  for (const [key, url] of Object.entries(gateway.functionUrls)) rows.push([`URL of ${key}`, url]);
  const keys = gateway.apiKeys.map(({ name, value }): [string, string] => [`API key ${name}`, value]);
  const users = service.userPools
    .flatMap((pool) => pool.users)
    .map(({ name, password }): [string, string] => [`sign in as ${name}`, password]);
  const signers = [...gateway.identities].map(([name, { accessKeyId }]): [string, string] => [
    `sign as ${name}`,
    accessKeyId,
  ]);
  const width = Math.max(...[...rows, ...keys, ...users, ...signers].map(([name]) => name.length), 0);
  for (const [name, value] of [...rows, ...keys, ...users, ...signers]) {
    terminalLog.info(`  ${paint("bold", name.padEnd(width))}  ${value}`);
  }
}

const label: Readonly<Record<string, string>> = {
  rest: "REST API",
  http: "HTTP API",
  websocket: "WebSocket API",
  dynamodb: "DynamoDB",
  s3: "S3",
  cognito: "Token issuer",
  lambda: "Lambda",
  domains: "Custom domains",
};

/** Lists, by its path in the file, everything that the gateway read and does not act on. */
export function printNotices(service: Service): void {
  for (const { path, says } of service.notices) terminalLog.warn(`not acted on: ${path}: ${says}`);
}

/** Says what was asked of each method so far: at the end, and on SIGUSR2. */
export function printMetrics(gateway: Pick<Gateway, "metricsTable">): void {
  for (const line of gateway.metricsTable()) terminalLog.info(`  ${line}`);
}

/** Says what went wrong: a failure of ours in a sentence, anything else whole. */
export function printError(error: unknown): void {
  if (isFailure(error)) terminalLog.error(`gatewright: ${error.message} (${error.code})`);
  else terminalLog.error(error instanceof Error ? (error.stack ?? error.message) : String(error));
}

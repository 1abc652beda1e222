#!/usr/bin/env node
// The gatewright command.
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { findDefinition } from "../read/definition-text.ts";
import { readDefinition } from "../read/read-definition.ts";
import { startGateway } from "../start.ts";
import { readArguments, type DevCommand } from "./args.ts";
import { watchDefinition } from "./definition-watch.ts";
import { printError, printMetrics, printNotices, printOutput, printReady, terminalLog } from "./print.ts";
import { endWithProcess } from "./run.ts";

const help = `gatewright: API Gateway on this machine

  gatewright dev [serverless.yml | serverless.ts | template.json]   run everything that the file describes

  --port N      first of the ports, 0 for any free ones        (4000)
  --stage NAME  as \${opt:stage} in the file
  --param N=V   as \${param:N} in the file, again for each
  --data DIR    where tables, uploads and keys are kept         (.gatewright beside the file)
  --fresh       forget what earlier runs kept
  --caller-headers  believe x-gatewright-source-ip, -vpc and -vpce of callers on this machine
  --json        print one line of JSON on stdout when ready
  --version, --help`;

async function dev(command: DevCommand): Promise<void> {
  const { file, stage, params = {}, port, folder, fresh, json, callerHeaders = false } = command;
  const path = resolve(file);
  const read = () => readDefinition(path, stage === undefined ? { params } : { params, stage });
  const definition = await read();
  printNotices(definition);
  const gateway = await startGateway({
    definition,
    port,
    fresh,
    callerHeaders,
    watch: true,
    log: terminalLog,
    output: printOutput,
    ...(folder !== undefined && { folder: resolve(folder) }),
  });
  const unwatch = watchDefinition({
    file: path,
    read,
    gateway,
    first: definition,
    log: terminalLog,
    fail: printError,
  });
  endWithProcess(async () => {
    unwatch();
    printMetrics(gateway);
    await gateway.close();
  });
  if (process.platform !== "win32") process.on("SIGUSR2", () => printMetrics(gateway));
  await gateway.functions.warm();
  printReady(gateway, definition);
  const { urls, functionUrls } = gateway;
  const addresses = Object.keys(functionUrls).length === 0 ? urls : { ...urls, functionUrls };
  if (json) process.stdout.write(`${JSON.stringify(addresses)}\n`);
}

function version(): string {
  const manifest: unknown = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8"));
  return (manifest as { version: string }).version; // our own package.json
}

process.env["TZ"] = "UTC"; // as Lambda has it; threads cannot have a time zone of their own
try {
  const command = readArguments(process.argv.slice(2), findDefinition(process.cwd()));
  if (command.name === "help") console.log(help);
  else if (command.name === "version") console.log(version());
  else await dev(command);
} catch (error) {
  printError(error);
  process.exit(1);
}

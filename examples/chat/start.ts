// Brings the chat up on this machine: the gateway with everything that serverless.yml describes, and the page.
import { parseArgs } from "node:util";
import { fileURLToPath } from "node:url";
import {
  assertPortFree,
  endWithProcess,
  printError,
  printNotices,
  printOutput,
  printReady,
  readPort,
  readServerless,
  startGateway,
  terminalLog,
} from "@gatewright/gateway";
import { startPage, type PageServer } from "./web/serve.ts";

process.env["TZ"] = "UTC"; // as Lambda has it
const definitionFile = fileURLToPath(new URL("../../serverless.yml", import.meta.url));

const options = {
  port: { type: "string", default: "4000" },
  data: { type: "string" },
  fresh: { type: "boolean", default: false },
  json: { type: "boolean", default: false },
} as const;

function readOptions(): ReturnType<typeof parseArgs<{ options: typeof options }>>["values"] {
  try {
    return parseArgs({ options }).values;
  } catch (error) {
    const why = error instanceof Error ? error.message.split(". ")[0] : String(error);
    terminalLog.error(`${why}. There are --port N, --data DIR, --fresh and --json.`);
    return process.exit(1);
  }
}

async function main(): Promise<void> {
  const values = readOptions();
  const port = readPort(values.port);
  const definition = await readServerless(definitionFile);
  printNotices(definition);
  if (port > 0) await assertPortFree(port, "the chat page");
  const starting = startGateway({
    definition,
    port,
    fresh: values.fresh,
    watch: true,
    log: terminalLog,
    output: printOutput,
    ...(values.data !== undefined && { folder: values.data }),
  });
  let page: PageServer | undefined;
  // A signal may come at any moment from here on: what has begun to start is ended too.
  endWithProcess(async () => {
    const begun = await starting;
    await page?.close();
    await begun.close();
  });
  const gateway = await starting;
  const [pool] = definition.userPools;
  const [client] = pool?.clients ?? [];
  page = await startPage({
    port,
    config: {
      http: gateway.urls.http ?? "",
      websocket: gateway.urls.websocket ?? "",
      signIn: { url: gateway.urls.cognito ?? "", clientId: client?.id ?? "" },
    },
  });
  await gateway.functions.warm();
  terminalLog.info(`\nThe chat is at ${page.url}\n`);
  printReady(gateway, definition);
  if (values.json) {
    const { rest, http, websocket } = gateway.urls;
    const users = pool?.users.map(({ name, password }) => ({ name, password })) ?? [];
    process.stdout.write(
      `${JSON.stringify({ web: page.url, rest, http, websocket, users, apiKeys: gateway.apiKeys })}\n`,
    );
  } else {
    terminalLog.info("\nCtrl-C ends everything.");
  }
}

main().catch((error: unknown) => {
  printError(error);
  process.exit(1);
});

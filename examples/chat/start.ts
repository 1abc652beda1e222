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
  readServerless,
  startGateway,
  terminalLog,
} from "@gatewright/gateway";
import { startPage } from "./web/serve.ts";

process.env["TZ"] = "UTC"; // as Lambda has it
const definitionFile = fileURLToPath(new URL("../../serverless.yml", import.meta.url));

const { values } = parseArgs({
  options: {
    port: { type: "string", default: "4000" },
    data: { type: "string" },
    fresh: { type: "boolean", default: false },
    json: { type: "boolean", default: false },
  },
});

async function main(): Promise<void> {
  const port = Number(values.port);
  const definition = await readServerless(definitionFile);
  printNotices(definition);
  if (port > 0) await assertPortFree(port, "the chat page");
  const gateway = await startGateway({
    definition,
    port,
    fresh: values.fresh,
    watch: true,
    log: terminalLog,
    output: printOutput,
    ...(values.data !== undefined && { folder: values.data }),
  });
  endWithProcess(async () => {
    await page?.close();
    await gateway.close();
  });
  const [pool] = definition.userPools;
  const [client] = pool?.clients ?? [];
  const page = await startPage({
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

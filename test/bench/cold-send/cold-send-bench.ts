// Cold start of the chat's `send`, over the DynamoDB client alone: each in a fresh process, in turns.
import { fork } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build, type BuildOptions } from "esbuild";

interface Effort {
  readonly quick: boolean;
  readonly say: (line: string) => void;
}

interface Table {
  readonly title: string;
  readonly columns: readonly { readonly key: string; readonly head: string; readonly digits?: number }[];
  readonly rows: readonly Readonly<Record<string, string | number | undefined>>[];
}

const cases = {
  "client-dynamodb alone": { bundle: "client", cached: false },
  send: { bundle: "send", cached: false },
  "send, with node:http as middy imports it": { bundle: "facade", cached: false },
  "the chat's whole socket function": { bundle: "chat", cached: false },
  "client-dynamodb alone, compile cache": { bundle: "client", cached: true },
  "send, compile cache": { bundle: "send", cached: true },
  "the chat's whole socket function, compile cache": { bundle: "chat", cached: true },
} as const;

/** A message as API Gateway tells of it. */
const event = JSON.stringify({
  requestContext: {
    routeKey: "send",
    eventType: "MESSAGE",
    messageId: "m1",
    connectionId: "XDmE=",
    apiId: "abc",
    stage: "dev",
    domainName: "abc.execute-api.us-east-1.amazonaws.com",
    requestId: "r1",
    extendedRequestId: "r1",
    requestTimeEpoch: 1,
    connectedAt: 1,
    messageDirection: "IN",
    identity: { sourceIp: "127.0.0.1" },
    authorizer: { principalId: "ada", userId: "ada", name: "Ada" },
  },
  body: '{"action":"send","id":"1","key":"k","room":"lobby","text":"hello"}',
  isBase64Encoded: false,
});

/** The bench, as the runner of benches wants it. */
export const coldSendBench = {
  says: "the cold start of the chat's send over the DynamoDB client alone, bundled as serverless.yml says",
  async run({ quick, say }: Effort): Promise<readonly Table[]> {
    const folder = mkdtempSync(join(tmpdir(), "gatewright-cold-"));
    const dynamo = await startTable();
    try {
      await bundleAll(folder);
      const times = new Map<string, Times[]>();
      for (let round = 0; round <= (quick ? 2 : 25); round += 1) {
        for (const [name, one] of Object.entries(cases)) {
          const ms = await start({ folder, endpoint: dynamo.endpoint, ...one });
          if (round > 0) times.set(name, [...(times.get(name) ?? []), ms]); // the first fills caches
        }
      }
      const of = (name: string, what: keyof Times): number =>
        median((times.get(name) ?? []).map((each) => each[what]));
      const rows = Object.entries(cases).map(([name, { cached }]) => {
        const base = cached ? "client-dynamodb alone, compile cache" : "client-dynamodb alone";
        const [loaded, first] = [of(name, "loaded"), of(name, "first")];
        const over = first - of(base, "first");
        const cpu = of(name, "cpu") - of(base, "cpu");
        say(
          `${name}: ${loaded.toFixed(1)} ms to load, ${first.toFixed(1)} to its first answer, ${over.toFixed(1)} over, CPU ${cpu.toFixed(1)} over`,
        );
        return { name, loaded, first, over, cpu };
      });
      const columns = [
        { key: "name", head: "cold start of" },
        { key: "loaded", head: "loaded, ms", digits: 1 },
        { key: "first", head: "first answer, ms", digits: 1 },
        { key: "over", head: "over the client, ms", digits: 1 },
        { key: "cpu", head: "CPU over the client, ms", digits: 1 },
      ];
      return [{ title: "cold start to the first answer", columns, rows }];
    } finally {
      dynamo.close();
      rmSync(folder, { recursive: true, force: true });
    }
  },
};

interface Times {
  readonly loaded: number;
  readonly first: number;
  /** CPU time until then. */
  readonly cpu: number;
}

/** DynamoDB with one connection, which is in the lobby, answering at once. */
async function startTable(): Promise<{ readonly endpoint: string; close(): void }> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      response.setHeader("content-type", "application/x-amz-json-1.0");
      response.end(JSON.stringify(answer(Buffer.concat(chunks).toString())));
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo; // it listens on TCP
  return {
    endpoint: `http://127.0.0.1:${port}`,
    close: () => (server.closeAllConnections(), void server.close()),
  };
}

const row = {
  pk: { S: "connection#XDmE=" },
  sk: { S: "connection" },
  connectionId: { S: "XDmE=" },
  endpoint: { S: "http://127.0.0.1:9/dev" },
  userId: { S: "ada" },
  attributes: { M: {} },
  connectedAt: { N: String(Date.now() - 60_000) },
  lastSeenAt: { N: String(Date.now() - 60_000) },
  ttl: { N: "9999999999" },
};

/** What is asked for by key is there where it is the connection; each answer has all that some operation wants. */
function answer(asked: string): object {
  const isConnection = asked.includes('"connection#');
  const Items = isConnection ? [{ ...row, sk: { S: "room#lobby" } }] : [];
  return {
    Items,
    Count: Items.length,
    ...(isConnection && { Item: row }),
    Attributes: { count: { N: "7" } },
  };
}

/** One bundle each, the SDK inside, as they would be deployed. */
async function bundleAll(folder: string): Promise<void> {
  const here = (file: string): string => fileURLToPath(new URL(file, import.meta.url));
  writeFileSync(join(folder, "package.json"), '{"type":"module"}');
  const options: BuildOptions = {
    outdir: folder,
    outExtension: { ".js": ".mjs" },
    bundle: true,
    minify: true,
    format: "esm",
    platform: "node",
    target: "node24",
    conditions: ["@gatewright/source"],
    banner: {
      js: "import { createRequire as __make } from 'node:module'; const require = __make(import.meta.url);",
    },
  };
  const alias = { "node:http": "@gatewright/events/node-http" };
  const chat = fileURLToPath(new URL("../../../examples/chat/functions/socket.ts", import.meta.url));
  await build({ ...options, alias, entryPoints: { send: here("send.ts"), client: here("client.ts"), chat } });
  await build({ ...options, entryPoints: { facade: here("send.ts") } });
}

async function start({ folder, endpoint, bundle, cached }: Start): Promise<Times> {
  const module = fileURLToPath(new URL("measured.ts", import.meta.url));
  const child = fork(module, [pathToFileURL(join(folder, `${bundle}.mjs`)).href, event], {
    execArgv: [],
    stdio: ["ignore", "ignore", "inherit", "ipc"], // the chat logs each event
    env: {
      ...process.env,
      CONNECTIONS_TABLE: "connections",
      MESSAGES_TABLE: "messages",
      TICKETS_TABLE: "tickets",
      UPLOADS_BUCKET: "uploads",
      AWS_REGION: "us-east-1",
      AWS_ACCESS_KEY_ID: "LOCALBENCH",
      AWS_SECRET_ACCESS_KEY: "of-no-use",
      AWS_ENDPOINT_URL_DYNAMODB: endpoint,
      ...(cached && { NODE_COMPILE_CACHE: join(folder, "cache") }),
    },
  });
  const [{ loaded, first, cpu, answer }] = (await once(child, "message")) as [Times & { answer: string }];
  if (bundle !== "client" && !answer.includes(bundle === "chat" ? "seq" : "delivered")) {
    throw new Error(`It answered ${answer}.`);
  }
  if (child.exitCode === null) await once(child, "exit");
  return { loaded, first, cpu };
}

interface Start {
  readonly folder: string;
  readonly endpoint: string;
  readonly bundle: "client" | "send" | "facade" | "chat";
  readonly cached: boolean;
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}

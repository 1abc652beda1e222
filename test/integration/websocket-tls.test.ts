// AWS's samples post to https://{domainName}/{stage}: here too that reaches the API, and functions trust it.
import { once } from "node:events";
import { access, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { readServerless, startGateway, type Gateway } from "@gatewright/gateway";
import { afterAll, beforeAll, expect, it } from "vitest";
import { WebSocket, type ClientOptions } from "ws";

const definition = fileURLToPath(new URL("fixtures/websocket-tls/serverless.yml", import.meta.url));
const printed: string[] = [];
let folder: string;
let gateway: Gateway;
let url: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "gatewright-websocket-tls-"));
  gateway = await startGateway({
    definition: await readServerless(definition),
    folder,
    log: { info() {}, warn: (line) => printed.push(line), error: (line) => printed.push(line) },
    output: (_key, _stream, line) => printed.push(line),
  });
  url = gateway.urls.websocket ?? "";
});
afterAll(async () => {
  await gateway.close();
  await rm(folder, { recursive: true, force: true });
});

/** What comes back for one message: the pushes and the answer, in no certain order. */
async function say(action: string, count: number, to = url, options: ClientOptions = {}): Promise<string[]> {
  const client = new WebSocket(to, options);
  await once(client, "open");
  const heard = new Promise<string[]>((resolve) => {
    const texts: string[] = [];
    client.on("message", (data: Buffer) => {
      if (texts.push(data.toString()) === count) resolve(texts.toSorted());
    });
  });
  client.send(JSON.stringify({ action }));
  try {
    return await heard;
  } finally {
    client.terminate();
  }
}

const authority = (): string => join(folder, "certificates/ca.pem");

it("makes no certificate for who does not speak TLS", async () => {
  expect(await say("plain", 1)).toEqual(["heard"]);
  await fetch(url.replace(/^ws/, "http"));
  await expect(access(authority())).rejects.toThrow(/ENOENT/);
});

it("takes the AWS SDK's posts to the address that events name", async () => {
  expect(await say("sdk", 2)).toEqual(["posted", "sent"]);
  expect(printed).toEqual([]);
});

it.each([
  ["fetch", "403 1"],
  ["builtin", "403"],
  ["socket", "true IP Address:127.0.0.1, DNS:localhost"],
])("is trusted by functions with %s, beside all that they trusted", async (action, answer) => {
  expect(await say(action, 1)).toEqual([answer]);
  expect(printed).toEqual([]);
});

it("takes wss:// of clients that trust the authority, and of no others", async () => {
  const secure = url.replace(/^ws/, "wss");
  const ca = await readFile(authority());
  expect(await say("plain", 1, secure, { ca })).toEqual(["heard"]);
  expect(await say("sdk", 2, secure.replace("127.0.0.1", "localhost"), { ca })).toEqual(["posted", "sent"]);
  await expect(say("plain", 1, secure)).rejects.toThrow(/certificate/);
});

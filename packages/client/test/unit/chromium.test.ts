// The client in a real browser: opens with a token, asks, hears, falls, comes back, and misses nothing.
import { existsSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { build } from "esbuild";
import { chromium } from "playwright-core";
import { describe, expect, it } from "vitest";
import type { connectSocket, followRoom } from "../../src/index.ts";
import { startChatServer } from "../chat-server.ts";

const executablePath = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find(
  (path) => existsSync(path),
);

declare global {
  // what the bundle puts into the page
  var client: { connectSocket: typeof connectSocket; followRoom: typeof followRoom };
}

async function startPage(): Promise<{ url: string; close(): void }> {
  const { outputFiles } = await build({
    entryPoints: [new URL("../../src/index.ts", import.meta.url).pathname],
    bundle: true,
    format: "iife",
    globalName: "client",
    platform: "browser",
    write: false,
  });
  const server = createServer((request, response) => {
    const isScript = request.url === "/client.js";
    response.setHeader("content-type", isScript ? "text/javascript" : "text/html");
    response.end(isScript ? outputFiles[0]?.text : `<!doctype html><script src="/client.js"></script>`);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  return { url, close: () => (server.closeAllConnections(), void server.close()) };
}

describe.runIf(executablePath)("in Chromium", () => {
  it("opens with a token, asks, hears, falls, comes back, and misses nothing", async () => {
    const history = [{ seq: 1 }, { seq: 2 }, { seq: 3 }, { seq: 4 }];
    const chat = await startChatServer({
      answer(said) {
        const data =
          said.action === "resume"
            ? { messages: history.filter(({ seq }) => seq > Number(said["after"])) }
            : { heard: said["text"] };
        return { type: "answer", to: said.id, data };
      },
    });
    const page = await startPage();
    const browser = await chromium.launch({ executablePath: executablePath ?? "", args: ["--no-sandbox"] });
    try {
      const tab = await browser.newPage();
      await tab.goto(page.url);
      const answer = await tab.evaluate(async (url) => {
        const { connectSocket, followRoom } = globalThis.client;
        const socket = connectSocket({
          url,
          protocol: "chat.v1",
          token: () => "abc.def",
          reconnect: { firstMs: 20, longestMs: 50 },
        });
        const log = { taken: [] as number[], states: [] as string[] };
        Object.assign(globalThis, { log });
        socket.onState(({ state }) => log.states.push(state));
        const room = followRoom<{ seq: number }>(socket, {
          after: 0,
          resume: (after) => socket.send("resume", { after }) as Promise<{ messages: { seq: number }[] }>,
          take: ({ seq }) => log.taken.push(seq),
        });
        socket.on("message", (message) => room.push(message as { seq: number }));
        return socket.send("hello", { text: "Ada" });
      }, chat.url);
      expect(answer).toEqual({ heard: "Ada" });
      expect(chat.offered).toEqual(["chat.v1, bearer.abc.def"]);
      chat.push({ type: "message", seq: 1 });
      for (const socket of chat.sockets()) setTimeout(() => socket.terminate(), 50);
      const read = () =>
        tab.evaluate(() => (globalThis as unknown as { log: { taken: number[]; states: string[] } }).log);
      await expect.poll(async () => (await read()).taken, { timeout: 5_000 }).toEqual([1, 2, 3, 4]);
      expect((await read()).states).toEqual(["open", "waiting", "connecting", "open"]);
    } finally {
      await browser.close();
      page.close();
      await chat.close();
    }
  });
});

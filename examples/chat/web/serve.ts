// The page on this machine: its files and the addresses of the APIs.
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { buildPage } from "./build.ts";
import type { PageConfig } from "./config.ts";
import { securityPolicy } from "./security-policy.ts";

const built = fileURLToPath(new URL("../dist/web", import.meta.url));

/** What is served; nothing else is read from disk. */
const files: Readonly<Record<string, { readonly file: string; readonly type: string }>> = {
  "/": { file: "index.html", type: "text/html; charset=utf-8" },
  "/main.js": { file: "main.js", type: "text/javascript; charset=utf-8" },
  "/main.js.map": { file: "main.js.map", type: "application/json" },
  "/style.css": { file: "style.css", type: "text/css; charset=utf-8" },
  "/style.css.map": { file: "style.css.map", type: "application/json" },
};

/** A running page server. */
export interface PageServer {
  /** No trailing slash. */
  readonly url: string;
  close(): Promise<void>;
}

/** Builds the page and serves it on 127.0.0.1; port 0 takes any free one. */
export async function startPage(options: {
  readonly port: number;
  readonly config: PageConfig;
}): Promise<PageServer> {
  await buildPage(built);
  // S3 on this machine is another port of it
  const policy = securityPolicy(options.config, ["http://127.0.0.1:*"]);
  const server = createServer((request, response) => {
    const path = new URL(request.url ?? "/", "http://page").pathname;
    response.setHeader("content-security-policy", policy);
    response.setHeader("x-content-type-options", "nosniff");
    response.setHeader("referrer-policy", "no-referrer");
    response.setHeader("cache-control", "no-cache");
    void answer(path, options.config, response);
  });
  server.listen(options.port, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo; // it listens on TCP
  return {
    url: `http://127.0.0.1:${port}`,
    async close() {
      server.close();
      server.closeAllConnections();
      if (server.listening) await once(server, "close");
    },
  };
}

async function answer(path: string, config: PageConfig, response: ServerResponse): Promise<void> {
  if (path === "/config.json") {
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify(config));
    return;
  }
  const known = Object.hasOwn(files, path) ? files[path] : undefined;
  if (!known) {
    response.writeHead(404, { "content-type": "text/plain" }).end("There is nothing here.");
    return;
  }
  response.setHeader("content-type", known.type);
  response.end(await readFile(join(built, known.file)));
}

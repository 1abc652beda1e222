// When functions come to trust the local authority, and what happens where there is none.
import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { join } from "node:path";
import { createServer as createTlsServer } from "node:tls";
import { expect, it, onTestFinished } from "vitest";
import { shareAuthority } from "../../../src/domains/local-authority.ts";
import type { Authority } from "../../../src/lambda/local-trust.ts";
import { folderWith, lambda, run } from "./function-fixture.ts";

/** Counts who asks. */
function counted(authority: Authority): Authority & { asked: number } {
  return {
    asked: 0,
    caFile: authority.caFile,
    open() {
      this.asked += 1;
      return authority.open();
    },
  };
}

const asks = `export const handler = ({ url }) => fetch(url).then((answer) => answer.text(), ({ cause }) => cause.code);`;

/** Connects with what a module has by its own name, loaded in this way. */
const connects = (load: string): string => `
  ${load}
  export const handler = ({ host, port }) => new Promise((resolve) => {
    const socket = connect({ host, port });
    socket.on("secureConnect", () => resolve(socket.end().authorized)).on("error", ({ code }) => resolve(code));
  });`;

async function serveTls(
  folder: string,
): Promise<{ readonly authority: Authority & { asked: number }; readonly port: number }> {
  const authority = shareAuthority(join(folder, "certificates"));
  const { certificate: cert, key } = await (await authority.open()).certificateFor("127.0.0.1");
  const server = createTlsServer({ cert, key }, (socket) => {
    socket.on("error", () => socket.destroy()).end("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nhere");
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  return { authority: counted(authority), port: (server.address() as AddressInfo).port }; // it listens on TCP
}

it.each([
  ["an import", 'import { connect } from "node:tls";', {}],
  ["a namespace", 'import * as tls from "tls"; const connect = (...all) => tls.connect(...all);', {}],
  ["CommonJS", 'const { connect } = require("tls");', { bundling: {} }],
  [
    "an import that waits",
    'const connect = (...all) => tls.connect(...all); const tls = await import("node:tls");',
    {},
  ],
  ["process", 'const { connect } = process.getBuiltinModule("tls");', {}],
])("asks for it at the first connection to this machine, and once: %s", async (_, load, options) => {
  const folder = await folderWith({ "f.js": connects(load) });
  const { authority, port } = await serveTls(folder);
  const { result, said } = await run(folder, [lambda("f", "f.handler")], { authority, ...options });
  expect(await result("f", { host: "unknown.invalid", port })).toMatch(/^E/);
  expect(authority.asked).toBe(0);
  expect(await result("f", { host: "127.0.0.1", port })).toBe(true);
  expect(await result("f", { host: "localhost", port })).toBe(true);
  expect(authority.asked).toBe(1);
  expect(said).toEqual([]);
});

it("goes with fetch, which asks nobody over plain HTTP", async () => {
  const folder = await folderWith({ "f.js": asks });
  const { authority, port } = await serveTls(folder);
  const plain = createServer((socket) => socket.end("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nplain"));
  plain.listen(0, "127.0.0.1");
  await once(plain, "listening");
  onTestFinished(() => void plain.close());
  const { result } = await run(folder, [lambda("f", "f.handler")], { authority });
  const at = (plain.address() as AddressInfo).port; // it listens on TCP
  expect(await result("f", { url: `http://127.0.0.1:${at}` })).toBe("plain");
  expect(authority.asked).toBe(0);
  expect(await result("f", { url: `https://127.0.0.1:${port}` })).toBe("here");
  expect(authority.asked).toBe(1);
});

it("leaves the connection to itself where the authority cannot be made, and says why", async () => {
  const folder = await folderWith({ "f.js": asks });
  const { authority, port } = await serveTls(folder);
  const broken: Authority = {
    caFile: join(folder, "none.pem"),
    open: () => Promise.reject(new Error("no room")),
  };
  const { result, said } = await run(folder, [lambda("f", "f.handler")], { authority: broken });
  expect(await result("f", { url: `https://127.0.0.1:${port}` })).toMatch(/^(?:SELF_SIGNED|UNABLE)_/);
  expect(said).toEqual(["error: The local certificate authority cannot be made: Error: no room"]);
  expect(authority.asked).toBe(0);
});

it("is not seen in what functions print of their errors", async () => {
  const folder = await folderWith({
    "f.js": `const name = "tls-of-nobody";
      export const handler = () => process.getBuiltinModule("tls").connect({ host: "127.0.0.1", port: -1 });
      export const lost = () => require(name);`,
  });
  const { authority } = await serveTls(folder);
  const { invoke, printed } = await run(folder, [lambda("f", "f.handler"), lambda("lost", "f.lost")], {
    authority,
  });
  expect(await invoke("f")).toMatchObject({ kind: "failed", errorType: "RangeError" });
  expect(await invoke("lost")).toMatchObject({ kind: "failed", errorType: "Error" });
  expect(printed.join("\n")).toContain("tls-of-nobody");
  expect(printed.join("\n")).not.toContain("local-trust");
});

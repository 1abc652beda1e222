// Bodies that are made to take all time or all memory, over the real door; and what is no TLS, at a domain's door.
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { connect, type TLSSocket } from "node:tls";
import { deflateSync, gzipSync } from "node:zlib";
import { readServerless, startGateway, type Gateway } from "@gatewright/gateway";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { type Heard, listen, open, request } from "./raw.ts";

let gateway: Gateway;
let folder: string;
let ports: { readonly rest: number; readonly tls: number };
let authority: Buffer;
const reached: string[] = [];
const errors: string[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "gatewright-bombs-"));
  gateway = await startGateway({
    definition: await readServerless(fileURLToPath(new URL("bombs.yml", import.meta.url))),
    folder,
    log: { info() {}, warn() {}, error: (line) => errors.push(line) },
    output: (_key, _stream, line) => reached.push(line.replace("reached ", "")),
  });
  await gateway.functions.warm();
  const port = (url: string | undefined): number => Number(new URL(url ?? "").port);
  ports = { rest: port(gateway.urls.rest), tls: port(gateway.urls.domains) };
  authority = await readFile(join(folder, "certificates/ca.pem"));
});
afterAll(async () => {
  await gateway.close();
  await rm(folder, { recursive: true, force: true });
});

/** After everything that is sent here: nobody has a bug to look for, and the next client is served, by both doors. */
afterEach(async () => {
  expect(errors.splice(0)).toEqual([]);
  expect((await fetch(`${gateway.urls.rest}/after`)).status).toBe(200);
  const socket = await secure();
  socket.write(onDomain("GET /after"));
  const [answer] = (await once(socket, "data")) as [Buffer]; // a socket's data are bytes
  expect(answer.toString()).toMatch(/^HTTP\/1\.1 200 /);
  socket.destroy();
  reached.splice(0);
});

async function secure(servername = "api.localhost"): Promise<TLSSocket> {
  const socket = connect({ port: ports.tls, host: "127.0.0.1", servername, ca: authority });
  await once(socket, "secureConnect");
  return socket;
}

/** A request on the domain. */
const onDomain = (...given: Parameters<typeof request>): string =>
  request(...given).replace("Host: 127.0.0.1", "Host: api.localhost");

/** Paths that reached the function, but for those that {@link afterEach} asks for. */
const heard = (): readonly string[] => reached.filter((path) => !path.includes("after"));

/** Posts JSON on a bare socket and waits for the end of the answer, however long it takes. */
async function post(
  path: string,
  body: string | Uint8Array,
  headers: readonly string[] = [],
): Promise<Heard> {
  const bytes = Buffer.from(body);
  const type = ["Content-Type: application/json", `Content-Length: ${bytes.length}`, "Connection: close"];
  const socket = await open(ports.rest);
  const chunks: Buffer[] = [];
  socket.on("data", (chunk) => chunks.push(chunk));
  socket.write(request(`POST /dev/${path}`, [...type, ...headers]));
  socket.write(bytes);
  await once(socket, "close");
  const text = Buffer.concat(chunks).toString("latin1");
  return { text, statuses: [Number(text.slice(9, 12))], isClosed: true };
}

describe("a template that the client's list multiplies", () => {
  const rendered = async (all: readonly unknown[], more = {}) =>
    (await post("rendered", JSON.stringify({ all, ...more }))).statuses;

  it("renders a short list", async () => {
    expect(await rendered([1, 2])).toEqual([200]);
  });

  it("is ended when it takes too long", async () => {
    expect(await rendered(Array.from({ length: 2_000 }, (_, at) => at))).toEqual([500]);
  }, 30_000);

  it("is ended when it grows too large", async () => {
    const all = ["print", "print", "print", "print", "print"];
    expect(await rendered(all, { filling: "x".repeat(100_000) })).toEqual([500]);
  }, 30_000);
});

describe("a model that a body makes endless", () => {
  const checked = async (body: unknown) =>
    (await post("checked", typeof body === "string" ? body : JSON.stringify(body))).statuses;

  it("lets pass what fits", async () => {
    expect(await checked({ same: [1, 2], word: "aaa", deep: [[7]] })).toEqual([200]);
    expect(heard()).toHaveLength(1);
  });

  it.each<[string, () => unknown]>([
    [
      "by unique items that would all be compared",
      () => ({ same: Array.from({ length: 200_000 }, (_, at) => ({ a: [at] })) }),
    ],
    ["by a pattern that goes back and forth", () => ({ word: `${"a".repeat(50)}!` })],
    ["by alternatives that multiply with each level", () => `{"deep": ${"[".repeat(40)}1${"]".repeat(40)}}`],
    ["by a million levels", () => `{"deep": ${"[".repeat(1_000_000)}${"]".repeat(1_000_000)}}`],
  ])(
    "%s",
    async (_name, make) => {
      expect(await checked(make())).toEqual([400]);
      expect(heard()).toEqual([]);
    },
    30_000,
  );
});

describe("a packed body", () => {
  const packed = async (bytes: Uint8Array, coding = "gzip") =>
    (await post("packed", bytes, [`Content-Encoding: ${coding}`])).statuses;

  it("is opened", async () => {
    expect(await packed(gzipSync("hello"))).toEqual([200]);
    expect(heard()).toHaveLength(1);
  });

  it.each<[string, () => Uint8Array, string]>([
    ["of 100 MB in 100 KB of gzip", () => gzipSync(Buffer.alloc(100_000_000)), "gzip"],
    ["of 100 MB in 100 KB of deflate", () => deflateSync(Buffer.alloc(100_000_000)), "deflate"],
  ])("%s is refused", async (_name, make, coding) => {
    expect(await packed(make(), coding)).toEqual([413]);
    expect(heard()).toEqual([]);
  });

  it.each<[string, () => Uint8Array]>([
    ["that ends early", () => gzipSync("hello".repeat(1_000)).subarray(0, 30)],
    ["that is none", () => Buffer.from("hello")],
  ])("%s is refused", async (_name, make) => {
    const [status] = await packed(make());
    expect([400, 415]).toContain(status);
    expect(heard()).toEqual([]);
  });
});

/** A ClientHello's record, as far as it goes. */
const hello = Buffer.from("16030100310100002d0303", "hex");

describe("the TLS door", () => {
  it.each<[string, Uint8Array | string]>([
    ["HTTP without TLS", request("GET /a")],
    ["a hello of nothing", Buffer.from("1603010000", "hex")],
    ["a hello that says it is longer than a record may be", Buffer.from("160301ffff01000000", "hex")],
    ["a hello of random bytes", Buffer.concat([hello, Buffer.alloc(0x31 - 6, 0x5a)])],
    ["an alert", Buffer.from("15030300020228", "hex")],
    ["data before a handshake", Buffer.from("1703030005", "hex")],
    ["SSL 2", Buffer.from("802e0100020015000000100100800200800300800400800500800600400700c0", "hex")],
    ["zeros", Buffer.alloc(1_000)],
  ])("%s gets no answer of the API", async (_name, bytes) => {
    const socket = await open(ports.tls);
    const answered = listen(socket);
    socket.end(bytes);
    const { text, isClosed } = await answered;
    expect(isClosed).toBe(true);
    expect(text).not.toContain("HTTP/1.1 200");
    expect(heard()).toEqual([]);
  });

  it("a hello that breaks off keeps nobody from being served", async () => {
    const sockets = await Promise.all(Array.from({ length: 100 }, () => open(ports.tls)));
    for (const socket of sockets) socket.write(hello);
    const socket = await secure();
    socket.write(onDomain("GET /beside"));
    expect((await listen(socket)).statuses).toEqual([200]);
    for (const each of sockets) each.destroy();
  });

  it("no domain's name ends the handshake", async () => {
    await expect(secure("elsewhere.example")).rejects.toThrow();
    expect(heard()).toEqual([]);
  });

  it("an old version ends the handshake", async () => {
    const given = { minVersion: "TLSv1", maxVersion: "TLSv1.1", ciphers: "ALL@SECLEVEL=0" } as const;
    const socket = connect({
      port: ports.tls,
      host: "127.0.0.1",
      servername: "api.localhost",
      ca: authority,
      ...given,
    });
    await expect(once(socket, "secureConnect")).rejects.toThrow();
  });

  it("a request smuggled inside is none there, either", async () => {
    const socket = await secure();
    const length = ["Content-Length: 4", "Transfer-Encoding: chunked"];
    socket.write(onDomain("POST /outer", length, "5c\r\nGET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n0\r\n\r\n"));
    const { statuses } = await listen(socket);
    expect(statuses.every((status) => status === 400)).toBe(true);
    expect(heard()).toEqual([]);
  });
});

// Whatever bytes come through the doors: an answer or a closed connection, never a crash, never memory without bound.
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { readServerless, startGateway, type Gateway } from "@gatewright/gateway";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { listen, open, raw, request } from "./raw.ts";

let gateway: Gateway;
let folder: string;
const ports: Record<"rest" | "http" | "websocket", number> = { rest: 0, http: 0, websocket: 0 };
/** Paths that reached the function since the test began. */
const reached: string[] = [];
const errors: string[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "gatewright-robustness-"));
  gateway = await startGateway({
    definition: await readServerless(fileURLToPath(new URL("serverless.yml", import.meta.url))),
    folder,
    log: { info() {}, warn() {}, error: (line) => errors.push(line) },
    output: (_key, _stream, line) => reached.push(line.replace("reached ", "")),
  });
  await gateway.functions.warm();
  for (const [name, url] of Object.entries(gateway.urls)) {
    if (name === "rest" || name === "http" || name === "websocket") ports[name] = Number(new URL(url).port);
  }
});
afterAll(async () => {
  await gateway.close();
  await rm(folder, { recursive: true, force: true });
});

/** After everything that is sent here: nobody has a bug to look for, and the next client is served. */
afterEach(async () => {
  expect(errors.splice(0)).toEqual([]);
  for (const url of [`${gateway.urls.rest}/after`, `${gateway.urls.http}/after`]) {
    expect((await fetch(url)).status).toBe(200);
  }
  reached.splice(0);
});

const doors = [
  ["REST", () => ports.rest],
  ["HTTP", () => ports.http],
] as const;

/** A second request hidden in the first one's body: it must never be taken for one. */
const hidden = "GET /dev/smuggled HTTP/1.1\r\nHost: 127.0.0.1\r\nX: ";
const chunkedHidden = `0\r\n\r\n${hidden}\r\n\r\n`;

describe.each(doors)("a request smuggled past the %s door", (_, port) => {
  const post = (headers: readonly string[], body: string): string =>
    request("POST /dev/outer", headers, body);
  const length = `Content-Length: ${chunkedHidden.length}`;

  it.each<[string, string]>([
    ["CL and TE", post([length, "Transfer-Encoding: chunked"], chunkedHidden)],
    ["TE and CL", post(["Transfer-Encoding: chunked", length], chunkedHidden)],
    [
      "CL 4 and TE",
      post(["Content-Length: 4", "Transfer-Encoding: chunked"], `5c\r\n${hidden}\r\n0\r\n\r\n`),
    ],
    ["TE with a space before the colon", post([length, "Transfer-Encoding : chunked"], chunkedHidden)],
    ["TE with a tab before the colon", post([length, "Transfer-Encoding\t: chunked"], chunkedHidden)],
    ["TE after a folded line", post([length, "X: 1", " Transfer-Encoding: chunked"], chunkedHidden)],
    ["TE with its value on the next line", post([length, "Transfer-Encoding:", " chunked"], chunkedHidden)],
    ["TE of another coding", post(["Transfer-Encoding: xchunked"], chunkedHidden)],
    ["TE chunked, then identity", post(["Transfer-Encoding: chunked, identity"], chunkedHidden)],
    ["TE identity beside CL", post([length, "Transfer-Encoding: identity"], chunkedHidden)],
    ["TE with a control character", post([length, "Transfer-Encoding: \x0bchunked"], chunkedHidden)],
    ["TE twice", post([length, "Transfer-Encoding: chunked", "Transfer-encoding: x"], chunkedHidden)],
    ["TE in quotes", post([length, 'Transfer-Encoding: "chunked"'], chunkedHidden)],
    ["CL twice, unlike", post(["Content-Length: 0", length], chunkedHidden)],
    ["CL as a list", post([`Content-Length: 0, ${chunkedHidden.length}`], chunkedHidden)],
    ["CL with a sign", post(["Content-Length: +0"], chunkedHidden)],
    ["CL below nothing", post(["Content-Length: -1"], chunkedHidden)],
    ["CL in hexadecimal", post(["Content-Length: 0x0"], chunkedHidden)],
    ["CL beyond all numbers", post(["Content-Length: 18446744073709551616"], chunkedHidden)],
    [
      "a chunk of a length that is none",
      post(["Transfer-Encoding: chunked"], `0x0\r\n\r\n${hidden}\r\n\r\n`),
    ],
    ["a chunk of negative length", post(["Transfer-Encoding: chunked"], `-1\r\n\r\n${hidden}\r\n\r\n`)],
    ["a chunk longer than any", post(["Transfer-Encoding: chunked"], `ffffffffffffffffff\r\n${hidden}`)],
    ["a chunk without its end", post(["Transfer-Encoding: chunked"], `1\r\nab0\r\n\r\n${hidden}\r\n\r\n`)],
    ["a header's line ended by CR alone", post(["X: 1\rTransfer-Encoding: chunked", length], chunkedHidden)],
    ["a NUL in a header", post(["X: \0", length], chunkedHidden)],
  ])("%s", async (_name, bytes) => {
    const heard = await raw(port(), bytes);
    expect(reached.filter((path) => path.includes("smuggled"))).toEqual([]);
    expect(heard.statuses.length).toBeLessThanOrEqual(2); // what was read as a body's rest is refused, too
    expect(heard.statuses.every((status) => status === 200 || status === 400)).toBe(true);
    expect(heard.isClosed || heard.statuses.length > 0).toBe(true);
  });

  it("is not what a second request on the connection is", async () => {
    const one = request("POST /dev/one", ["Transfer-Encoding: chunked"], "2;x=y\r\nhi\r\n0\r\n\r\n");
    const { statuses } = await raw(port(), one + request("GET /dev/two"));
    expect(statuses).toEqual([200, 200]);
    expect(reached).toHaveLength(2);
  });
});

describe.each(doors)("heads that are none, at the %s door", (_, port) => {
  const get = (...headers: readonly string[]): string => request("GET /dev/x", headers);
  it.each<[string, string, readonly number[]]>([
    ["no HTTP at all", "hello\r\n\r\n", [400]],
    ["HTTP/0.9", "GET /dev/x\r\n\r\n", [400]],
    ["HTTP/2 without being asked", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", [400]],
    ["HTTP/3.7", "GET /dev/x HTTP/3.7\r\nHost: x\r\n\r\n", [400]],
    ["TLS", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", [400]],
    ["no host", "GET /dev/x HTTP/1.1\r\n\r\n", [400]],
    ["a verb that nobody knows", request("BREW /dev/x"), [400]],
    ["a verb in small letters", request("get /dev/x"), [400]],
    ["a space in the path", request("GET /dev/x y"), [400]],
    ["a header without a colon", get("nonsense"), [400]],
    ["a header without a name", get(": 1"), [400]],
    ["a header with a space in its name", get("a b: 1"), [400]],
    ["a NUL in a header", get("a: \0"), [400]],
    ["a header of 20 KB", get(`a: ${"x".repeat(20_000)}`), [431]],
    ["a header of 100 KB", get(`a: ${"x".repeat(100_000)}`), [431]],
    ["10,000 headers", get(...Array.from({ length: 10_000 }, (_each, n) => `a${n}: 1`)), [431]],
    ["a URL of 12 KB", request(`GET /dev/${"x".repeat(12_000)}`), [414]],
    ["a URL of 100 KB", request(`GET /dev/${"x".repeat(100_000)}`), [414, 431]],
    ["10,000 parameters", request(`GET /dev/x?${"a=1&".repeat(10_000)}`), [414]],
    ["2,000 parameters", request(`GET /dev/x?${"a=1&".repeat(2_000)}`), [200]],
    ["an expectation that nobody meets", get("Expect: the-impossible"), [417]],
  ])("%s", async (_name, bytes, wanted) => {
    const { statuses } = await raw(port(), bytes);
    expect(statuses).toHaveLength(1);
    expect(wanted).toContain(statuses[0]);
  });

  it("a tunnel is not opened", async () => {
    expect((await raw(port(), request("CONNECT example.com:443"))).isClosed).toBe(true);
  });

  it.each(["\r\n", "\r\n\r\n\r\n", "GET", "GET /dev/x HTTP/1.1\r\nHost: x\r\n", "\0".repeat(100)])(
    "%j, and the client leaves",
    async (bytes) => {
      const socket = (await open(port())).resume();
      socket.end(Buffer.from(bytes, "latin1"));
      await once(socket, "close");
      expect(reached).toEqual([]);
    },
  );
});

describe.each(doors)("paths at the %s door", (_, port) => {
  it.each([
    "/dev/%00",
    "/dev/a%00b",
    "/dev/../../etc/passwd",
    "/dev/%2e%2e/%2e%2e/etc/passwd",
    "/dev/..%2f..%2fetc%2fpasswd",
    "/dev/..\\..\\x",
    "/dev//x//y",
    "/dev/%",
    "/dev/%zz",
    "/dev/%ff%fe",
    "/dev/%c0%ae%c0%ae/",
    "/dev/x?%00=%ff&__proto__=1&constructor=2",
    "/dev/__proto__/constructor",
    "/dev/x#fragment",
    "/..",
    "/%2e%2e",
    "//",
    "*",
    "http://elsewhere.example/dev/x",
    `/dev${"/a".repeat(4_000)}`,
  ])("%.60s", async (path) => {
    const { statuses } = await raw(port(), request(`GET ${path}`));
    expect(statuses).toHaveLength(1);
    expect([200, 400, 403, 404]).toContain(statuses[0]);
  });
});

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void; // the flag's own function

/** Bytes of bodies that somebody still holds. */
function held(): number {
  collect();
  return process.memoryUsage().arrayBuffers;
}

describe.each(doors)("bodies at the %s door", (_, port) => {
  const megabyte = Buffer.alloc(1_048_576, "x");

  it.each<[string, string, (chunk: Buffer) => Buffer]>([
    ["with its length", `Content-Length: ${100 * megabyte.length}`, (chunk) => chunk],
    [
      "in chunks",
      "Transfer-Encoding: chunked",
      (chunk) => Buffer.concat([Buffer.from("100000\r\n"), chunk, Buffer.from("\r\n")]),
    ],
  ])("100 MB %s are refused, and are never in memory", async (_name, header, frame) => {
    const before = held();
    let most = 0;
    const socket = await open(port());
    const answered = listen(socket);
    socket.write(request("POST /dev/large", [header]));
    for (let sent = 0; sent < 100 && !socket.destroyed; sent += 1) {
      if (!socket.write(frame(megabyte))) {
        const given = new AbortController();
        const quit = { signal: given.signal };
        await Promise.race([once(socket, "drain", quit), once(socket, "close", quit)]).catch(() => undefined);
        given.abort();
      }
      if (sent % 10 === 0) most = Math.max(most, held() - before);
    }
    expect((await answered).statuses).toEqual([413]);
    expect(most).toBeLessThan(45_000_000);
    expect(reached).toEqual([]);
  });

  it("that end early reach nobody", async () => {
    const socket = (await open(port())).resume();
    socket.end(request("POST /dev/short", ["Content-Length: 100"], "x".repeat(50)));
    await once(socket, "close");
    expect(reached).toEqual([]);
  });

  it("of JSON a hundred thousand deep pass through", async () => {
    const body = "[".repeat(100_000) + "]".repeat(100_000);
    const answer = await raw(
      port(),
      request(
        "POST /dev/deep",
        [`Content-Length: ${body.length}`, "Connection: close", "Content-Type: application/json"],
        body,
      ),
    );
    expect(answer.statuses).toEqual([200]);
    expect(answer.text).toContain('"length":200000');
  });
});

describe.each(doors)("slow clients at the %s door", (_, port) => {
  it("keep nobody from being served, and are sent away", async () => {
    const heads = await Promise.all(Array.from({ length: 200 }, () => open(port())));
    for (const socket of heads) socket.write("GET /dev/slow HTTP/1.1\r\nHost: x\r\nA");
    const bodies = await Promise.all(Array.from({ length: 200 }, () => open(port())));
    for (const socket of bodies) socket.write(request("POST /dev/slow", ["Content-Length: 1000"], "x"));
    const { statuses } = await raw(port(), request("GET /dev/quick"));
    expect(statuses).toEqual([200]);
    let open_ = heads.length;
    const answers: string[] = [];
    for (const socket of heads) {
      socket.on("data", (chunk) => answers.push(chunk.toString("latin1")));
      socket.on("close", () => (open_ -= 1));
    }
    const drip = setInterval(() => heads.forEach((socket) => socket.writable && socket.write("a")), 1_000);
    await expect.poll(() => open_, { timeout: 50_000, interval: 250 }).toBe(0);
    clearInterval(drip);
    expect(answers.every((answer) => answer.startsWith("HTTP/1.1 408 "))).toBe(true);
    for (const socket of bodies) socket.destroy();
    expect(reached).toHaveLength(1);
  });
});

describe("the WebSocket door", () => {
  const key = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==";
  const upgrade = (...more: readonly string[]): string =>
    request("GET /dev", ["Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13", ...more]);

  it.each<[string, string]>([
    ["no key", upgrade()],
    ["a key that is none", upgrade("Sec-WebSocket-Key: x")],
    ["another version", upgrade(key).replace("Version: 13", "Version: 7")],
    ["another path", upgrade(key).replace("/dev", "/../etc")],
    ["a broken escape", upgrade(key).replace("/dev", "/%zz")],
    ["a header of 100 KB", upgrade(key, `a: ${"x".repeat(100_000)}`)],
    ["no HTTP", "\x81\x05hello"],
    ["POST without a connection", request("POST /dev/@connections/%00", ["Content-Length: 0"])],
  ])("%s is refused", async (_name, bytes) => {
    const { statuses, isClosed } = await raw(ports.websocket, bytes);
    expect(statuses.every((status) => status >= 400 && status < 500)).toBe(true);
    expect(isClosed || statuses.length === 1).toBe(true);
  });

  it.each<[string, readonly number[]]>([
    ["a frame without a mask", [0x81, 0x05, 104, 101, 108, 108, 111]],
    ["reserved bits", [0xf1, 0x80, 0, 0, 0, 0]],
    ["an opcode that is none", [0x83, 0x80, 0, 0, 0, 0]],
    ["a ping of 200 bytes", [0x89, 0xfe, 0, 200, 0, 0, 0, 0]],
    ["a frame that says it is 2^62 bytes", [0x81, 0xff, 0x40, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]],
    ["text that is not UTF-8", [0x81, 0x82, 0, 0, 0, 0, 0xff, 0xfe]],
    ["a continuation of nothing", [0x80, 0x80, 0, 0, 0, 0]],
    ["a close with half a code", [0x88, 0x81, 0, 0, 0, 0, 3]],
  ])("%s ends the connection", async (_name, frame) => {
    const { statuses, isClosed } = await raw(ports.websocket, upgrade(key), Uint8Array.from(frame));
    expect(statuses).toEqual([101]);
    expect(isClosed).toBe(true);
  });
});

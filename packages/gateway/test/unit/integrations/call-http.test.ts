// Calls to HTTP back ends over real sockets: what they answer, and all the ways in which they do not.
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type RequestListener } from "node:http";
import { createServer as createSecureServer } from "node:https";
import { createServer as createTcpServer, type AddressInfo, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { openLocalAuthority } from "../../../src/domains/local-authority.ts";
import { createCallHttp } from "../../../src/integrations/call-http.ts";
import type { OutgoingRequest } from "../../../src/integrations/integration.ts";
import { manualClock } from "../../../src/manual-clock.ts";
import { type Clock, systemClock } from "../../../src/ports.ts";

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

interface Listening {
  listen(port: number, host: string, listening: () => void): unknown;
  address(): unknown;
  close(closed: () => void): unknown;
  closeAllConnections?(): void;
}

async function listen(server: Listening): Promise<number> {
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  closing.push(
    () => new Promise((resolve) => (server.closeAllConnections?.(), server.close(() => resolve()))),
  );
  return (server.address() as AddressInfo).port; // a listening TCP server has one
}

const serve = async (listener: RequestListener) => `http://127.0.0.1:${await listen(createServer(listener))}`;

const to = (url: string, given: Partial<OutgoingRequest> = {}): OutgoingRequest => ({
  method: "GET",
  url,
  headers: [],
  body: Buffer.alloc(0),
  timeoutMs: 5_000,
  ...given,
});

const call = createCallHttp(systemClock);

describe("a back end that answers", () => {
  test("gives status, headers in their order, and bytes", async () => {
    const bytes = Buffer.from([0, 255, 128, 10]);
    const url = await serve((_, response) => {
      response.writeHead(207, [
        ["X-One", "1"],
        ["Set-Cookie", "a=1"],
        ["Set-Cookie", "b=2"],
      ]);
      response.end(bytes);
    });
    const outcome = await call(to(`${url}/x`));
    expect(outcome).toMatchObject({ kind: "answered", reply: { status: 207, body: bytes, selector: "207" } });
    const { headers } = (outcome as Extract<typeof outcome, { kind: "answered" }>).reply;
    expect(headers.slice(0, 3)).toEqual([
      ["X-One", "1"],
      ["Set-Cookie", "a=1"],
      ["Set-Cookie", "b=2"],
    ]);
  });

  test("gets the path as it stands: nothing is resolved or escaped again", async () => {
    const urls: (string | undefined)[] = [];
    const url = await serve((request, response) => {
      urls.push(request.url);
      response.end();
    });
    for (const path of ["/a/../b", "/a%2Fb", "//x", "/?q=a+b", "?q=1", ""]) await call(to(`${url}${path}`));
    expect(urls).toEqual(["/a/../b", "/a%2Fb", "//x", "/?q=a+b", "/?q=1", "/"]);
  });

  test("a connection is used again, and one that was closed meanwhile does no harm", async () => {
    const sockets = new Set<Socket>();
    const url = await serve((request, response) => {
      sockets.add(request.socket);
      response.end("ok");
    });
    for (let turn = 0; turn < 3; turn += 1) expect(await call(to(url))).toMatchObject({ kind: "answered" });
    expect(sockets.size).toBe(1);
    for (const socket of sockets) socket.destroy();
    expect(await call(to(url, { method: "POST", body: Buffer.from("x") }))).toMatchObject({
      kind: "answered",
    });
    expect(sockets.size).toBe(2);
  });
});

describe("a back end that does not answer", () => {
  test("takes too long", async () => {
    const clock = manualClock();
    const { promise: reached, resolve } = Promise.withResolvers<void>();
    const url = await serve(() => resolve());
    const outcome = createCallHttp(clock)(to(url, { timeoutMs: 1_000 }));
    await reached;
    clock.advance(1_000);
    expect(await outcome).toEqual({ kind: "timed-out" });
  });

  test("begins to answer and takes too long", async () => {
    const clock = manualClock();
    const { promise: reached, resolve } = Promise.withResolvers<void>();
    const url = await serve((_, response) => {
      response.write("begun");
      resolve();
    });
    const outcome = createCallHttp(clock)(to(url, { timeoutMs: 1_000 }));
    await reached;
    clock.advance(1_000);
    expect(await outcome).toEqual({ kind: "timed-out" });
  });

  test("is not there", async () => {
    const port = await listen(createTcpServer());
    for (const close of closing.splice(0)) await close();
    expect(await call(to(`http://127.0.0.1:${port}/`))).toEqual({ kind: "unreachable", why: "ECONNREFUSED" });
    expect(await call(to("http://no-such-host.invalid/"))).toMatchObject({ kind: "unreachable" });
  });

  test.each(["ftp://127.0.0.1/", "127.0.0.1", "http://", "http://[", "http://127.0.0.1:99999/", ""])(
    "has no address: %j",
    async (url) => {
      expect(await call(to(url))).toMatchObject({ kind: "unreachable" });
    },
  );

  test("answers with what is no HTTP, or nothing", async () => {
    const port = await listen(
      createTcpServer((socket) => socket.end("no http\r\n\r\n", () => socket.destroy())),
    );
    expect(await call(to(`http://127.0.0.1:${port}/`))).toMatchObject({ kind: "unreachable" });
    const silent = await listen(createTcpServer((socket) => socket.destroy()));
    expect(await call(to(`http://127.0.0.1:${silent}/`))).toMatchObject({ kind: "unreachable" });
  });

  test("breaks off", async () => {
    const url = await serve((_, response) => {
      response.writeHead(200, { "Content-Length": 100 });
      response.write("half", () => response.destroy());
    });
    expect(await call(to(url))).toMatchObject({ kind: "unreachable" });
  });

  test("sends more than 10 MB", async () => {
    const chunk = Buffer.alloc(1_048_576);
    const url = await serve((_, response) => {
      const pour = () => {
        while (!response.destroyed && response.write(chunk));
      };
      response.on("drain", pour);
      pour();
    });
    expect(await call(to(url))).toEqual({ kind: "too-large" });
  });

  test("a request that HTTP does not allow is not sent", async () => {
    const url = await serve((_, response) => response.end());
    expect(await call(to(url, { headers: [["X-A", "a\r\nb: c"]] }))).toMatchObject({ kind: "unreachable" });
    expect(await call(to(url, { method: "G T" }))).toMatchObject({ kind: "unreachable" });
    expect(await call(to(`${url}/a b`))).toMatchObject({ kind: "unreachable" });
  });
});

test("a certificate that nobody signed is not trusted, unless it was asked for", async () => {
  const folder = await mkdtemp(join(tmpdir(), "gatewright-tls-"));
  closing.push(() => rm(folder, { recursive: true }));
  const authority = await openLocalAuthority(folder);
  const { certificate: cert, key } = await authority.certificateFor("backend.example");
  const port = await listen(createSecureServer({ cert, key }, (_, response) => response.end("secret")));
  expect(await call(to(`https://127.0.0.1:${port}/`))).toMatchObject({ kind: "untrusted" });
  expect(await call(to(`https://127.0.0.1:${port}/`, { insecure: true }))).toMatchObject({
    kind: "answered",
    reply: { body: Buffer.from("secret") },
  });
});

describe("an answer that streams", () => {
  const streamed = { streamIdleMs: 1_000 } as const;

  async function begin(url: string, clock: Clock = systemClock) {
    const outcome = await createCallHttp(clock)(to(url, { ...streamed, timeoutMs: 60_000 }));
    if (outcome.kind !== "answered" || !outcome.reply.stream) throw new Error("it does not stream");
    return outcome.reply.stream;
  }

  test("comes byte for byte, before it is whole", async () => {
    const { promise: read, resolve } = Promise.withResolvers<void>();
    const url = await serve((_, response) => {
      response.write("one");
      void read.then(() => response.end("two"));
    });
    const stream = await begin(url);
    expect(Buffer.from((await stream.next()).value as Uint8Array).toString()).toBe("one");
    resolve();
    const rest: string[] = [];
    for await (const chunk of stream) rest.push(Buffer.from(chunk).toString());
    expect(rest.join("")).toBe("two");
  });

  test("is cut where it is silent for too long, or takes too long", async () => {
    for (const steps of [[1_000], Array.from({ length: 61 }, () => 999)]) {
      const clock = manualClock();
      const url = await serve((_, response) => {
        response.write("x");
        const timer = setInterval(() => response.write("x"), 2);
        if (steps.length === 1) clearInterval(timer);
        response.on("close", () => clearInterval(timer));
      });
      const stream = await begin(url, clock);
      const reading = (async () => {
        for (const ms of [...steps, ...steps]) {
          await stream.next();
          clock.advance(ms);
        }
      })();
      await expect(reading).rejects.toThrow(/no byte for 1000 ms|longer than 60000 ms/);
    }
  });

  test("is cut where the back end breaks off, and let go where nobody reads on", async () => {
    const broken = await begin(
      await serve((_, response) => void response.write("half", () => response.destroy())),
    );
    await expect(
      (async () => {
        for await (const _ of broken);
      })(),
    ).rejects.toThrow();
    const { promise: closed, resolve } = Promise.withResolvers<void>();
    const endless = await begin(
      await serve((_, response) => {
        response.on("close", resolve);
        response.write("x");
      }),
    );
    await endless.return();
    await closed;
  });
});

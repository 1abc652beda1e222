// TLS on the port of a plain WebSocket door: the same answers, and an end for all that is none.
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { type Agent as HttpsAgent, request as httpsRequest, Agent, type RequestOptions } from "node:https";
import { connect, createServer, type AddressInfo, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { connect as connectTls, type TLSSocket } from "node:tls";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { type Certificate, shareAuthority } from "../../../src/domains/local-authority.ts";
import { createHandshakes } from "../../../src/doors/secure.ts";
import { startWebsocketDoor, type WebsocketDoor } from "../../../src/doors/websocket.ts";
import { readIfThere } from "../../../src/private-file.ts";
import type { PlainRequest } from "../../../src/websocket/wire.ts";

let folder: string;
let ca: string;
let certificate: Certificate;
const doors: WebsocketDoor[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "websocket-tls-"));
  const authority = shareAuthority(folder);
  certificate = await (await authority.open()).certificateFor("127.0.0.1");
  ca = (await readIfThere(authority.caFile)) ?? "";
});
afterEach(async () => {
  for (const door of doors.splice(0)) await door.close();
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** A door that says what it was asked, and counts how often it asked for its certificate. */
async function open(certify: () => Promise<Certificate> = async () => certificate) {
  const asked = { times: 0 };
  const seen: PlainRequest[] = [];
  const door = await startWebsocketDoor({
    port: 0,
    for: "a test",
    upgrade(knock) {
      const socket = knock.accept(undefined, {
        text: (said) => socket?.send(`${said} heard`),
        binary() {},
        alive() {},
        violated() {},
        closed() {},
      });
    },
    request(request) {
      seen.push(request);
      return {
        status: 200,
        headers: {},
        body: `${request.method} ${request.target} ${String(request.body)}`,
      };
    },
    certificate() {
      asked.times += 1;
      return certify();
    },
  });
  doors.push(door);
  return { door, asked, seen, url: `https://127.0.0.1:${door.port}` };
}

function call(url: string, options: RequestOptions = {}, body = ""): Promise<string> {
  return new Promise((resolve, reject) => {
    const asked = httpsRequest(url, { ca, agent: false, ...options }, (answer) => {
      text(answer).then(resolve, reject);
    });
    asked.on("error", reject).end(body);
  });
}

/** What comes after bytes that no client would send, until the end. */
async function send(port: number, bytes: Uint8Array): Promise<Buffer> {
  const socket = connect(port, "127.0.0.1");
  const heard: Buffer[] = [];
  socket.on("data", (chunk: Buffer) => heard.push(chunk)).on("error", () => undefined);
  socket.write(bytes);
  await new Promise((resolve) => socket.once("close", resolve)); // which may be a reset, with bytes still unread
  return Buffer.concat(heard);
}

describe("TLS", () => {
  it("is answered as plain HTTP is, posts and all else, with one certificate for all", async () => {
    const { url, asked, seen, door } = await open();
    const agent: HttpsAgent = new Agent({ keepAlive: true });
    const posts = ["a", "x".repeat(120_000), ""].map((body) => ({ body, agent }));
    for (const { body } of posts) {
      expect(await call(`${url}/p`, { method: "POST", agent }, body)).toBe(`POST /p ${body}`);
    }
    agent.destroy();
    expect(await call(`${url}/g`)).toBe("GET /g ");
    expect(await call(`${url.replace("127.0.0.1", "localhost")}/d`, { method: "DELETE" })).toBe("DELETE /d ");
    expect(await (await fetch(`http://127.0.0.1:${door.port}/plain`)).text()).toBe("GET /plain ");
    expect(new Set(seen.map(({ remoteAddress }) => remoteAddress))).toEqual(new Set(["127.0.0.1"]));
    expect(asked.times).toBe(1);
  });

  it("carries WebSockets", async () => {
    const { door } = await open();
    const client = new WebSocket(`wss://127.0.0.1:${door.port}/dev`, { ca });
    await once(client, "open");
    client.send("hello");
    expect(String((await once(client, "message"))[0])).toBe("hello heard");
    const closed = once(client, "close");
    client.close(1000, "done");
    expect((await closed)[0]).toBe(1000);
  });

  it("is cut off from those who do not trust the authority, and from old versions", async () => {
    const { url } = await open();
    await expect(call(url, { ca: [] })).rejects.toThrow(/certificate/);
    await expect(call(url, { minVersion: "TLSv1", maxVersion: "TLSv1.1" })).rejects.toThrow();
    expect(await call(url)).toBe("GET / ");
  });

  it("is asked for no certificate by plain clients, and is HTTP's own 400 in the midst of a connection", async () => {
    const { door, asked } = await open();
    const post = "POST /x HTTP/1.1\r\nHost: here\r\nContent-Length: 3\r\n\r\nEND";
    const heard = await send(door.port, Buffer.concat([Buffer.from(post), Buffer.from([0x16, 3, 1])]));
    expect(heard.toString()).toMatch(/^HTTP\/1\.1 200 [^]*POST \/x ENDHTTP\/1\.1 400 /);
    expect(asked.times).toBe(0);
  });

  it("is HTTP's own 400 at a door without a certificate", async () => {
    const door = await startWebsocketDoor({
      port: 0,
      for: "a test",
      upgrade() {},
      request: () => ({ status: 200, headers: {}, body: "" }),
    });
    doors.push(door);
    expect((await send(door.port, Buffer.from([0x16, 3, 1]))).toString()).toMatch(/^HTTP\/1\.1 400 /);
  });

  it.each([
    ["garbage", Buffer.from(`\x16${"garbage".repeat(20)}`)],
    ["a broken handshake", Buffer.from("160301000501000001ff00", "hex")],
    ["HTTP behind the first byte", Buffer.from("\x16GET / HTTP/1.1\r\nHost: here\r\n\r\n")],
    ["a megabyte of it", Buffer.alloc(1_048_576, 0x16)],
  ])("that is none ends the connection, and no other: %s", async (_, bytes) => {
    const { door, url } = await open();
    const client = connectTls({ port: door.port, host: "127.0.0.1", ca });
    await once(client, "secureConnect");
    expect((await send(door.port, bytes)).toString("latin1")).not.toContain("HTTP");
    client.write("GET /after HTTP/1.1\r\nHost: here\r\n\r\n");
    expect(String((await once(client, "data"))[0])).toContain("GET /after");
    client.destroy();
    expect(await call(url)).toBe("GET / ");
  });

  it("ends where no certificate can be had, and is asked for again", async () => {
    let isBroken = true;
    const { url, asked } = await open(async () => {
      if (isBroken) throw new Error("no room");
      return certificate;
    });
    await expect(call(url)).rejects.toThrow();
    isBroken = false;
    expect(await call(url)).toBe("GET / ");
    expect(asked.times).toBe(2);
  });

  it("takes who comes, and who leaves, while the certificate is made", async () => {
    const made = Promise.withResolvers<Certificate>();
    const { url, door } = await open(() => made.promise);
    const early = [call(`${url}/1`), call(`${url}/2`, { method: "POST" }, "two")];
    const leaver = connect(door.port, "127.0.0.1", () => leaver.write(Buffer.from([0x16, 3, 1])));
    await once(leaver, "connect");
    leaver.resetAndDestroy();
    await fetch(`http://127.0.0.1:${door.port}/`); // by now the three have come
    made.resolve(certificate);
    expect(await Promise.all(early)).toEqual(["GET /1 ", "POST /2 two"]);
  });

  it("ends with the door, in the midst of a handshake too", async () => {
    const { door } = await open();
    const client = connectTls({ port: door.port, host: "127.0.0.1", ca }).on("error", () => undefined);
    await once(client, "secureConnect");
    const half = connect(door.port, "127.0.0.1").on("error", () => undefined);
    half.write(Buffer.from([0x16, 3, 1]));
    await fetch(`http://127.0.0.1:${door.port}/`);
    const ended = Promise.all([once(client, "close"), once(half, "close")]);
    await door.close();
    await ended;
  });
});

describe("a handshake", () => {
  it.each([[[0x16]], [[0x16, 3, 1, 2, 0]]])("that does not go on is not waited for: %j", async (bytes) => {
    const taken: TLSSocket[] = [];
    const shake = createHandshakes({
      certificate: async () => certificate,
      take: (socket) => taken.push(socket),
      handshakeMs: 20,
    });
    const server = createServer((socket: Socket) => {
      socket.once("readable", () => void shake(socket));
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    await send((server.address() as AddressInfo).port, Buffer.from(bytes)); // it listens on TCP
    expect(taken).toEqual([]);
    server.close();
  });
});

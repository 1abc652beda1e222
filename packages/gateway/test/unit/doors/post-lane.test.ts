// The lane for small posts answers as node:http would, however the bytes come, and lets it have what is not plain.
import { once } from "node:events";
import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import * as fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startWebsocketDoor, type WebsocketDoor } from "../../../src/doors/websocket.ts";
import type { PlainRequest } from "../../../src/websocket/wire.ts";

let door: WebsocketDoor;
let seen: PlainRequest[] = [];

beforeAll(async () => {
  door = await startWebsocketDoor({
    port: 0,
    for: "a test",
    upgrade: (knock) => knock.refuse({ status: 403, headers: { "x-who": "door" }, body: "no" }),
    request(request) {
      seen.push({ ...request, body: request.body && Buffer.from(request.body) });
      const answer = { status: 200, headers: { "x-target": request.target }, body: String(request.body) };
      return request.target.startsWith("/slow") ? sleep(10).then(() => answer) : answer;
    },
  });
});
afterAll(() => door.close());

/** Writes the pieces with a breath between them, and reads until so many answers have come or the socket has ended. */
async function converse(pieces: readonly string[], answers: number): Promise<string> {
  seen = [];
  const socket = connect(door.port, "127.0.0.1").setNoDelay(true).setEncoding("latin1");
  let text = "";
  const done = Promise.withResolvers<void>();
  socket.on("data", (chunk: string) => {
    text += chunk;
    if (text.split("HTTP/1.1 ").length > answers && text.endsWith("END")) done.resolve();
  });
  socket.once("close", () => done.resolve());
  socket.on("error", () => undefined);
  for (const piece of pieces) {
    socket.write(piece, "latin1");
    await sleep(1);
  }
  await Promise.race([done.promise, sleep(2_000)]);
  socket.destroy();
  return text;
}

function post(target: string, body: string, more = ""): string {
  return `POST ${target} HTTP/1.1\r\nHost: here\r\n${more}Content-Length: ${body.length}\r\n\r\n${body}`;
}

/** Status and body of each answer, without what differs by the moment. */
function bodies(text: string): readonly string[] {
  return text
    .split(/(?=HTTP\/1\.1 \d{3} )/)
    .map((answer) => `${answer.slice(9, 12)} ${answer.slice(answer.indexOf("\r\n\r\n") + 4)}`);
}

describe("posts", () => {
  it("are answered in order, however their bytes are cut", async () => {
    const target = fc.constantFrom("/a", "/slow/b", "/c%20d?e=f");
    const body = fc.string({ unit: fc.constantFrom("x", "y", "\r\n", "POST / "), maxLength: 40 });
    const posts = fc.array(fc.tuple(target, body), { minLength: 1, maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(posts, fc.array(fc.nat(400), { maxLength: 4 }), async (said, cuts) => {
        const texts = said.map(([path, text]) => post(path, `${text}END`));
        const whole = texts.join("");
        const at = [0, ...cuts.map((cut) => cut % whole.length).toSorted((a, b) => a - b), whole.length];
        const pieces = at.slice(1).map((end, index) => whole.slice(at[index], end));
        const answer = await converse(pieces, said.length);
        expect(bodies(answer)).toEqual(said.map(([, text]) => `200 ${text}END`));
        expect(seen.map(({ target: path }) => path)).toEqual(said.map(([path]) => path));
      }),
      { numRuns: 60 },
    );
  });

  it("come with lower-case header names, values without space around them, and a date in the answer", async () => {
    const answer = await converse([post("/x", "END", "X-Some:  a b\t\r\nConnection: keep-alive\r\n")], 1);
    expect(seen).toEqual([
      {
        method: "POST",
        target: "/x",
        headers: expect.objectContaining({ host: "here", "x-some": "a b", "content-length": "3" }),
        body: Buffer.from("END"),
        remoteAddress: "127.0.0.1",
      },
    ]);
    expect(answer).toMatch(/^HTTP\/1\.1 200 OK\r\nx-target: \/x\r\ncontent-length: 3\r\ndate: \w{3}, /);
  });

  it("have their own headers, however much those of the post before are like them", async () => {
    const said = [
      "X-A: 1\r\nX-B: 2\r\n",
      "X-A: 1\r\nX-B: 3\r\n",
      "X-B: 3\r\nX-A: 1\r\n",
      "X-A: 1\r\n",
      "constructor: x\r\n",
    ];
    await converse([said.map((more) => post("/x", "END", more)).join("")], said.length);
    const own = seen.map(({ headers }) => [headers["x-a"], headers["x-b"], Object.keys(headers).length]);
    expect(own).toEqual([
      ["1", "2", 4],
      ["1", "3", 4],
      ["1", "3", 4],
      ["1", undefined, 3],
      [undefined, undefined, 3],
    ]);
    const twice = `${post("/x", "END", "X-A: 1\r\n")}${post("/x", "END", "Host: here\r\nX-A: 1\r\n")}`;
    expect(await converse([twice], 2)).toMatch(/^HTTP\/1\.1 200 /); // node:http decides about the second
  });

  it("of 128 KB and in chunks are read too", async () => {
    const large = `${"x".repeat(131_069)}END`;
    expect(bodies(await converse([post("/large", large)], 1))).toEqual([`200 ${large}`]);
    const chunked =
      "POST /c HTTP/1.1\r\nHost: here\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nEND\r\n0\r\n\r\n";
    expect(bodies(await converse([chunked], 1))).toEqual(["200 END"]);
  });

  it("wait for their turn to be sent where the client asks first", async () => {
    const asking = post("/e", "END", "Expect: 100-continue\r\n");
    expect(await converse([asking], 2)).toMatch(/^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 200 OK/);
  });
});

describe("what is no plain post", () => {
  it.each([
    ["two lengths", post("/x", "END", "Content-Length: 2\r\n")],
    ["a length and chunks", post("/x", "END", "Transfer-Encoding: chunked\r\n")],
    ["no host", "POST /x HTTP/1.1\r\nContent-Length: 3\r\n\r\nEND"],
    ["a length that is none", "POST /x HTTP/1.1\r\nHost: here\r\nContent-Length: 3x\r\n\r\nEND"],
    ["a folded header", post("/x", "END", "X-A: 1\r\n 2\r\nX-B\r\n")],
    ["a space before the colon", post("/x", "END", "X-A : 1\r\n")],
    ["a zero byte", post("/x", "END", "X-A: \0\r\n")],
    ["a bare line feed", post("/x", "END", "X-A: 1\nX-B: 2\r\n").replace("/x", "/\x01")],
  ])("is refused by node:http: %s", async (_, text) => {
    expect(await converse([text], 1)).toMatch(/^HTTP\/1\.1 400 /);
    expect(seen).toEqual([]);
  });

  it("is served by node:http, also after posts on the same socket", async () => {
    const get = "GET /g HTTP/1.1\r\nHost: here\r\n\r\n";
    const both = await converse([post("/p", "END") + get, post("/q", "END")], 3);
    expect(bodies(both)).toEqual(["200 END", "200 ", "200 END"]);
    expect(seen.map(({ method, target }) => `${method} ${target}`)).toEqual(["POST /p", "GET /g", "POST /q"]);
  });

  it("may be an upgrade", async () => {
    const upgrade = "GET /dev HTTP/1.1\r\nHost: here\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n";
    const answer = await converse([post("/p", "END") + upgrade], 3);
    expect(answer).toMatch(/403 Forbidden\r\nx-who: door\r\nconnection: close\r\n[\s\S]*no$/);
  });
});

it("ends sockets of the lane with the door, and when the client has ended", async () => {
  const own = await startWebsocketDoor({
    port: 0,
    for: "a test",
    upgrade() {},
    request: () => ({ status: 204, headers: {}, body: "" }),
  });
  const half = connect({ port: own.port, host: "127.0.0.1", allowHalfOpen: true });
  half.write(post("/x", "END"));
  const [first] = (await once(half, "data")) as [Buffer];
  expect(first.toString()).toMatch(/^HTTP\/1\.1 204 No Content\r\ndate: [^\r]*\r\n\r\n$/);
  half.end();
  await once(half, "end");
  const kept = connect(own.port, "127.0.0.1");
  kept.write(post("/x", "END"));
  await once(kept, "data");
  const closed = once(kept, "close");
  await own.close();
  await closed;
});

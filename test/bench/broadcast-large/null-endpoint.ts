// A null @connections endpoint in a process of its own: takes every post, answers 200 with nothing, counts.
import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { answerParent } from "../child.ts";

const answer = Buffer.from("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n");
let posts = 0;

const server = createServer({ noDelay: true }, (socket) => {
  let pending: Buffer | undefined;
  socket.on("data", (chunk: Buffer) => {
    let bytes = pending ? Buffer.concat([pending, chunk]) : chunk;
    pending = undefined;
    for (;;) {
      const end = bytes.indexOf("\r\n\r\n");
      if (end < 0) break;
      const length = Number(/content-length: *(\d+)/i.exec(bytes.toString("latin1", 0, end))?.[1] ?? 0);
      if (bytes.length < end + 4 + length) break;
      posts += 1;
      socket.write(answer);
      bytes = bytes.subarray(end + 4 + length);
    }
    if (bytes.length > 0) pending = bytes;
  });
  socket.on("error", () => socket.destroy());
});

answerParent({
  async start(): Promise<number> {
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    return (server.address() as AddressInfo).port; // it listens on TCP
  },
  /** Says what is wrong; nothing if so many posts came since it was last asked. */
  settle(expected: number): string | null {
    const came = posts;
    posts = 0;
    return came === expected ? null : `${came} posts came instead of ${expected}`;
  },
});

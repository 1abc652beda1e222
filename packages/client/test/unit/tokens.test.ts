// Who a socket says it is: in the subprotocol, in the query, and again when the server asks.
import { afterEach, describe, expect, it, vi } from "vitest";
import { connectSocket, type SocketError, type SocketOptions } from "../../src/index.ts";
import { startChatServer, type ChatServerOptions } from "../chat-server.ts";

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});

async function open(options: Partial<SocketOptions>, server: ChatServerOptions = {}) {
  const paths: string[] = [];
  const chat = await startChatServer({
    ...server,
    refuse: (request) => (paths.push(request.url ?? ""), undefined),
  });
  closing.push(() => chat.close());
  const socket = connectSocket({ url: chat.url, reconnect: { firstMs: 5, longestMs: 20 }, ...options });
  closing.push(() => socket.close());
  return { chat, socket, paths };
}

const soon = (check: () => void) => vi.waitFor(check, { timeout: 5_000, interval: 5 });

describe("a token", () => {
  it("goes into the query under the name that was given, and nowhere else", async () => {
    const { chat, socket, paths } = await open({
      protocol: "chat.v1",
      token: () => "one time+only",
      tokenIn: { query: "ticket" },
    });
    await socket.send("hello");
    expect(paths).toEqual(["/dev?ticket=one+time%2Bonly"]);
    expect(chat.offered).toEqual(["chat.v1"]);
  });

  it("is not in the handshake where there are tickets, of which each connection gets its own", async () => {
    let given = 0;
    const { chat, socket } = await open({
      protocol: "chat.v1",
      token: ({ fresh }) => (fresh ? "new" : "old"),
      ticket: async () => `ticket-${++given}`,
    });
    await socket.send("hello");
    for (const open of chat.sockets()) open.terminate();
    await soon(() => expect(chat.offered).toHaveLength(2));
    expect(chat.offered).toEqual(["chat.v1, bearer.ticket-1", "chat.v1, bearer.ticket-2"]);
    await socket.send("hello");
    chat.push({ type: "reauth" });
    await soon(() => expect(chat.heard.at(-1)).toMatchObject({ action: "reauth", token: "new" }));
  });

  it("is asked for anew, and said, when the server wants one", async () => {
    const needs: boolean[] = [];
    const { chat, socket } = await open({
      protocol: "chat.v1",
      token: ({ fresh }) => (needs.push(fresh), fresh ? "new" : "old"),
    });
    const heard: unknown[] = [];
    socket.on("reauth", (frame) => heard.push(frame));
    await socket.send("hello");
    chat.push({ type: "reauth", expiresAt: 7 });
    await soon(() => expect(chat.heard.at(-1)).toMatchObject({ action: "reauth", token: "new" }));
    expect(needs).toEqual([false, true]);
    expect(heard).toEqual([{ expiresAt: 7 }]);
  });

  it("that cannot be had is told", async () => {
    const { chat, socket } = await open({
      token: ({ fresh }) => {
        if (fresh) throw new Error("signed out");
        return "old";
      },
      protocol: "chat.v1",
    });
    const problems: SocketError[] = [];
    socket.onProblem((problem) => problems.push(problem));
    await socket.send("hello");
    chat.push({ type: "reauth", expiresAt: 7 });
    await soon(() =>
      expect(problems).toMatchObject([{ code: "NOT_RENEWED", cause: { message: "signed out" } }]),
    );
  });

  it("is a fresh one after the session has ended", async () => {
    const needs: boolean[] = [];
    const { socket } = await open(
      { protocol: "chat.v1", token: ({ fresh }) => (needs.push(fresh), fresh ? "new" : "old") },
      {
        answer(said, peer) {
          if (needs.at(-1)) return { type: "answer", to: said.id, data: "welcome" };
          setTimeout(() => peer.close(1000), 5);
          return { error: { code: "SESSION_EXPIRED", message: "Over.", requestId: "r" }, to: said.id };
        },
      },
    );
    await expect(socket.send("hello")).rejects.toMatchObject({ code: "SESSION_EXPIRED" });
    await soon(() => expect(needs).toEqual([false, true]));
    expect(await socket.send("hello")).toBe("welcome");
  });
});

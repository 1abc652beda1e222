// A socket against a real server: answers, frames, falls, reconnects. With Node's own WebSocket and that of ws.
import { once } from "node:events";
import type { IncomingMessage } from "node:http";
import { createServer } from "node:net";
import { afterEach, describe, expect, it, vi } from "vitest";
import { WebSocket as WsWebSocket } from "ws";
import {
  connectSocket,
  type ClientSocket,
  type SocketError,
  type SocketOptions,
  type StateChange,
} from "../../src/index.ts";
import { startChatServer, type ChatServer, type ChatServerOptions, type Said } from "../chat-server.ts";

type Loose = {
  routes: { [route: string]: { payload: unknown; answer: unknown } };
  frames: { [type: string]: unknown };
};

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
  vi.unstubAllGlobals();
});

async function serve(options?: ChatServerOptions): Promise<ChatServer> {
  const server = await startChatServer(options);
  closing.push(() => server.close());
  return server;
}

interface Opened {
  readonly socket: ClientSocket<Loose>;
  readonly changes: StateChange[];
  readonly problems: SocketError[];
  readonly until: (state: StateChange["state"], times?: number) => Promise<StateChange | undefined>;
}

const quick = { firstMs: 10, longestMs: 40 };

function open(server: ChatServer, options: Partial<SocketOptions> = {}): Opened {
  const socket = connectSocket({ url: server.url, protocol: "chat.v1", reconnect: quick, ...options });
  closing.push(() => socket.close());
  const changes: StateChange[] = [];
  const problems: SocketError[] = [];
  socket.onState((change) => changes.push(change));
  socket.onProblem((problem) => problems.push(problem));
  return {
    socket,
    changes,
    problems,
    until: (state, times = 1) =>
      vi.waitFor(
        () => {
          const found = changes.filter((change) => change.state === state)[times - 1];
          expect(found).toBeDefined();
          return found;
        },
        { timeout: 5_000, interval: 5 },
      ),
  };
}

const soon = (check: () => void): Promise<void> => vi.waitFor(check, { timeout: 5_000, interval: 5 });

describe.each([
  ["Node's WebSocket", {}],
  ["ws", { WebSocket: WsWebSocket }],
])("requests through %s", (_, options) => {
  it("are answered, each with its own answer", async () => {
    const held: (() => void)[] = [];
    const server = await serve({
      answer(said, socket) {
        held.unshift(() => socket.send(JSON.stringify({ type: "answer", to: said.id, data: said["n"] })));
        if (held.length === 2) for (const send of held) send();
        return undefined;
      },
    });
    const { socket } = open(server, options);
    expect(await Promise.all([socket.send("a", { n: 1 }), socket.send("b", { n: 2 })])).toEqual([1, 2]);
    expect(server.heard.map(({ action }) => action)).toEqual(["a", "b"]);
  });

  it("offer the token as a subprotocol", async () => {
    const server = await serve();
    const { socket } = open(server, { ...options, token: () => "abc.def" });
    await socket.send("hello");
    expect(server.offered.map((list) => list.split(/, ?/))).toEqual([["chat.v1", "bearer.abc.def"]]);
  });
});

describe("connectSocket", () => {
  it("cannot be talked out of route and id by a payload", async () => {
    const { socket } = open(await serve());
    const back = (await socket.send("real", { action: "other", id: "mine" })) as Said;
    expect(back.action).toBe("real");
    expect(back.id).not.toBe("mine");
  });

  it("rejects with the server's error", async () => {
    const error = { code: "NOT_A_MEMBER", message: "Join first.", requestId: "r-1" };
    const { socket, problems } = open(await serve({ answer: ({ id }) => ({ error, to: id }) }));
    await expect(socket.send("send", {})).rejects.toMatchObject({ name: "SocketError", ...error });
    expect(problems).toEqual([]);
  });

  it("hears frames by type, until the listener is taken off", async () => {
    const server = await serve();
    const { socket, until } = open(server);
    const heard: unknown[] = [];
    const off = socket.on("message", (frame) => heard.push(frame));
    await until("open");
    server.push({ type: "typing", user: "ada" });
    server.push({ type: "message", seq: 1 });
    await soon(() => expect(heard).toEqual([{ seq: 1 }]));
    off();
    server.push({ type: "message", seq: 2 });
    await socket.send("after");
    expect(heard).toHaveLength(1);
  });

  it("tells what belongs to no request", async () => {
    const server = await serve();
    const { problems, until } = open(server);
    await until("open");
    server.push({ message: "Forbidden", connectionId: "XDmE=", requestId: "r-2" });
    server.push({ error: { code: "SLOW_DOWN", message: "Too many.", requestId: "r-3" } });
    server.push("not json");
    server.push({ no: "type" });
    await soon(() => expect(problems).toHaveLength(4));
    expect(problems.map(({ code, requestId }) => [code, requestId])).toEqual([
      ["GATEWAY", "r-2"],
      ["SLOW_DOWN", "r-3"],
      ["UNREADABLE", undefined],
      ["UNREADABLE", undefined],
    ]);
  });

  it("gives up waiting, and forgets an answer that comes too late", async () => {
    const server = await serve({ answer: () => undefined });
    const { socket, problems } = open(server);
    await expect(socket.send("slow", {}, { timeoutMs: 30 })).rejects.toMatchObject({ code: "TIMEOUT" });
    await soon(() => expect(server.heard).toHaveLength(1));
    server.push({ type: "answer", to: server.heard[0]?.id, data: 1 });
    server.push({ message: "sentinel", requestId: "r" });
    await soon(() => expect(problems).toHaveLength(1));
  });

  it("refuses what cannot be sent", async () => {
    const { socket } = open(await serve());
    await expect(socket.send("a", { text: "é".repeat(20_000) })).rejects.toMatchObject({ code: "TOO_LARGE" });
    await expect(socket.send("a", { n: 1n })).rejects.toMatchObject({ code: "NOT_JSON" });
  });

  it("queues in order while there is no connection, but not without bounds", async () => {
    const server = await serve();
    const { socket } = open(server, { requests: { queueLimit: 2 } });
    const sent = [socket.send("one"), socket.send("two")];
    await expect(socket.send("three")).rejects.toMatchObject({ code: "QUEUE_FULL" });
    await Promise.all(sent);
    expect(server.heard.map(({ action }) => action)).toEqual(["one", "two"]);
  });

  it("lets requests in the queue run out of time", async () => {
    const { socket } = open(await serve({ refuse: () => 503 }));
    await expect(socket.send("one", {}, { timeoutMs: 50 })).rejects.toMatchObject({ code: "TIMEOUT" });
  });

  it("comes back after a fall, resumes first, and repeats only what may be repeated", async () => {
    let fall = true;
    const server = await serve({
      answer(said, socket) {
        if (!fall) return { type: "answer", to: said.id, data: said.action };
        if (said.action === "precious") socket.terminate();
        return undefined;
      },
    });
    const { socket, changes, until } = open(server);
    const joins: unknown[] = [];
    socket.onState((change) => {
      if (change.state === "open" && change.again)
        void socket.send("join", { after: 41 }).then((it) => joins.push(it));
      if (change.state === "waiting") fall = false;
    });
    await until("open");
    const once = socket.send("once");
    const precious = socket.send("precious", { clientId: "c1" }, { retry: true });
    await expect(once).rejects.toMatchObject({ code: "LOST" });
    expect(await precious).toBe("precious");
    expect(joins).toEqual(["join"]);

    expect(server.heard.map(({ action }) => action)).toEqual(["once", "precious", "join", "precious"]);
    const [first, second] = server.heard.filter(({ action }) => action === "precious");
    expect(second?.id).toBe(first?.id);
    expect(changes.map(({ state }) => state)).toEqual(["open", "waiting", "connecting", "open"]);
    expect(changes.at(-1)).toEqual({ state: "open", again: true });
    expect(changes.find(({ state }) => state === "waiting")).toMatchObject({ code: 1006, attempt: 1 });
  });

  it("asks for a fresh token when connections do not open", async () => {
    const refuse = (request: IncomingMessage) =>
      request.headers["sec-websocket-protocol"]?.includes("bearer.fresh") ? undefined : 401;
    const server = await serve({ refuse });
    const asked: boolean[] = [];
    const { socket } = open(server, {
      token({ fresh }) {
        asked.push(fresh);
        return fresh ? "fresh" : "stale";
      },
    });
    await socket.send("hello");
    expect(asked).toEqual([false, false, true]);
  });

  it("tells that the token or the address could not be had, and goes on", async () => {
    const server = await serve();
    let asked = 0;
    const { socket, problems } = open(server, {
      url: () => {
        asked += 1;
        if (asked === 1) throw new Error("offline");
        return asked === 2 ? "not a url" : server.url;
      },
    });
    await socket.send("hello");
    expect(problems.map(({ code }) => code)).toEqual(["NOT_OPENED", "NOT_OPENED"]);
  });

  it("gives up a connection that never opens", async () => {
    const server = await serve();
    let asked = 0;
    const hole = createServer(() => undefined).listen(0, "127.0.0.1");
    await once(hole, "listening");
    closing.push(() => hole.close());
    const { port } = hole.address() as { port: number };
    const { socket } = open(server, {
      url: () => ((asked += 1) === 1 ? `ws://127.0.0.1:${port}` : server.url),
      reconnect: { ...quick, openMs: 50 },
    });
    await socket.send("hello");
    expect(asked).toBe(2);
  });

  it("keeps saying something, and any frame shows that the line lives", async () => {
    const server = await serve({ answer: () => ({ message: "Forbidden", requestId: "r" }) });
    const { changes } = open(server, { heartbeat: { route: "beat", everyMs: 20, patienceMs: 5_000 } });
    await soon(() => expect(server.heard.length).toBeGreaterThan(3));
    expect(new Set(server.heard.map(({ action }) => action))).toEqual(new Set(["beat"]));
    expect(changes.some(({ state }) => state === "waiting")).toBe(false);
  });

  it("leaves a line on which nothing is heard", async () => {
    const server = await serve({ answer: () => undefined });
    const { until } = open(server, { heartbeat: { everyMs: 20, patienceMs: 30 } });
    expect(await until("open", 2)).toEqual({ state: "open", again: true });
  });

  it("moves to a fresh connection and hears the old one a little longer", async () => {
    const server = await serve();
    const { socket, changes, until } = open(server, {
      reconnect: { ...quick, rolloverMs: 400, overlapMs: 350 },
    });
    const heard: unknown[] = [];
    socket.on("from", (frame) => heard.push(frame));
    await until("open");
    await soon(() => expect(server.sockets()).toHaveLength(1));
    const [old] = server.sockets();
    await until("open", 2);
    old?.send(JSON.stringify({ type: "from", which: "old" }));
    await soon(() => expect(heard).toEqual([{ which: "old" }]));
    await soon(() => expect(server.sockets()).not.toContain(old));
    expect(changes.some(({ state }) => state === "waiting")).toBe(false);
  });

  it("stays on the old connection when no fresh one can be had", async () => {
    let opened = 0;
    const server = await serve({ refuse: () => ((opened += 1) === 2 ? 503 : undefined) });
    const { changes, until } = open(server, { reconnect: { ...quick, rolloverMs: 50, overlapMs: 20 } });
    await until("open", 2);
    expect(opened).toBeGreaterThanOrEqual(3);
    expect(changes.some(({ state }) => state === "waiting")).toBe(false);
  });

  it("dials at once when the network is back, and probes a line that looks alive", async () => {
    const scope = new EventTarget();
    const page = Object.assign(new EventTarget(), { visibilityState: "visible" });
    vi.stubGlobal("addEventListener", scope.addEventListener.bind(scope));
    vi.stubGlobal("removeEventListener", scope.removeEventListener.bind(scope));
    vi.stubGlobal("document", page);
    let refuse: number | undefined = 503;
    const server = await serve({ refuse: () => refuse });
    const { until, changes } = open(server, { reconnect: { firstMs: 600_000, longestMs: 600_000 } });
    await until("waiting");
    refuse = undefined;
    scope.dispatchEvent(new Event("online"));
    await until("open");
    page.dispatchEvent(new Event("visibilitychange"));
    await soon(() => expect(server.heard.map(({ action }) => action)).toEqual(["ping"]));
    expect(changes.map(({ state }) => state)).toEqual(["waiting", "connecting", "open"]);
  });

  it("probes a line when the network goes, and lets a fresh one take over when it is back", async () => {
    const scope = new EventTarget();
    vi.stubGlobal("addEventListener", scope.addEventListener.bind(scope));
    vi.stubGlobal("removeEventListener", scope.removeEventListener.bind(scope));
    // what was open before hears nothing any more, as after a change of network: no close, no answer
    const deaf = new WeakSet();
    const server = await serve({
      answer: (said, at) => (deaf.has(at) ? undefined : { type: "answer", to: said.id, data: said.action }),
    });
    const { socket, until, changes } = open(server, { reconnect: { ...quick, overlapMs: 20 } });
    await until("open");
    for (const each of server.sockets()) deaf.add(each);
    scope.dispatchEvent(new Event("offline"));
    await soon(() => expect(server.heard.map(({ action }) => action)).toEqual(["ping"]));
    const kept = socket.send("kept", {}, { retry: true });
    await soon(() => expect(server.heard).toHaveLength(2));
    scope.dispatchEvent(new Event("online"));
    await until("open", 2);
    expect(await socket.send("fresh")).toBe("fresh");
    expect(await kept).toBe("kept"); // said again when the old line was let go
    expect(changes.map(({ state }) => state)).toEqual(["open", "open"]);
    expect(server.offered).toHaveLength(2);
  });

  it("takes an error of API Gateway for the one request that waits, and for none of several", async () => {
    const server = await serve({ answer: () => undefined });
    const { socket, problems, until } = open(server);
    await until("open");
    const refusal = { message: "Internal server error", connectionId: "XDmE=", requestId: "r-4" };
    const only = socket.send("only");
    await soon(() => expect(server.heard).toHaveLength(1));
    server.push(refusal);
    await expect(only).rejects.toMatchObject({ code: "GATEWAY", requestId: "r-4" });
    expect(problems).toEqual([]);
    const two = [socket.send("one", {}, { timeoutMs: 150 }), socket.send("other", {}, { timeoutMs: 150 })];
    const ends = Promise.allSettled(two);
    await soon(() => expect(server.heard).toHaveLength(3));
    server.push(refusal);
    await soon(() => expect(problems).toHaveLength(1));
    const reasons = (await ends).map(
      (end) => (end.status === "rejected" ? end.reason : undefined) as unknown,
    );
    expect(reasons).toMatchObject([{ code: "TIMEOUT" }, { code: "TIMEOUT" }]);
  });

  it("closes for good", async () => {
    const server = await serve({ answer: () => undefined });
    const { socket, changes, until } = open(server);
    await until("open");
    const waiting = socket.send("never");
    socket.close();
    socket.close();
    await expect(waiting).rejects.toMatchObject({ code: "CLOSED" });
    await expect(socket.send("again")).rejects.toMatchObject({ code: "CLOSED" });
    expect(socket.state).toBe("closed");
    expect(changes.at(-1)).toEqual({ state: "closed" });
    await soon(() => expect(server.sockets()).toHaveLength(0));
    expect(server.offered).toHaveLength(1);
  });

  it("can be closed before it has opened", async () => {
    const server = await serve();
    const { socket } = open(server, { token: () => new Promise((resolve) => setTimeout(resolve, 20, "t")) });
    socket.close();
    await new Promise((resolve) => setTimeout(resolve, 60));
    expect(server.offered).toEqual([]);
  });
});

import { describe, expect, it } from "vitest";
import { manualClock } from "../../../src/manual-clock.ts";
import { startClocks } from "../../../src/websocket/clocks.ts";
import { endings, observedEnding } from "../../../src/websocket/close.ts";
import { Connection, outboundBufferBytes } from "../../../src/websocket/connection.ts";
import { createInbox, inFlightAtMost } from "../../../src/websocket/inbox.ts";
import type { ClientSocket } from "../../../src/websocket/wire.ts";

function toSocket() {
  const said: string[] = [];
  const state = { isOpen: true, bufferedBytes: 0 };
  const socket: ClientSocket = {
    get isOpen() {
      return state.isOpen;
    },
    get bufferedBytes() {
      return state.bufferedBytes;
    },
    send(text, done) {
      said.push(typeof text === "string" ? text : Buffer.from(text).toString());
      done?.();
    },
    sendBinary(bytes, done) {
      said.push(`binary ${bytes.length}`);
      done?.();
    },
    close: (code, reason) => void said.push(`close ${code} ${reason}`),
    terminate: () => void said.push("terminate"),
    pause: () => void said.push("pause"),
    resume: () => void said.push("resume"),
  };
  return { socket, said, state };
}

function toConnection() {
  const clock = manualClock();
  const caller = {
    connectionId: "XDmEabcdefghijk=",
    requestId: "XDmGabcdefghijk=",
    traceId: "Root=1-00000000-000000000000000000000000",
    connectedAt: clock.now(),
    domainName: "127.0.0.1",
    identity: { sourceIp: "127.0.0.1" },
  };
  return { clock, connection: new Connection(caller, clock), ...toSocket() };
}

describe("Connection", () => {
  it("cannot be posted to before it is open nor after it has started to close", () => {
    const { connection, socket, said, state } = toConnection();
    expect(connection.state).toBe("opening");
    expect(connection.post("early")).toBe("gone");
    connection.open(socket);
    expect(connection.state).toBe("open");
    expect(connection.post("hello")).toBe("sent");
    state.isOpen = false; // the client's close frame has come
    expect(connection.post("too late")).toBe("gone");
    state.isOpen = true;
    connection.close(endings.deleted);
    expect(connection.state).toBe("closing");
    expect(connection.post("later")).toBe("gone");
    expect(connection.closed(observedEnding(1000, ""))).toEqual(endings.deleted);
    expect(connection.state).toBe("closed");
    expect(connection.post("never")).toBe("gone");
    expect(said).toEqual(["hello", "close 1000 Connection Closed Normally"]);
  });

  it("keeps the first ending that was named", () => {
    const { connection, socket } = toConnection();
    connection.open(socket);
    connection.willEnd({ code: 1009, reason: "" });
    connection.close(endings.goingAway);
    expect(connection.closed(observedEnding(1006, ""))).toEqual({ code: 1009, reason: "" });
  });

  it("tells a full buffer from a sent text", () => {
    const { connection, socket, state, said } = toConnection();
    connection.open(socket);
    state.bufferedBytes = outboundBufferBytes;
    expect(connection.post("x")).toBe("full");
    state.bufferedBytes -= 1;
    expect(connection.post("x")).toBe("sent");
    expect(said).toEqual(["x"]);
  });

  it("cuts off a client that does not finish the closing handshake", () => {
    const { connection, socket, said, clock } = toConnection();
    connection.open(socket);
    connection.close(endings.goingAway);
    clock.advance(2_000);
    expect(said).toEqual(["close 1001 Going away", "terminate"]);
  });

  it("does not open twice", () => {
    const { connection, socket, said } = toConnection();
    connection.closed(observedEnding(1006, ""));
    connection.open(socket);
    expect(connection.state).toBe("closed");
    expect(said).toEqual(["terminate"]);
  });

  it("resolves a reply that nobody gets", async () => {
    const { connection } = toConnection();
    await expect(connection.reply("x")).resolves.toBeUndefined();
  });
});

describe("startClocks", () => {
  it("runs out after 10 minutes without traffic, and only then", () => {
    const { connection, clock } = toConnection();
    const why: string[] = [];
    startClocks(connection, clock, (reason) => why.push(reason));
    clock.advance(599_999);
    connection.touch();
    clock.advance(599_999);
    expect(why).toEqual([]);
    clock.advance(1);
    expect(why).toEqual(["idle"]);
    clock.advance(10_000_000);
    expect(why).toEqual(["idle"]);
  });

  it("runs out after 2 hours, however busy", () => {
    const { connection, clock } = toConnection();
    const why: string[] = [];
    startClocks(connection, clock, (reason) => why.push(reason));
    for (let minute = 0; minute < 119; minute += 1) {
      clock.advance(60_000);
      connection.touch();
    }
    expect(why).toEqual([]);
    clock.advance(60_000);
    expect(why).toEqual(["life"]);
  });

  it("stops", () => {
    const { connection, clock } = toConnection();
    const why: string[] = [];
    startClocks(connection, clock, (reason) => why.push(reason)).stop();
    clock.advance(10_000_000);
    expect(why).toEqual([]);
  });
});

describe("createInbox", () => {
  it("starts messages in order, at most so many at once, and pauses meanwhile", async () => {
    const started: string[] = [];
    const finish: (() => void)[] = [];
    const flow: string[] = [];
    const inbox = createInbox({
      handle(text) {
        started.push(text);
        return new Promise((resolve) => finish.push(resolve));
      },
      pause: () => flow.push("pause"),
      resume: () => flow.push("resume"),
    });
    const all = Array.from({ length: inFlightAtMost + 3 }, (_, index) => String(index));
    for (const text of all) inbox.push(text);
    expect(started).toEqual(all.slice(0, inFlightAtMost));
    expect(flow).toEqual(["pause"]);
    while (started.length < all.length || finish.length > 0) {
      finish.shift()?.();
      await new Promise(setImmediate);
    }
    expect(started).toEqual(all);
    expect(flow).toEqual(["pause", "resume"]);
  });
});

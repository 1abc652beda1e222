import { createServer } from "node:net";
import { once } from "node:events";
import { connect as connectTcp, type AddressInfo } from "node:net";
import { describe, expect, it } from "vitest";
import { startWebsocketDoor } from "../../../src/doors/websocket.ts";
import { startApi } from "../websocket/running-api.ts";

const silent = { upgrade() {}, request: () => ({ status: 200, headers: {}, body: "hello" }) };

describe("startWebsocketDoor", () => {
  it("says which port is taken, and for what", async () => {
    const other = createServer().listen(0, "127.0.0.1");
    await once(other, "listening");
    const { port } = other.address() as AddressInfo;
    await expect(startWebsocketDoor({ port, for: "the WebSocket API", ...silent })).rejects.toMatchObject({
      code: "PORT_TAKEN",
      facts: { port, for: "the WebSocket API" },
    });
    other.close();
  });

  it("listens on 127.0.0.1 only", async () => {
    const door = await startWebsocketDoor({ port: 0, for: "a test", ...silent });
    const probe = connectTcp(door.port, "127.0.0.2");
    const [error] = (await once(probe, "error")) as [NodeJS.ErrnoException];
    expect(error.code).toBe("ECONNREFUSED");
    await door.close();
  });

  it("ends kept-alive and half-upgraded sockets when it closes", async () => {
    const door = await startWebsocketDoor({ port: 0, for: "a test", ...silent });
    const answer = await fetch(`http://127.0.0.1:${door.port}/`);
    expect(await answer.text()).toBe("hello"); // fetch keeps its socket
    const waiting = connectTcp(door.port, "127.0.0.1");
    waiting.on("error", () => {});
    waiting.write("GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n");
    await new Promise((resolve) => setTimeout(resolve, 20));
    const ended = once(waiting, "close");
    await door.close();
    await ended;
    await expect(fetch(`http://127.0.0.1:${door.port}/`)).rejects.toThrow("fetch failed");
  });

  it("gives its port back", async () => {
    const first = await startApi({});
    await first.open();
    await first.api.close();
    const again = await startWebsocketDoor({ port: first.api.port, for: "a test", ...silent });
    expect(again.port).toBe(first.api.port);
    await again.close();
  });
});

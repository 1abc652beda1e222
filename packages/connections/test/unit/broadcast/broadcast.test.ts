// Who gets a message, and what the tally says about those who do not.
import { describe, expect, it } from "vitest";
import {
  broadcast,
  memoryPoster,
  memoryRegistry,
  type Failed,
  type MemoryPosterOptions,
  type Occupant,
  type Outcome,
  type Registry,
} from "../../../src/index.ts";

const endpoint = "https://abc.execute-api.eu-west-1.amazonaws.com/dev";
const failed: Outcome = { kind: "failed", reason: "error", says: "It broke." };

async function openRoom(ids: readonly string[], answer?: MemoryPosterOptions["answer"]) {
  const registry = memoryRegistry();
  for (const connectionId of ids) {
    const connectedAt = Date.now() - 60_000;
    await registry.connect({ connectionId, endpoint, userId: `user of ${connectionId}`, connectedAt });
    await registry.join(connectionId, "lobby");
  }
  const poster = memoryPoster(answer ? { answer } : {});
  return { registry, poster };
}

const nothingWrong = {
  gone: [],
  throttled: [],
  tooLarge: [],
  failed: [],
  repeated: [],
  handedOver: 0,
  complete: true,
};

describe("broadcast", () => {
  it("reaches a room except those left out, with JSON", async () => {
    const ports = await openRoom(["a", "b", "c"]);
    const tally = await broadcast(ports, { room: "lobby" }, { say: "hé" }, { except: ["b"] });
    expect(tally).toEqual({ ...nothingWrong, delivered: 2 });
    expect(ports.poster.posted).toEqual([
      { connectionId: "a", endpoint, text: '{"say":"hé"}' },
      { connectionId: "c", endpoint, text: '{"say":"hé"}' },
    ]);
  });

  it("reaches every tab of a user, with text as it is", async () => {
    const ports = await openRoom(["a"]);
    await ports.registry.connect({ connectionId: "a2", endpoint, userId: "user of a" });
    const tally = await broadcast(ports, { user: "user of a" }, "plain");
    expect(tally.delivered).toBe(2);
    expect(ports.poster.textsTo("a2")).toEqual(["plain"]);
  });

  it("reaches connections by id or as the registry gave them, each once", async () => {
    const ports = await openRoom(["a", "b"]);
    const b = (await ports.registry.find("b")) as Occupant;
    const bytes = new TextEncoder().encode("bytes");
    const tally = await broadcast(ports, { connections: ["a", b, "a", "nobody"] }, bytes);
    expect(ports.poster.posted).toHaveLength(2);
    expect(ports.poster.textsTo("a")).toEqual(["bytes"]);
    expect(ports.poster.textsTo("b")).toEqual(["bytes"]);
    expect(tally).toEqual({
      ...nothingWrong,
      delivered: 2,
      gone: [{ connectionId: "nobody", userId: undefined, attributes: {}, rooms: [], removed: false }],
    });
  });

  it("tells an empty room from a full one", async () => {
    expect(await broadcast(await openRoom([]), { room: "lobby" }, "x")).toEqual({
      ...nothingWrong,
      delivered: 0,
    });
  });

  it("forgets those who have gone, says which rooms they left, and reaches the rest", async () => {
    const ports = await openRoom(["a", "b"], ({ connectionId }) =>
      connectionId === "a" ? { kind: "gone" } : undefined,
    );
    await ports.registry.join("a", "attic");
    const tally = await broadcast(ports, { room: "lobby" }, "x");
    const gone = {
      connectionId: "a",
      userId: "user of a",
      attributes: {},
      rooms: ["attic", "lobby"],
      removed: true,
    };
    expect(tally).toEqual({ ...nothingWrong, delivered: 1, gone: [gone] });
    expect(await ports.registry.find("a")).toBeUndefined();
  });

  it("keeps a connection that has only just come", async () => {
    const ports = await openRoom(["a"], () => ({ kind: "gone" }));
    await ports.registry.connect({
      connectionId: "new",
      endpoint,
      userId: "ada",
      connectedAt: Date.now() - 1_000,
    });
    const tally = await broadcast(ports, { connections: ["new"] }, "x");
    expect(tally.gone).toEqual([
      { connectionId: "new", userId: "ada", attributes: {}, rooms: [], removed: false },
    ]);
    expect(await ports.registry.find("new")).toBeDefined();
  });

  it("takes a name out of a room that the connection no longer knows of", async () => {
    const ports = await openRoom(["a"], () => ({ kind: "gone" }));
    const left: string[] = [];
    const registry: Registry = {
      ...ports.registry,
      disconnect: async () => undefined,
      leave: async (connectionId, room) => void left.push(`${connectionId} ${room}`),
    };
    const tally = await broadcast({ ...ports, registry }, { room: "lobby" }, "x");
    expect(left).toEqual(["a lobby"]);
    expect(tally.gone[0]).toMatchObject({ rooms: ["lobby"], removed: true });
  });

  it("survives a registry that cannot forget", async () => {
    const ports = await openRoom(["a", "b"], ({ connectionId }) =>
      connectionId === "a" ? { kind: "gone" } : undefined,
    );
    const disconnect = () => Promise.reject(new Error("no"));
    const tally = await broadcast(
      { ...ports, registry: { ...ports.registry, disconnect } },
      { room: "lobby" },
      "x",
    );
    expect(tally).toMatchObject({ delivered: 1, gone: [{ connectionId: "a", removed: false }] });
  });

  it("counts errors by themselves: however often it was 429 before, one error is tried again", async () => {
    const kinds = ["throttled", "throttled", "throttled", "throttled", "failed"] as const;
    let tries = 0;
    const ports = await openRoom(["a"], () => {
      const kind = kinds[(tries += 1) - 1];
      return kind === "failed" ? failed : kind && { kind };
    });
    const tally = await broadcast(ports, { room: "lobby" }, "x");
    const repeated = [{ connectionId: "a", userId: "user of a", after: "error" }];
    expect(tally).toEqual({ ...nothingWrong, delivered: 1, repeated });
    expect(tries).toBe(6);
  });

  it("says who may have got it twice: whom it was sent to again after a post that may have arrived", async () => {
    const doubts = new Map<string, Outcome[]>([
      ["broken", [failed]],
      ["silent", [failed, { kind: "throttled" }, { kind: "failed", reason: "timeout", says: "" }]],
      ["cut", [{ kind: "failed", reason: "unreachable", says: "" }, { kind: "gone" }]],
      ["stale", [{ kind: "done", isSecond: true }]],
      ["busy", [{ kind: "throttled" }]],
    ]);
    const ports = await openRoom(["calm", ...doubts.keys()], ({ connectionId }) =>
      doubts.get(connectionId)?.shift(),
    );
    const { delivered, gone, repeated } = await broadcast(ports, { room: "lobby" }, "x");
    expect([delivered, gone.length]).toEqual([5, 1]);
    expect(new Map(repeated.map(({ connectionId, after }) => [connectionId, after]))).toEqual(
      new Map([
        ["broken", "error"],
        ["silent", "timeout"],
        ["cut", "unreachable"],
        ["stale", "unreachable"],
      ]),
    );
  });

  it("tries again after 429 and errors", async () => {
    const tries = new Map<string, number>();
    const ports = await openRoom(["slow", "shaky"], ({ connectionId }) => {
      const count = (tries.get(connectionId) ?? 0) + 1;
      tries.set(connectionId, count);
      if (count > 3) return undefined;
      return connectionId === "slow" ? { kind: "throttled" } : failed;
    });
    const tally = await broadcast(ports, { room: "lobby" }, "x");
    const repeated = [{ connectionId: "shaky", userId: "user of shaky", after: "error" }];
    expect(tally).toEqual({ ...nothingWrong, delivered: 2, repeated });
    expect([...tries.values()]).toEqual([4, 4]);
  });

  it("lists each that could not be reached under what happened", async () => {
    const ports = await openRoom(["busy", "big", "broken", "forbidden", "fine"], ({ connectionId }) => {
      if (connectionId === "busy") return { kind: "throttled" };
      if (connectionId === "big") return { kind: "too-large" };
      if (connectionId === "broken") return failed;
      if (connectionId === "forbidden") return { kind: "refused", reason: "forbidden", says: "No." };
      return undefined;
    });
    const tally = await broadcast(ports, { room: "lobby" }, "x", { deadline: Date.now() + 2_000 });
    const missed = (connectionId: string) => ({ connectionId, userId: `user of ${connectionId}` });
    expect(tally).toEqual({
      ...nothingWrong,
      delivered: 1,
      throttled: [missed("busy")],
      tooLarge: [missed("big")],
      failed: expect.toSatisfy((failed: Failed[]) => failed.length === 2) as Failed[],
      repeated: [{ ...missed("broken"), after: "error" }],
    });
    expect(tally.failed).toContainEqual({ ...missed("broken"), reason: "error", says: "It broke." });
    expect(tally.failed).toContainEqual({ ...missed("forbidden"), reason: "forbidden", says: "No." });
  });

  it("never runs more posts at once than it may", async () => {
    let running = 0;
    let most = 0;
    const ids = Array.from({ length: 50 }, (_, at) => `c${at}`);
    const ports = await openRoom(ids, async () => {
      running += 1;
      most = Math.max(most, running);
      await new Promise((resolve) => setImmediate(resolve));
      running -= 1;
      return undefined;
    });
    const tally = await broadcast(ports, { room: "lobby" }, "x", { concurrency: 4 });
    expect(tally.delivered).toBe(50);
    expect(most).toBe(4);
  });

  it("stops at the signal and says who was not sent to", async () => {
    const stop = new AbortController();
    const ports = await openRoom(["a", "b", "c"], () => {
      stop.abort();
      return undefined;
    });
    const options = { signal: stop.signal, concurrency: 1 };
    const tally = await broadcast(ports, { room: "lobby" }, "x", options);
    expect(tally.delivered).toBe(1);
    expect(tally.failed.map(({ connectionId, reason }) => [connectionId, reason])).toEqual([
      ["b", "late"],
      ["c", "late"],
    ]);
  });

  it("says when the audience was not read to its end", async () => {
    const ports = await openRoom(["a"]);
    const tally = await broadcast(ports, { room: "lobby" }, "x", { signal: AbortSignal.abort() });
    expect(tally).toMatchObject({ delivered: 0, complete: false });
    const late = await broadcast(ports, { room: "lobby" }, "x", { deadline: 0 });
    expect(late.delivered).toBe(0);
  });

  it("sends nothing that is too large, counting bytes", async () => {
    const ports = await openRoom(["a"]);
    const most = "é".repeat(65_536);
    await expect(broadcast(ports, { room: "lobby" }, `${most}x`)).rejects.toMatchObject({
      code: "PAYLOAD_TOO_LARGE",
      facts: { bytes: 131_073, limit: 131_072 },
    });
    expect(ports.poster.posted).toEqual([]);
    expect((await broadcast(ports, { room: "lobby" }, most)).delivered).toBe(1);
  });

  it("keeps the tally when the registry fails on the way", async () => {
    const ports = await openRoom(["a", "b"]);
    const inRoom = async function* (room: string) {
      yield* ports.registry.inRoom(room);
      throw new Error("lost the table");
    };
    const sending = broadcast({ ...ports, registry: { ...ports.registry, inRoom } }, { room: "lobby" }, "x");
    await expect(sending).rejects.toMatchObject({
      code: "AUDIENCE_UNREADABLE",
      facts: { delivered: 2, tally: { delivered: 2 } },
      cause: { message: "lost the table" },
    });
    const findAll = () => Promise.reject(new Error("lost the table"));
    const named = broadcast(
      { ...ports, registry: { ...ports.registry, findAll } },
      { connections: ["a"] },
      "x",
    );
    await expect(named).rejects.toMatchObject({ code: "AUDIENCE_UNREADABLE" });
  });

  it("passes on what makes every post impossible", async () => {
    const ports = await openRoom(["a", "b"], () => Promise.reject(new Error("no credentials")));
    await expect(broadcast(ports, { room: "lobby" }, "x")).rejects.toThrow("no credentials");
  });
});

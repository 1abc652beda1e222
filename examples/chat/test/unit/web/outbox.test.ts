// What is said goes out once and in order, however often the line falls.
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ada, memoryApi, memoryKept, memoryLine, message, settled } from "../../twins.ts";
import { nothingYet, type ChatState } from "../../../web/chat-state.ts";
import type { KeptUploads } from "../../../web/kept-uploads.ts";
import { createOutbox, type Outbox } from "../../../web/outbox.ts";
import { createStore, type Store } from "../../../web/store.ts";

let store: Store<ChatState>;
let end: ReturnType<typeof memoryLine>;
let outbox: Outbox;

beforeEach(() => {
  vi.useFakeTimers();
  store = createStore<ChatState>({ ...nothingYet, room: "lobby", loading: false });
  end = memoryLine();
  outbox = createOutbox({
    store,
    api: memoryApi([]),
    line: end.line,
    kept: memoryKept(),
    shown: (said) => store.set({ messages: [...store.state.messages, said] }),
  });
});
afterEach(() => void vi.useRealTimers());

const sent = (): unknown[] => end.asked.map(({ payload }) => payload["text"]);
const waiting = (): (string | undefined)[] => store.state.outgoing.map(({ text }) => text);

/** The server takes the last thing that was said, and gives it a place. */
async function take(seq: number): Promise<void> {
  const last = end.asked.at(-1);
  last?.answer(message(seq, ada, String(last.payload["key"])));
  await settled();
}

async function fail(code: string): Promise<void> {
  end.asked.at(-1)?.fail(code);
  await settled();
}

describe("texts", () => {
  it("go out one after another, and leave the outbox when they are shown", async () => {
    for (const text of ["one", "two"]) outbox.add({ text });
    expect(sent()).toEqual(["one"]);
    await take(1);
    expect(sent()).toEqual(["one", "two"]);
    await take(2);
    expect(store.state.outgoing).toEqual([]);
    expect(store.state.messages.map(({ seq }) => seq)).toEqual([1, 2]);
  });

  it("wait for the connection, and keep their order", async () => {
    end.state = "waiting";
    for (const text of ["one", "two", "three"]) outbox.add({ text });
    expect(sent()).toEqual([]);
    end.state = "open";
    outbox.flush();
    for (const seq of [1, 2, 3]) await take(seq);
    expect(sent()).toEqual(["one", "two", "three"]);
  });

  it("go out again with the same key where nobody knows whether they arrived", async () => {
    outbox.add({ text: "one" });
    await fail("LOST");
    expect(store.state.outgoing[0]?.problem).toBeUndefined();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(sent()).toEqual(["one", "one"]);
    expect(end.asked[0]?.payload["key"]).toBe(end.asked[1]?.payload["key"]);
  });

  it("are not tried for ever", async () => {
    outbox.add({ text: "one" });
    for (let tries = 0; tries < 5; tries += 1) {
      await fail("INTERNAL");
      await vi.advanceTimersByTimeAsync(1_000);
    }
    expect(sent()).toHaveLength(5);
    expect(store.state.outgoing[0]?.problem).toBe("It failed with INTERNAL.");
  });

  it("that are refused hold nobody up, and are tried again when the user says so", async () => {
    outbox.add({ text: "bad" });
    outbox.add({ text: "good" });
    await fail("NOTHING_SAID");
    await take(1);
    expect(sent()).toEqual(["bad", "good"]);
    expect(waiting()).toEqual(["bad"]);
    outbox.retry(store.state.outgoing[0]?.key ?? "");
    await take(2);
    expect(store.state.outgoing).toEqual([]);
  });

  it("leave the outbox when the history shows them, though their answer was lost", async () => {
    outbox.add({ text: "one" });
    const key = store.state.outgoing[0]?.key ?? "";
    end.state = "waiting";
    await fail("LOST");
    store.set({ messages: [message(7, ada, key)] });
    expect(store.state.outgoing).toEqual([]);
    end.state = "open";
    outbox.flush();
    expect(sent()).toEqual(["one"]);
  });

  it("stay, and are not sent twice, while an earlier message is missing", async () => {
    outbox = createOutbox({
      store,
      api: memoryApi([]),
      line: end.line,
      kept: memoryKept(),
      shown: () => undefined,
    });
    outbox.add({ text: "one" });
    await take(5);
    outbox.flush();
    expect(waiting()).toEqual(["one"]);
    expect(sent()).toEqual(["one"]);
  });

  it("of another room wait until it is open again", async () => {
    end.state = "waiting";
    outbox.add({ text: "for the lobby" });
    store.set({ room: "garden" });
    end.state = "open";
    outbox.flush();
    expect(sent()).toEqual([]);
    store.set({ room: "lobby" });
    outbox.flush();
    expect(sent()).toEqual(["for the lobby"]);
  });

  it("are gone when they are discarded", async () => {
    end.state = "waiting";
    outbox.add({ text: "no" });
    outbox.discard(store.state.outgoing[0]?.key ?? "");
    end.state = "open";
    outbox.flush();
    expect(sent()).toEqual([]);
  });
});

describe("files", () => {
  it("say what is wrong with them before anybody is asked", () => {
    outbox.add({ file: new File([], "empty.txt", { type: "text/plain" }) });
    expect(store.state.outgoing[0]).toMatchObject({ problem: "This file is empty.", isHopeless: true });
  });

  it("say why they were refused", async () => {
    outbox.add({ file: new File(["x"], "page.html", { type: "text/html" }) });
    await vi.waitUntil(() => store.state.outgoing[0]?.problem !== undefined); // its checksum takes real time
    expect(store.state.outgoing[0]?.problem).toBe("Files of this type cannot be shared here.");
  });

  it("show the picture that they are, while they are on their way", () => {
    end.state = "waiting";
    outbox.add({ file: new File(["x"], "cat.png", { type: "image/png" }) });
    expect(store.state.outgoing[0]?.file?.preview).toMatch(/^blob:/);
    outbox.discard(store.state.outgoing[0]?.key ?? "");
    expect(store.state.outgoing).toEqual([]);
  });
});

describe("files that had begun when the page was loaded anew", () => {
  const film = { name: "film.mp4", contentType: "video/mp4", lastModified: 7 };
  const ticket = {
    id: "t1",
    key: "k",
    method: "PARTS",
    size: 4,
    partSize: 8,
    checksums: true,
    expiresAt: 9e15,
  } as const;
  let kept: KeptUploads;
  let api: ReturnType<typeof memoryApi>;
  const load = (isProven: boolean): void => {
    store = createStore<ChatState>({ ...nothingYet, room: "lobby", loading: false }); // a page of its own
    kept = memoryKept();
    kept.keep({ key: "m1", room: "lobby", ticket, ...film, isProven });
    api = memoryApi([]);
    outbox = createOutbox({ store, api, line: end.line, kept, shown: () => undefined });
    outbox.flush();
  };
  const choose = (text: string, lastModified = 7): void =>
    outbox.add({ file: new File([text], film.name, { type: film.contentType, lastModified }) });

  it("wait to be chosen again, and are not taken for another", async () => {
    load(false);
    expect(store.state.outgoing).toMatchObject([
      { key: "m1", isLost: true, file: { name: "film.mp4", size: 4 } },
    ]);
    choose("five!");
    choose("four", 8);
    expect(store.state.outgoing.map(({ isLost = false }) => isLost)).toEqual([true, false, false]);
    expect(api.calls).toEqual([]);
    choose("four");
    expect(store.state.outgoing.map(({ isLost = false }) => isLost)).toEqual([false, false, false]);
    await vi.waitUntil(() => api.calls.length > 0);
    expect(api.calls[0]).toBe("list t1");
  });

  it("are given up on the server too", async () => {
    load(false);
    outbox.discard("m1");
    await settled();
    expect([store.state.outgoing, kept.all(), api.calls]).toEqual([[], [], ["abort t1"]]);
  });

  it("go out by themselves where only the message was missing, and are forgotten when it is shown", async () => {
    load(true);
    await settled();
    expect(end.asked[0]?.payload).toMatchObject({ room: "lobby", key: "m1", file: "t1" });
    store.set({ messages: [message(7, ada, "m1")] });
    expect([store.state.outgoing, kept.all()]).toEqual([[], []]);
  });
});

// Into rooms and out of them, a step at a time.
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { nothingYet, type ChatState } from "../../../web/chat-state.ts";
import { createEntrance, type Entrance } from "../../../web/entrance.ts";
import { createFileLinks } from "../../../web/file-links.ts";
import { createRoomView } from "../../../web/room-view.ts";
import { createStore, type Store } from "../../../web/store.ts";
import { memoryApi, memoryLine, settled } from "../../twins.ts";

let store: Store<ChatState>;
let end: ReturnType<typeof memoryLine>;
let entrance: Entrance;
let entered: number;

beforeEach(() => {
  vi.useFakeTimers();
  store = createStore<ChatState>(nothingYet);
  end = memoryLine();
  entered = 0;
  const api = memoryApi([]);
  const view = createRoomView(store, api, api.resume);
  entrance = createEntrance({ store, line: end.line, view, entered: () => (entered += 1) });
});
afterEach(() => void vi.useRealTimers());

const steps = (): string[] => end.asked.map(({ route, payload }) => `${route} ${payload["room"] as string}`);
const welcome = { people: [], last: 0 };

async function open(room: string): Promise<void> {
  store.set({ room });
  entrance.changed();
  await settled();
}

async function answer(data: unknown = welcome): Promise<void> {
  end.asked.at(-1)?.answer(data);
  await settled();
}

it("joins at once where there is a connection, and only then", async () => {
  end.state = "connecting";
  await open("lobby");
  expect(steps()).toEqual([]);
  end.state = "open";
  entrance.connected(false);
  await settled();
  await answer();
  expect(steps()).toEqual(["join lobby"]);
  expect(entered).toBe(1);
});

it("leaves before it joins, and never overtakes itself", async () => {
  await open("lobby");
  await open("garden");
  await open("lobby");
  expect(steps()).toEqual(["join lobby"]);
  await answer();
  expect(steps()).toEqual(["join lobby", "join lobby"]);
  await answer();
  await open("workshop");
  await answer({});
  expect(steps().slice(2)).toEqual(["leave lobby", "join workshop"]);
});

it("leaves nothing on a new connection, which is nowhere yet", async () => {
  await open("lobby");
  await answer();
  end.state = "waiting";
  await open("garden");
  end.state = "open";
  entrance.connected(true);
  await settled();
  expect(steps()).toEqual(["join lobby", "join garden"]);
});

it("tries again what may pass, and says what is wrong meanwhile", async () => {
  await open("lobby");
  end.asked.at(-1)?.fail("INTERNAL");
  await settled();
  expect(store.state.problem).toBe("It failed with INTERNAL.");
  await vi.advanceTimersByTimeAsync(2_000);
  await answer();
  expect(steps()).toEqual(["join lobby", "join lobby"]);
  expect(store.state.problem).toBeUndefined();
});

it("does not try again what was refused", async () => {
  await open("nowhere");
  end.asked.at(-1)?.fail("NO_SUCH_ROOM");
  await settled();
  await vi.advanceTimersByTimeAsync(10_000);
  expect(steps()).toEqual(["join nowhere"]);
  expect(store.state).toMatchObject({ problem: "It failed with NO_SUCH_ROOM.", loading: false });
});

it("keeps links to files for as long as they are good", async () => {
  const api = memoryApi([]);
  const links = createFileLinks((room, file) => api.fileUrl(room, file));
  const first = await links("lobby", "f1");
  expect(await links("lobby", "f1")).toBe(first);
  expect(await links("lobby", "f1", true)).not.toBe(first);
  await vi.advanceTimersByTimeAsync(51 * 60_000);
  await links("lobby", "f1");
  expect(api.calls).toHaveLength(3);
});

it("asks anew for a link that could not be had", async () => {
  let asked = 0;
  const links = createFileLinks(async () => {
    asked += 1;
    if (asked === 1) throw new Error("no");
    return "https://files.example/f1";
  });
  await expect(links("lobby", "f1")).rejects.toThrow("no");
  expect(await links("lobby", "f1")).toBe("https://files.example/f1");
});

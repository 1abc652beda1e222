// Messages once each and in order, whatever the network does.
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { ChatMessage } from "../../../functions/chat.ts";
import { nothingYet, type ChatState } from "../../../web/chat-state.ts";
import { createRoomView, type RoomView } from "../../../web/room-view.ts";
import { createStore, type Store } from "../../../web/store.ts";
import { ada, grace, memoryApi, message, settled } from "../../twins.ts";

let store: Store<ChatState>;
let view: RoomView;
let api: ReturnType<typeof memoryApi>;
let said: ChatMessage[];
const history = Array.from({ length: 120 }, (_, at) => message(at + 1));

const places = (): number[] => store.state.messages.map(({ seq }) => seq);
const range = (from: number, to: number): number[] =>
  Array.from({ length: to - from + 1 }, (_, at) => from + at);

function start(before = history): void {
  said = [...before];
  api = memoryApi(said);
  store = createStore<ChatState>(nothingYet);
  view = createRoomView(store, api, api.resume);
  view.clear("lobby");
}
const enter = (last: number, again = false): Promise<void> =>
  view.enter({ room: "lobby", people: [ada], last, again });

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe("the open room", () => {
  it("shows the newest page, and earlier ones on demand", async () => {
    start();
    await enter(120);
    expect(places()).toEqual(range(71, 120));
    expect(store.state).toMatchObject({ earlier: true, loading: false, people: [ada] });
    await view.loadEarlier();
    await view.loadEarlier();
    expect(places()).toEqual(range(1, 120));
    expect(store.state.earlier).toBe(false);
    await view.loadEarlier();
    expect(api.calls).toEqual(["before 121", "before 71", "before 21"]);
  });

  it("shows what came while the first page was fetched, once", async () => {
    start(history.slice(0, 3));
    view.take(message(3));
    view.take(message(4));
    await enter(3);
    expect(places()).toEqual([1, 2, 3, 4]);
  });

  it("puts messages in order, and drops what it has", async () => {
    start([]);
    await enter(0);
    for (const seq of [2, 1, 2, 4, 3, 3]) view.take(message(seq));
    expect(places()).toEqual([1, 2, 3, 4]);
  });

  it("fetches what stays missing, and goes on where a place stayed unused", async () => {
    start([message(1), message(2), message(5)]);
    await enter(1);
    view.take(message(5));
    expect(places()).toEqual([1]);
    await vi.advanceTimersByTimeAsync(1_500);
    expect(places()).toEqual([1, 2, 5]);
    view.take(message(6));
    expect(places()).toEqual([1, 2, 5, 6]);
  });

  it("shows a message whose place was given up, in its place", async () => {
    start([message(1), message(3)]);
    await enter(3);
    expect(places()).toEqual([1, 3]);
    view.take(message(2));
    expect(places()).toEqual([1, 2, 3]);
  });

  it("fetches what was missed after a lost connection, over as many pages as it takes", async () => {
    start(history.slice(0, 10));
    await enter(10);
    said.push(...range(11, 140).map((seq) => message(seq)));
    await enter(140, true);
    expect(places()).toEqual(range(1, 140));
    expect(api.calls).toEqual(["before 11", "resume 10", "resume 60", "resume 110"]);
  });

  it("asks again where the history could not be had", async () => {
    start([message(1), message(2), message(3)]);
    await enter(1);
    api.isDown = true;
    view.take(message(3));
    await vi.advanceTimersByTimeAsync(1_500);
    expect(places()).toEqual([1]);
    api.isDown = false;
    await vi.advanceTimersByTimeAsync(1_500);
    expect(places()).toEqual([1, 2, 3]);
  });

  it("does not mind what belongs to another room", async () => {
    start([]);
    await enter(0);
    view.take({ ...message(1), room: "garden" });
    view.notePresence("garden", grace, true);
    view.noteTyping("garden", grace);
    expect(store.state).toMatchObject({ messages: [], people: [ada], typing: [] });
  });

  it("knows who is typing until they have written, or for five seconds", async () => {
    start([]);
    await enter(0);
    view.noteTyping("lobby", grace);
    expect(store.state.typing).toHaveLength(1);
    view.take(message(1, grace));
    expect(store.state.typing).toEqual([]);
    view.noteTyping("lobby", grace);
    await vi.advanceTimersByTimeAsync(5_100);
    expect(store.state.typing).toEqual([]);
  });

  it("knows who comes and goes, each once", async () => {
    start([]);
    await enter(0);
    view.notePresence("lobby", grace, true);
    view.notePresence("lobby", grace, true);
    expect(store.state.people).toEqual([ada, grace]);
    view.notePresence("lobby", ada, false);
    expect(store.state.people).toEqual([grace]);
  });

  it("applies who came and went while it was being joined to what the answer says", async () => {
    start([]);
    view.joining();
    view.notePresence("lobby", grace, true);
    await enter(0); // an answer that knows of ada alone
    expect(store.state.people).toEqual([ada, grace]);
    view.joining();
    view.notePresence("lobby", ada, false);
    await enter(0, true);
    expect(store.state.people).toEqual([]);
  });

  it("tells why earlier messages could not be had, and lets one try again", async () => {
    start();
    await enter(120);
    api.isDown = true;
    await view.loadEarlier();
    expect(store.state).toMatchObject({
      problem: "The server cannot be reached.",
      loading: false,
      earlier: true,
    });
    api.isDown = false;
    await view.loadEarlier();
    expect(places()).toEqual(range(21, 120));
    await settled();
  });
});

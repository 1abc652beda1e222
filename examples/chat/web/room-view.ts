// The open room: its messages once each and in order, whatever order they come in.
import { followRoom, type FollowedRoom, type Missed } from "@gatewright/client";
import type { ChatMessage, ChatUser } from "../functions/chat.ts";
import { inWords, type ChatApi } from "./api.ts";
import type { ChatState } from "./chat-state.ts";
import type { Store } from "./store.ts";

const typingShownMs = 5_000;
const gapPatienceMs = 1_500;

/** What is known of the open room, kept in the store. */
export interface RoomView {
  clear(room: string): void;
  /** The room is being joined: changes that come from now on apply to what the answer will say. */
  joining(): void;
  /** Shows the newest page; after a lost connection, what was missed. Rejects where the history cannot be had. */
  enter(joined: Joined): Promise<void>;
  take(message: ChatMessage): void;
  notePresence(room: string, user: ChatUser, here: boolean): void;
  noteTyping(room: string, user: ChatUser): void;
  loadEarlier(): Promise<void>;
}

/** What joining a room tells. */
export interface Joined {
  readonly room: string;
  readonly people: readonly ChatUser[];
  readonly last: number;
  readonly again: boolean;
}

/** Asks over the socket what came after a place of a room. */
export type Resume = (room: string, after: number) => Promise<Missed<ChatMessage>>;

/** Starts with no room open. */
export function createRoomView(store: Store<ChatState>, api: ChatApi, resume: Resume): RoomView {
  return new OpenRoom(store, api, resume);
}

/** Reconnecting is seen to by whoever joins the room again, and that is when it resumes. */
const byItself = { onState: () => () => undefined };

class OpenRoom implements RoomView {
  readonly #store: Store<ChatState>;
  readonly #api: ChatApi;
  readonly #resume: Resume;
  /** Set once the first page is there. */
  #following: FollowedRoom<ChatMessage> | undefined;
  /** What came before the first page. */
  #early: ChatMessage[] = [];
  /** Who came and went since the room is being joined; `undefined` once it is. */
  #changes: (readonly [user: ChatUser, here: boolean])[] | undefined;

  constructor(store: Store<ChatState>, api: ChatApi, resume: Resume) {
    this.#store = store;
    this.#api = api;
    this.#resume = resume;
  }

  clear(room: string): void {
    this.#following?.stop();
    this.#following = undefined;
    this.#early = [];
    this.#changes = undefined;
    this.#store.set({
      room,
      messages: [],
      earlier: false,
      loading: true,
      people: [],
      typing: [],
      problem: undefined,
    });
  }

  joining(): void {
    this.#changes = [];
  }

  async enter({ room, people, last, again }: Joined): Promise<void> {
    const changes = this.#changes ?? [];
    this.#changes = undefined;
    this.#store.set({ people });
    for (const [user, here] of changes) this.notePresence(room, user, here);
    if (this.#following && again) return this.#following.catchUp();
    const page = await this.#api.before(room, last + 1);
    if (!this.#isOpen(room)) return;
    this.#following?.stop();
    this.#following = this.#follow(room, last);
    this.#store.set({ messages: page.messages, earlier: page.more, loading: false });
    for (const message of this.#early.splice(0)) this.take(message);
  }

  take(message: ChatMessage): void {
    if (!this.#isOpen(message.room)) return;
    const following = this.#following;
    if (!following) {
      this.#early.push(message);
      return;
    }
    const [first] = this.#store.state.messages;
    // its place was given up as unused, or it was written while the first page was read: it is shown late, not lost
    const isLate = message.seq <= following.last && message.seq > (first?.seq ?? 0);
    if (isLate) this.#show([message]);
    else following.push(message);
  }

  notePresence(room: string, user: ChatUser, here: boolean): void {
    if (!this.#isOpen(room)) return;
    this.#changes?.push([user, here]);
    const others = this.#store.state.people.filter(({ userId }) => userId !== user.userId);
    this.#store.set({ people: here ? [...others, user] : others });
  }

  noteTyping(room: string, user: ChatUser): void {
    if (!this.#isOpen(room)) return;
    const others = this.#store.state.typing.filter((each) => each.user.userId !== user.userId);
    this.#store.set({ typing: [...others, { user, until: Date.now() + typingShownMs }] });
    setTimeout(() => {
      const { typing } = this.#store.state;
      const still = typing.filter(({ until }) => until > Date.now());
      if (still.length < typing.length) this.#store.set({ typing: still });
    }, typingShownMs + 50);
  }

  async loadEarlier(): Promise<void> {
    const { room, messages, earlier, loading } = this.#store.state;
    const [first] = messages;
    if (room === undefined || !first || !earlier || loading) return;
    this.#store.set({ loading: true });
    try {
      const page = await this.#api.before(room, first.seq);
      if (!this.#isOpen(room)) return;
      const { messages: later } = this.#store.state;
      this.#store.set({ messages: [...page.messages, ...later], earlier: page.more, loading: false });
    } catch (error) {
      if (this.#isOpen(room)) this.#store.set({ problem: inWords(error), loading: false });
    }
  }

  #isOpen(room: string): boolean {
    return this.#store.state.room === room;
  }

  /** In order, each once; what stays missing is asked for, and places that stayed unused are skipped. */
  #follow(room: string, after: number): FollowedRoom<ChatMessage> {
    return followRoom<ChatMessage>(byItself, {
      after,
      patienceMs: gapPatienceMs,
      resume: (place) => this.#resume(room, place),
      take: (message) => this.#show([message]),
    });
  }

  #show(messages: readonly ChatMessage[]): void {
    const { messages: old, typing } = this.#store.state;
    const merged = merge(old, messages);
    if (merged === old) return;
    const writers = new Set(messages.map(({ from }) => from.userId));
    this.#store.set({ messages: merged, typing: typing.filter(({ user }) => !writers.has(user.userId)) });
  }
}

/** Each message once, in order of place; the same array where there is nothing new. */
function merge(old: readonly ChatMessage[], news: readonly ChatMessage[]): readonly ChatMessage[] {
  const places = new Set(old.map(({ seq }) => seq));
  const fresh = news.filter(({ seq }) => !places.has(seq));
  const [next] = fresh;
  if (!next) return old;
  const isInOrder = next.seq > (old.at(-1)?.seq ?? 0);
  return isInOrder ? [...old, ...fresh] : [...old, ...fresh].sort((a, b) => a.seq - b.seq);
}

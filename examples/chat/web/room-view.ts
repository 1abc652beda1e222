// The open room: its messages once each and in order, whatever order they come in.
import { createSequence, type Sequence } from "@gatewright/client";
import type { ChatMessage, ChatUser } from "../functions/chat.ts";
import { inWords, type ChatApi } from "./api.ts";
import type { ChatState } from "./chat-state.ts";
import type { Store } from "./store.ts";

const typingShownMs = 5_000;
const gapPatienceMs = 1_500;

/** What is known of the open room, kept in the store. */
export interface RoomView {
  clear(room: string): void;
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

/** Starts with no room open. */
export function createRoomView(store: Store<ChatState>, api: ChatApi): RoomView {
  return new OpenRoom(store, api);
}

class OpenRoom implements RoomView {
  readonly #store: Store<ChatState>;
  readonly #api: ChatApi;
  /** Set once the first page is there. */
  #sequence: Sequence<ChatMessage> | undefined;
  /** What came before the first page. */
  #early: ChatMessage[] = [];
  #mending = false;

  constructor(store: Store<ChatState>, api: ChatApi) {
    this.#store = store;
    this.#api = api;
  }

  clear(room: string): void {
    this.#sequence = undefined;
    this.#early = [];
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

  async enter({ room, people, last, again }: Joined): Promise<void> {
    this.#store.set({ people });
    if (this.#sequence && again) {
      await this.#catchUp(room);
    } else {
      const page = await this.#api.before(room, last + 1);
      if (!this.#isOpen(room)) return;
      this.#sequence = createSequence<ChatMessage>({ after: last });
      this.#store.set({ messages: page.messages, earlier: page.more, loading: false });
    }
    for (const message of this.#early.splice(0)) this.#accept(message);
  }

  take(message: ChatMessage): void {
    if (!this.#isOpen(message.room)) return;
    if (!this.#sequence) {
      this.#early.push(message);
      return;
    }
    this.#accept(message);
    if (this.#sequence.missing) this.#mend(message.room);
  }

  notePresence(room: string, user: ChatUser, here: boolean): void {
    if (!this.#isOpen(room)) return;
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

  #accept(message: ChatMessage): void {
    const sequence = this.#sequence;
    if (!sequence) return;
    const [first] = this.#store.state.messages;
    // its place was given up as unused, or it was written while the first page was read: it is shown late, not lost
    const isLate = message.seq <= sequence.last && message.seq > (first?.seq ?? 0);
    this.#show(isLate ? [message] : sequence.take(message).ready);
  }

  #show(messages: readonly ChatMessage[]): void {
    const { messages: old, typing } = this.#store.state;
    const merged = merge(old, messages);
    if (merged === old) return;
    const writers = new Set(messages.map(({ from }) => from.userId));
    this.#store.set({ messages: merged, typing: typing.filter(({ user }) => !writers.has(user.userId)) });
  }

  /** Fetches what was missed, page by page; places that stayed unused are then skipped. */
  async #catchUp(room: string): Promise<void> {
    const sequence = this.#sequence;
    if (!sequence) return;
    for (let more = true; more;) {
      const page = await this.#api.after(room, sequence.last);
      if (!this.#isOpen(room) || this.#sequence !== sequence) return;
      for (const message of page.messages) {
        if (sequence.missing && sequence.missing.before <= message.seq) this.#show(sequence.skip());
        const { ready } = sequence.take(message);
        this.#show(ready.length > 0 || sequence.last >= message.seq ? ready : sequence.skip());
      }
      ({ more } = page);
    }
    if (sequence.missing) this.#show(sequence.skip());
  }

  /** What is missing may be on its way; after a moment it is fetched. */
  #mend(room: string): void {
    if (this.#mending) return;
    this.#mending = true;
    setTimeout(() => {
      this.#mending = false;
      if (!this.#isOpen(room) || !this.#sequence?.missing) return;
      this.#catchUp(room).catch(() => this.#mend(room));
    }, gapPatienceMs);
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

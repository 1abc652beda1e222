// The open room: its messages once each and in order, whatever order they come in.
import { createSequence, type Sequence } from "@gatewright/client";
import type { ChatMessage, ChatUser } from "../functions/chat.ts";
import { inWords, type ChatApi, type Page } from "./api.ts";
import type { ChatState } from "./chat-state.ts";
import type { Store } from "./store.ts";

const typingShownMs = 5_000;
const gapPatienceMs = 1_500;

/** What is known of the open room, kept in the store. */
export interface RoomView {
  clear(room: string): void;
  fill(joined: Joined): Promise<void>;
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
  let sequence: Sequence<ChatMessage> | undefined;
  let early: ChatMessage[] = [];
  let mending = false;

  const show = (messages: readonly ChatMessage[]): void => {
    if (messages.length === 0) return;
    const writers = new Set(messages.map(({ from }) => from.userId));
    store.set({
      messages: [...store.state.messages, ...messages],
      typing: store.state.typing.filter(({ user }) => !writers.has(user.userId)),
    });
  };
  const takeAll = (messages: readonly ChatMessage[]): void => {
    for (const message of messages) if (sequence) show(sequence.take(message).ready);
  };
  /** Fetches what was missed, page by page; places that stayed unused are then skipped. */
  const catchUp = async (room: string): Promise<void> => {
    for (let more = true; more && sequence && store.state.room === room;) {
      const page: Page = await api.after(room, sequence.last);
      if (store.state.room !== room) return;
      for (const message of page.messages) {
        if (sequence.missing && sequence.missing.before <= message.seq) show(sequence.skip());
        const { ready } = sequence.take(message);
        show(ready.length > 0 || sequence.last >= message.seq ? ready : sequence.skip());
      }
      more = page.more;
    }
    if (sequence?.missing) show(sequence.skip());
  };
  const mend = (room: string): void => {
    if (mending) return;
    mending = true;
    setTimeout(() => {
      mending = false;
      if (store.state.room !== room || !sequence?.missing) return;
      catchUp(room).catch(() => mend(room));
    }, gapPatienceMs);
  };

  const view: RoomView = {
    clear(room) {
      sequence = undefined;
      early = [];
      store.set({
        room,
        messages: [],
        earlier: false,
        loading: true,
        people: [],
        typing: [],
        problem: undefined,
      });
    },
    async fill({ room, people, last, again }) {
      store.set({ people });
      if (sequence && again) {
        await catchUp(room);
      } else {
        const page = await api.before(room, last + 1);
        if (store.state.room !== room) return;
        sequence = createSequence<ChatMessage>({ after: last });
        store.set({ messages: page.messages, earlier: page.more, loading: false });
      }
      takeAll(early.splice(0));
    },
    take(message) {
      const { room } = store.state;
      if (message.room !== room) return;
      if (!sequence) {
        early.push(message);
        return;
      }
      show(sequence.take(message).ready);
      if (sequence.missing) mend(room);
    },
    notePresence(room, user, here) {
      if (room !== store.state.room) return;
      const others = store.state.people.filter(({ userId }) => userId !== user.userId);
      store.set({ people: here ? [...others, user] : others });
    },
    noteTyping(room, user) {
      if (room !== store.state.room) return;
      const others = store.state.typing.filter((each) => each.user.userId !== user.userId);
      store.set({ typing: [...others, { user, until: Date.now() + typingShownMs }] });
      setTimeout(() => {
        const still = store.state.typing.filter(({ until }) => until > Date.now());
        if (still.length < store.state.typing.length) store.set({ typing: still });
      }, typingShownMs + 50);
    },
    async loadEarlier() {
      const { room, messages, earlier, loading } = store.state;
      const [first] = messages;
      if (room === undefined || !first || !earlier || loading) return;
      store.set({ loading: true });
      try {
        const page = await api.before(room, first.seq);
        if (store.state.room !== room) return;
        store.set({
          messages: [...page.messages, ...store.state.messages],
          earlier: page.more,
          loading: false,
        });
      } catch (error) {
        store.set({ problem: inWords(error), loading: false });
      }
    },
  };
  return view;
}

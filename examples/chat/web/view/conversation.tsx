// What was said in the room, and what of this user is still on its way there.
import type { JSX } from "preact";
import { useEffect, useMemo, useRef } from "preact/hooks";
import type { ChatState } from "../chat-state.ts";
import { goesOn, toEntries } from "../timeline.ts";
import { toDay } from "../words.ts";
import { useView } from "./context.ts";
import { Icon, Mark } from "./icons.tsx";
import { Message } from "./message.tsx";
import { OutgoingMessage } from "./outgoing-message.tsx";
import { useScroll } from "./use-scroll.ts";

/** The log: it stays at the newest while the reader is there, and holds still while the reader is elsewhere. */
export function Conversation({
  state,
  name,
}: {
  readonly state: ChatState;
  readonly name: string;
}): JSX.Element {
  const { chat, me } = useView();
  const { messages, earlier, loading } = state;
  const outgoing = state.outgoing.filter(({ room }) => room === state.room);
  const scroll = useScroll({ messages, outgoing, me });
  const start = useRef<HTMLDivElement>(null);
  useEarlier(start, state, () => chat.loadEarlier());
  const entries = useMemo(() => messages.length > 0 && <Entries messages={messages} />, [messages]);
  const isEmpty = messages.length === 0 && outgoing.length === 0;
  const isQuiet = isEmpty && !loading && state.problem === undefined;
  const last = messages.at(-1);
  return (
    <div class="conversation">
      {/* a scrolled region must be within reach of the keyboard */}
      <div
        class="log"
        role="log"
        aria-label="Conversation"
        aria-live="polite"
        aria-busy={loading}
        tabIndex={0}
        ref={scroll.log}
        onScroll={scroll.scrolled}
      >
        <div class="log-inner" ref={scroll.inner}>
          <div class="start" ref={start}>
            {loading && <p class="loading">{isEmpty ? "Opening the room…" : "Loading earlier messages…"}</p>}
            {!earlier && !loading && !isEmpty && <p>This is where {name} begins.</p>}
          </div>
          {isQuiet && <Quiet name={name} />}
          {entries}
          {outgoing.map((message, index) => (
            <OutgoingMessage
              key={message.key}
              message={message}
              leads={index === 0 && !goesOn(last, { from: me, at: Date.now() })}
              connection={state.connection}
            />
          ))}
        </div>
      </div>
      {scroll.isAway && (
        <button type="button" class="newest" onClick={scroll.toNewest}>
          <Icon name="down" />
          {scroll.unseen > 0 ? `${scroll.unseen} new` : "Newest"}
          <span class="unseen">, jump to the newest message</span>
        </button>
      )}
    </div>
  );
}

function Entries({ messages }: Pick<ChatState, "messages">): JSX.Element {
  return (
    <>
      {toEntries(messages).map((entry) =>
        entry.is === "day" ? (
          <p key={`day ${entry.at}`} class="day">
            <span>{toDay(entry.at)}</span>
          </p>
        ) : (
          <Message key={entry.message.seq} message={entry.message} leads={entry.leads} />
        ),
      )}
    </>
  );
}

function Quiet({ name }: { readonly name: string }): JSX.Element {
  return (
    <div class="quiet-room">
      <Mark />
      <p>
        <strong>It is quiet in {name}.</strong>
      </p>
      <p>Write the first message, or drop a file anywhere here.</p>
    </div>
  );
}

/** Asks for the page before whenever the start comes near; a page that could not be had is asked for at the next approach. */
function useEarlier(
  start: { readonly current: Element | null },
  { messages, earlier, connection }: ChatState,
  load: () => void,
): void {
  const first = messages[0]?.seq;
  useEffect(() => {
    const { current } = start;
    if (!current || !earlier || first === undefined) return undefined;
    const near = new IntersectionObserver(
      (seen) => {
        if (seen.some(({ isIntersecting }) => isIntersecting)) load();
      },
      { root: current.closest(".log"), rootMargin: "500px 0px 0px 0px" },
    );
    near.observe(current);
    return () => near.disconnect();
    // `load` is the same in all but name
  }, [first, earlier, connection]);
}

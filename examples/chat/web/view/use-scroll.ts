// The scrolling of the log, for the component that draws it.
import type { RefObject } from "preact";
import { useCallback, useLayoutEffect, useRef, useState } from "preact/hooks";
import type { ChatUser } from "../../functions/chat.ts";
import type { ChatState } from "../chat-state.ts";
import { LogTracker } from "./log-tracker.ts";

/** What the log needs to know of its scrolling. */
export interface LogScroll {
  readonly log: RefObject<HTMLDivElement | null>;
  readonly inner: RefObject<HTMLDivElement | null>;
  /** The reader is not at the newest. */
  readonly isAway: boolean;
  /** How many messages of others came since the reader left the newest. */
  readonly unseen: number;
  readonly scrolled: () => void;
  readonly toNewest: () => void;
}

/** Who writes is taken to the newest; who only reads is left in peace. */
export function useScroll({
  messages,
  outgoing,
  me,
}: Pick<ChatState, "messages" | "outgoing"> & { readonly me: ChatUser }): LogScroll {
  const log = useRef<HTMLDivElement>(null);
  const inner = useRef<HTMLDivElement>(null);
  const [isAway, setAway] = useState(false);
  const [tracker] = useState(() => new LogTracker(setAway));
  const sent = useRef(outgoing.length);
  const newest = messages.at(-1)?.seq ?? 0;

  useLayoutEffect(() => {
    if (log.current && inner.current) return tracker.attach(log.current, inner.current);
    return undefined;
  }, []);
  useLayoutEffect(() => {
    if (outgoing.length > sent.current) tracker.toNewest();
    sent.current = outgoing.length;
    tracker.drawn({ first: messages[0]?.seq, newest });
  }, [messages, outgoing.length]);

  const scrolled = useCallback(() => tracker.scrolled(), []);
  const toNewest = useCallback(() => {
    tracker.toNewest();
    log.current?.focus({ preventScroll: true });
  }, []);
  const unseen = isAway
    ? messages.filter(({ seq, from }) => seq > tracker.seen && from.userId !== me.userId).length
    : 0;
  return { log, inner, isAway, unseen, scrolled, toNewest };
}

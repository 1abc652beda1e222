// The tab's title: the room, and how much was said there while the tab was hidden.
import { useEffect, useRef, useState } from "preact/hooks";
import type { ChatState } from "../chat-state.ts";

/** Keeps the document's title. */
export function useTitle({ messages, room }: ChatState, name: string | undefined): void {
  const last = messages.at(-1)?.seq ?? 0;
  const seen = useRef({ room, last });
  const [isHidden, setHidden] = useState(document.visibilityState === "hidden");
  useEffect(() => {
    const changed = (): void => setHidden(document.visibilityState === "hidden");
    document.addEventListener("visibilitychange", changed);
    return () => document.removeEventListener("visibilitychange", changed);
  }, []);
  useEffect(() => {
    if (!isHidden || seen.current.room !== room || seen.current.last === 0) seen.current = { room, last };
    const unseen = messages.filter(({ seq }) => seq > seen.current.last).length;
    document.title = `${unseen > 0 ? `(${unseen}) ` : ""}${name ? `${name} · ` : ""}Gatewright chat`;
  }, [isHidden, room, last, messages, name]);
  useEffect(() => () => void (document.title = "Gatewright chat"), []);
}

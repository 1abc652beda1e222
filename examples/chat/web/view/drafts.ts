// What is being written, room by room, for as long as the tab lives.
import { useState } from "preact/hooks";

const place = "chat.draft.";

/** The draft of a room, kept while one looks into another room, and over a reload. */
export function useDraft(room: string): [text: string, setText: (text: string) => void] {
  const [text, setText] = useState(() => sessionStorage.getItem(place + room) ?? "");
  return [
    text,
    (next) => {
      if (next === "") sessionStorage.removeItem(place + room);
      else sessionStorage.setItem(place + room, next);
      setText(next);
    },
  ];
}

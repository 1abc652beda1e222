// The text of a message: line breaks kept, addresses as links, code as code. Nothing in it is ever read as HTML.
import type { JSX } from "preact";
import { isEmojiOnly, toParts } from "../text-parts.ts";

/** The bubble of a text. */
export function RichText({ text }: { readonly text: string }): JSX.Element {
  if (isEmojiOnly(text)) return <div class="bubble emoji">{text}</div>;
  return (
    <div class="bubble" dir="auto">
      {toParts(text).map((part, index) => {
        // the parts of a text never change places
        const key = `${index}`;
        if (part.is === "link") {
          return (
            <a key={key} href={part.text} target="_blank" rel="noopener noreferrer nofollow">
              {part.text}
            </a>
          );
        }
        if (part.is === "code") return <code key={key}>{part.text}</code>;
        if (part.is === "block") {
          return (
            <pre key={key} tabIndex={0}>
              <code>{part.text}</code>
            </pre>
          );
        }
        return part.text;
      })}
    </div>
  );
}

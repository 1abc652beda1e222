// Where messages are written.
import type { JSX, RefObject } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { longestText } from "../../functions/chat.ts";
import { useView } from "./context.ts";
import { useDraft } from "./drafts.ts";
import { FileButton } from "./file-button.tsx";
import { Icon } from "./icons.tsx";

const id = "message";
const toldWithin = 400;

/** Takes the keyboard to the message box. */
export function focusComposer(): void {
  document.getElementById(id)?.focus();
}

/** Enter sends, Shift and Enter begin a new line. What is written in a room stays in that room. */
export function Composer({ room, name }: { readonly room: string; readonly name: string }): JSX.Element {
  const { chat } = useView();
  const [text, setText] = useDraft(room);
  const box = useMessageBox();
  const said = text.trim();
  const left = longestText - said.length;
  const canSend = said !== "" && left >= 0;

  const send = (event: Event): void => {
    event.preventDefault();
    if (!canSend) return;
    chat.say(said);
    setText("");
    box.current?.focus();
  };
  const write = ({ currentTarget }: { readonly currentTarget: HTMLTextAreaElement }): void => {
    setText(currentTarget.value);
    if (currentTarget.value.trim() !== "") chat.typing();
  };
  const paste = (event: ClipboardEvent): void => {
    const files = [...(event.clipboardData?.files ?? [])];
    if (files.length === 0) return;
    event.preventDefault();
    chat.drop(files);
  };
  return (
    <form class="composer" onSubmit={send}>
      <div class="box">
        <FileButton />
        <div class="grows" data-text={text}>
          <textarea
            id={id}
            ref={box}
            rows={1}
            dir="auto"
            aria-label="Message"
            aria-describedby="left"
            aria-invalid={left < 0}
            placeholder={`Message ${name}`}
            enterkeyhint="send"
            value={text}
            onInput={write}
            onPaste={paste}
            onKeyDown={(event) => {
              if (event.key === "Enter" && !event.shiftKey && !event.isComposing) send(event);
            }}
          />
        </div>
        <button type="submit" class="primary" disabled={!canSend} aria-label="Send" title="Send">
          <Icon name="send" />
        </button>
      </div>
      <p id="left" class={left < 0 ? "left over" : "left"}>
        {left < 0 ? `${-left} characters too many` : left < toldWithin && `${left} characters left`}
      </p>
    </form>
  );
}

/** Ready to be written in. */
function useMessageBox(): RefObject<HTMLTextAreaElement | null> {
  const box = useRef<HTMLTextAreaElement>(null);
  useEffect(() => {
    // on a phone, the keyboard would come up over the room that was just opened
    if (matchMedia("(pointer: fine)").matches) box.current?.focus();
  }, []);
  return box;
}

// Who is writing right now.
import type { JSX } from "preact";
import type { ChatState } from "../chat-state.ts";
import { toNames, toPersonName } from "../words.ts";

/** Always there and always as high, so that nothing moves when somebody begins to write. */
export function TypingLine({ typing }: Pick<ChatState, "typing">): JSX.Element {
  const names = typing.map(({ user }) => toPersonName(user.name));
  return (
    <p class="typing">
      {names.length > 0 && (
        <>
          <span class="dots" aria-hidden="true">
            <i />
            <i />
            <i />
          </span>
          {`${toNames(names)} ${names.length === 1 ? "is" : "are"} typing…`}
        </>
      )}
    </p>
  );
}

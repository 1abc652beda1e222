// One message of the room.
import type { JSX } from "preact";
import type { ChatMessage } from "../../functions/chat.ts";
import { toPersonName, toTime, toWholeTime } from "../words.ts";
import { Attachment } from "./attachment.tsx";
import { Avatar } from "./avatar.tsx";
import { useView } from "./context.ts";
import { RichText } from "./rich-text.tsx";

/** Name and time lead what a person says in a row; the time of the others shows beside them on demand. */
export function Message({
  message,
  leads,
}: {
  readonly message: ChatMessage;
  readonly leads: boolean;
}): JSX.Element {
  const { me } = useView();
  const { seq, from, at, room, text, file } = message;
  const isMine = from.userId === me.userId;
  const name = isMine ? "You" : toPersonName(from.name);
  const time = (
    <time dateTime={new Date(at).toISOString()} title={toWholeTime(at)}>
      {toTime(at)}
    </time>
  );
  return (
    <article class={`message ${isMine ? "mine" : "theirs"} ${leads ? "leads" : "follows"}`} data-seq={seq}>
      {leads && !isMine && <Avatar user={from} />}
      {leads ? (
        <p class="byline">
          <strong class={isMine ? "unseen" : ""}>{name}</strong> {time}
        </p>
      ) : (
        <span class="unseen">{name}: </span>
      )}
      <div class="said">
        {text !== undefined && <RichText text={text} />}
        {file && <Attachment room={room} file={file} />}
        {!leads && time}
      </div>
    </article>
  );
}

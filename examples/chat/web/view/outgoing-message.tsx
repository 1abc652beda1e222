// A message that is on its way, or did not get there.
import type { SocketState } from "@gatewright/client";
import type { JSX } from "preact";
import type { Outgoing } from "../chat-state.ts";
import { useView } from "./context.ts";
import { Icon } from "./icons.tsx";
import { RichText } from "./rich-text.tsx";
import { UploadCard } from "./upload-card.tsx";

/** It looks like what it will be, only paler. */
export function OutgoingMessage({
  message,
  leads,
  connection,
}: {
  readonly message: Outgoing;
  readonly leads: boolean;
  readonly connection: SocketState;
}): JSX.Element {
  const { text, file, problem } = message;
  const isFailed = problem !== undefined;
  return (
    <article
      class={`message mine outgoing ${leads ? "leads" : "follows"} ${isFailed ? "failed" : ""}`}
      data-outgoing={message.key}
      aria-busy={!isFailed}
    >
      {leads && (
        <p class="byline">
          <strong class="unseen">You</strong> {isFailed ? "Not sent" : waitsFor(message, connection)}
        </p>
      )}
      <div class="said">
        {text !== undefined && <RichText text={text} />}
        {file && <UploadCard message={message} file={file} connection={connection} />}
      </div>
      {isFailed && <Failed message={message} problem={problem} />}
    </article>
  );
}

function waitsFor({ isPaused, isLost }: Outgoing, connection: SocketState): string {
  if (isLost) return "Waiting for the file";
  if (isPaused) return "Paused";
  return connection === "open" ? "Sending…" : "Waiting for the connection";
}

function Failed({ message, problem }: { readonly message: Outgoing; readonly problem: string }): JSX.Element {
  const { chat } = useView();
  return (
    <div class="failure">
      <p role="alert">
        <Icon name="alert" />
        <span>{problem}</span>
      </p>
      {!message.isHopeless && (
        <button type="button" class="small" onClick={() => chat.retry(message.key)}>
          Try again
        </button>
      )}
      <button type="button" class="small" onClick={() => chat.discard(message.key)}>
        Discard
      </button>
    </div>
  );
}

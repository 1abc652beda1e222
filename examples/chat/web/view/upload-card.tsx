// A file on its way: how far it is, and a way to stop it.
import type { SocketState } from "@gatewright/client";
import type { JSX } from "preact";
import type { Outgoing, OutgoingFile } from "../chat-state.ts";
import { toSize } from "../words.ts";
import { useView } from "./context.ts";
import { FileFace } from "./file-face.tsx";
import { Icon } from "./icons.tsx";

/** With the picture itself, where it is one. */
export function UploadCard({
  message,
  file,
  connection,
}: {
  readonly message: Outgoing;
  readonly file: OutgoingFile;
  readonly connection: SocketState;
}): JSX.Element {
  const { chat } = useView();
  const { sent = 0, problem } = message;
  const percent = file.size > 0 ? Math.floor((sent / file.size) * 100) : 0;
  return (
    <div class="upload">
      {file.preview !== undefined && (
        <figure class="picture there">
          <img src={file.preview} alt="" />
        </figure>
      )}
      <div class="file">
        <FileFace name={file.name}>
          {problem === undefined
            ? toProgress({ percent, sent, size: file.size, connection })
            : toSize(file.size)}
        </FileFace>
        {problem === undefined && (
          <button
            type="button"
            class="quiet"
            onClick={() => chat.discard(message.key)}
            aria-label={`Cancel ${file.name}`}
            title="Cancel"
          >
            <Icon name="close" />
          </button>
        )}
        {problem === undefined && (
          <div
            class="progress"
            role="progressbar"
            aria-label={`Uploading ${file.name}`}
            aria-valuemin={0}
            aria-valuemax={100}
            aria-valuenow={percent}
          >
            <i style={{ transform: `scaleX(${percent / 100})` }} />
          </div>
        )}
      </div>
    </div>
  );
}

function toProgress(at: {
  readonly percent: number;
  readonly sent: number;
  readonly size: number;
  readonly connection: SocketState;
}): string {
  if (at.percent >= 100)
    return at.connection === "open" ? "Making sure it arrived…" : "Waiting for the connection";
  if (at.sent === 0) return `${at.connection === "open" ? "Starting" : "Waiting"} · ${toSize(at.size)}`;
  return `${at.percent}% of ${toSize(at.size)}`;
}

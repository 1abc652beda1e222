// A file on its way: how far it is, and ways to have it wait, go on, or stop.
import type { SocketState } from "@gatewright/client";
import type { JSX } from "preact";
import type { Outgoing, OutgoingFile } from "../chat-state.ts";
import { toSize } from "../words.ts";
import { useView } from "./context.ts";
import { FileButton } from "./file-button.tsx";
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
  const { sent = 0, problem, isThere = false, isPaused = false, isLost = false } = message;
  const handedOver = file.size > 0 ? Math.floor((sent / file.size) * 100) : 0;
  const percent = isThere ? 100 : Math.min(99, handedOver); // what is handed over may still be on its way
  const isOnItsWay = problem === undefined;
  return (
    <div class="upload">
      {file.preview !== undefined && (
        <figure class="picture there">
          <img src={file.preview} alt="" />
        </figure>
      )}
      <div class="file">
        <FileFace name={file.name}>
          {isOnItsWay
            ? toProgress({ percent, sent, size: file.size, connection, isThere, isPaused, isLost })
            : toSize(file.size)}
        </FileFace>
        {isOnItsWay && <Controls message={message} file={file} />}
        {isOnItsWay && !isLost && (
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

/** One button that has the file wait or go on, and one that stops it. */
function Controls({
  message: { key, isThere = false, isPaused = false, isLost = false },
  file: { name },
}: {
  readonly message: Outgoing;
  readonly file: OutgoingFile;
}): JSX.Element {
  const { chat } = useView();
  const [says, icon] = isPaused ? (["Resume", "play"] as const) : (["Pause", "pause"] as const);
  return (
    <>
      {isLost && <FileButton again={name} />}
      {!isLost && !isThere && (
        <button
          type="button"
          class="quiet"
          onClick={() => (isPaused ? chat.resume(key) : chat.pause(key))}
          aria-label={`${says} ${name}`}
          title={says}
        >
          <Icon name={icon} />
        </button>
      )}
      <button
        type="button"
        class="quiet"
        onClick={() => chat.discard(key)}
        aria-label={`Cancel ${name}`}
        title="Cancel"
      >
        <Icon name="close" />
      </button>
    </>
  );
}

function toProgress(at: {
  readonly percent: number;
  readonly sent: number;
  readonly size: number;
  readonly connection: SocketState;
  readonly isThere: boolean;
  readonly isPaused: boolean;
  readonly isLost: boolean;
}): string {
  if (at.isLost) return "Choose it again to go on";
  if (at.isThere) return at.connection === "open" ? "Making sure it arrived…" : "Waiting for the connection";
  if (at.isPaused) return `Paused at ${at.percent}% of ${toSize(at.size)}`;
  if (at.sent === 0) return `${at.connection === "open" ? "Starting" : "Waiting"} · ${toSize(at.size)}`;
  return `${at.percent}% of ${toSize(at.size)}`;
}

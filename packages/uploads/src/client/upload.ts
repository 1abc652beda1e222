// The browser's half: a file and its ticket go to S3, with progress, pauses, and another try where one failed.
import type { PostTicket, UploadTicket } from "../ticket.ts";
import { createPace, type Pace } from "./pace.ts";
import { send } from "./send.ts";
import { type Ask, sendParts } from "./send-parts.ts";
import { UploadError } from "./upload-error.ts";

/** How an upload is watched and stopped. */
export interface UploadWatch {
  /** Called as bytes go out, from 0 to 1; lower again where something has to be sent anew. */
  readonly onProgress?: (part: number) => void;
  /** Ends the upload; the promise is rejected with the signal's reason. A file in parts can be gone on with later. */
  readonly signal?: AbortSignal;
  /** For a file in parts: asks your server. */
  readonly ask?: Ask;
  /** Parts at once. @default 4 */
  readonly parallel?: number;
  /** How often something is tried where the network or S3 fails. @default 5 */
  readonly attempts?: number;
}

/** An upload on its way. */
export interface UploadRun {
  /** Settled when the file is there, or cannot get there. */
  readonly done: Promise<void>;
  /** Stops sending; parts that have arrived stay, a file in one piece starts anew. */
  pause(): void;
  resume(): void;
  /** Gives the upload up, also what has arrived of a file in parts. */
  abort(reason?: unknown): void;
}

/**
 * Uploads a file with its ticket.
 *
 * Resolved means that S3 took it; let your server `confirm` it all the same. With a ticket for parts that was kept (it is
 * JSON), a file goes on where it was after a reload.
 *
 * @throws {@link UploadError}
 */
export function upload(ticket: UploadTicket, file: Blob, watch: UploadWatch = {}): Promise<void> {
  return startUpload(ticket, file, watch).done;
}

/** Starts an upload that can be paused. */
export function startUpload(ticket: UploadTicket, file: Blob, watch: UploadWatch = {}): UploadRun {
  const ending = new AbortController();
  const ended = watch.signal ? AbortSignal.any([ending.signal, watch.signal]) : ending.signal;
  const pace = createPace(ended, watch.attempts ?? 5);
  return {
    done: run(ticket, file, { pace, watch }),
    pause: () => pace.pause(),
    resume: () => pace.resume(),
    abort(reason) {
      ending.abort(reason ?? new DOMException("The upload was given up.", "AbortError"));
      const { ask } = watch;
      if (ticket.method !== "PARTS" || !ask) return;
      const last = createPace(new AbortController().signal, 3);
      last.keepTrying(() => ask({ do: "abort", id: ticket.id })).catch(() => {}); // the bucket's rules end it
    },
  };
}

async function run(
  ticket: UploadTicket,
  file: Blob,
  { pace, watch }: { readonly pace: Pace; readonly watch: UploadWatch },
): Promise<void> {
  const { onProgress = () => {}, ask, parallel = 4 } = watch;
  if (ticket.method === "PARTS") {
    if (!ask) throw new TypeError("A file in parts needs `ask`.");
    return sendParts(ticket, file, { ask, parallel, pace, onProgress });
  }
  await pace.keepTrying((signal, attempt) => {
    const how =
      ticket.method === "POST" ? { body: toForm(ticket, file) } : { headers: ticket.headers, body: file };
    const { method, url, expiresAt } = ticket;
    const sending = send({ method, url, expiresAt, ...how }, signal, (loaded, total) =>
      onProgress(loaded / total),
    );
    return sending.catch((error: unknown) => {
      const wasThere = attempt > 1 && error instanceof UploadError && error.status === 412;
      if (!wasThere) throw error; // else the try whose answer was lost had arrived: nobody else knows this key
    });
  });
}

/** S3 reads nothing after the file: it goes last. */
function toForm(ticket: PostTicket, file: Blob): FormData {
  const form = new FormData();
  for (const [name, value] of Object.entries(ticket.fields)) form.append(name, value);
  form.append("file", file);
  return form;
}

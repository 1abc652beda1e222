// The browser's half: a file and its ticket go to S3, with progress.
import type { UploadTicket } from "./ticket.ts";

export type { UploadTicket } from "./ticket.ts";

/** How an upload is watched and stopped. */
export interface UploadWatch {
  /** Called as bytes go out, from 0 to 1. */
  readonly onProgress?: (part: number) => void;
  /** Ends the upload; the promise is rejected with the signal's reason. */
  readonly signal?: AbortSignal;
}

/** Why a file did not arrive. */
export class UploadError extends Error {
  /** S3's code (`EntityTooLarge`, `AccessDenied` …), `EXPIRED` for an old ticket, `NETWORK` where nothing came back. */
  readonly code: string;
  /** S3's status; 0 where nothing came back. */
  readonly status: number;

  constructor(code: string, status: number, message: string) {
    super(message);
    this.name = "UploadError";
    this.code = code;
    this.status = status;
  }
}

/**
 * Uploads a file with its ticket.
 *
 * Resolved means that S3 took it; let your server `confirm` it all the same.
 *
 * @throws {@link UploadError}
 */
export function upload(ticket: UploadTicket, file: Blob, watch: UploadWatch = {}): Promise<void> {
  const { onProgress, signal } = watch;
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    const request = new XMLHttpRequest();
    const stop = () => request.abort();
    const end = (finish: () => void) => () => {
      signal?.removeEventListener("abort", stop);
      finish();
    };
    request.upload.addEventListener("progress", (event) => {
      if (event.lengthComputable && event.total > 0) onProgress?.(event.loaded / event.total);
    });
    request.addEventListener(
      "load",
      end(() => (isTaken(request) ? resolve() : reject(toError(request, ticket)))),
    );
    request.addEventListener(
      "error",
      end(() => reject(unreachable())),
    );
    request.addEventListener(
      "abort",
      end(() => reject(signal?.reason ?? unreachable())),
    );
    signal?.addEventListener("abort", stop);
    request.open(ticket.method, ticket.url);
    request.send(toForm(ticket, file));
  });
}

/** S3 reads nothing after the file: it goes last. */
function toForm(ticket: UploadTicket, file: Blob): FormData {
  const form = new FormData();
  for (const [name, value] of Object.entries(ticket.fields)) form.append(name, value);
  form.append("file", file);
  return form;
}

function isTaken({ status }: XMLHttpRequest): boolean {
  return status >= 200 && status < 300;
}

function toError({ responseText, status }: XMLHttpRequest, ticket: UploadTicket): UploadError {
  const code = readElement(responseText, "Code") ?? "UNKNOWN";
  const says = readElement(responseText, "Message") ?? `The upload was refused with status ${status}.`;
  const isOld = code === "AccessDenied" && /expired/i.test(says) && Date.now() >= ticket.expiresAt - 60_000;
  return new UploadError(isOld ? "EXPIRED" : code, status, says);
}

function readElement(xml: string, name: string): string | undefined {
  return new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml)?.[1];
}

function unreachable(): UploadError {
  return new UploadError("NETWORK", 0, "The upload did not get through.");
}

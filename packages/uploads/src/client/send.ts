// One request with progress: what fetch cannot do in browsers.
import { UploadError } from "./upload-error.ts";

/** What is sent. */
export interface Sending {
  readonly method: "POST" | "PUT";
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: FormData | Blob;
  readonly expiresAt: number;
}

/** Sends bytes to S3. @throws {@link UploadError}, or the signal's reason */
export function send(
  { method, url, headers = {}, body, expiresAt }: Sending,
  signal: AbortSignal,
  onProgress: (loaded: number, total: number) => void,
): Promise<void> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const request = new XMLHttpRequest();
    const stop = () => request.abort();
    const end = (event: string, finish: () => void) =>
      request.addEventListener(event, () => {
        signal.removeEventListener("abort", stop);
        finish();
      });
    request.upload.addEventListener("progress", (event) => {
      if (event.lengthComputable && event.total > 0) onProgress(event.loaded, event.total);
    });
    end("load", () =>
      request.status >= 200 && request.status < 300 ? resolve() : reject(toError(request, expiresAt)),
    );
    end("error", () => reject(unreachable()));
    end("abort", () => reject(signal.reason ?? unreachable()));
    signal.addEventListener("abort", stop);
    request.open(method, url);
    for (const name in headers) request.setRequestHeader(name, headers[name] ?? "");
    request.send(body);
  });
}

function toError({ responseText, status }: XMLHttpRequest, expiresAt: number): UploadError {
  const code = readElement(responseText, "Code") ?? "UNKNOWN";
  const says = readElement(responseText, "Message") ?? `The upload was refused with status ${status}.`;
  const isOld = code === "AccessDenied" && /expired/i.test(says) && Date.now() >= expiresAt - 60_000;
  return new UploadError(isOld ? "EXPIRED" : code, status, says);
}

function readElement(xml: string, name: string): string | undefined {
  return new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml)?.[1];
}

function unreachable(): UploadError {
  return new UploadError("NETWORK", 0, "The upload did not get through.");
}

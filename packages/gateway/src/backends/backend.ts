// What every embedded back end gives: where it listens, and a way to end it.

/** A server that stands in for one AWS service. */
export interface Backend {
  /** As in `http://127.0.0.1:4004`, no trailing slash. */
  readonly endpoint: string;
  /** Stops listening and lets go of the data folder; what was acknowledged is on disk. */
  close(): Promise<void>;
}

/** What the local AWS account signs with: made once per data folder. */
export interface LocalCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

// An object as it was when it was looked at.

/** Which bytes are meant: those that were looked at, and no later ones. */
export interface Seen {
  readonly key: string;
  readonly size: number;
  /** With its quotes. */
  readonly etag: string;
  /** In buckets that keep versions. */
  readonly version?: string;
}

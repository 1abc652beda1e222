// What is known of an object, and of the bytes that it has on the disk.

/** What is known of an object besides its bytes. */
export interface StoredObject {
  readonly key: string;
  readonly size: number;
  /** MD5 in hexadecimal, or that of the parts' MD5s with their number, as in `…-3`; without quotes. */
  readonly etag: string;
  /** Milliseconds since the epoch. */
  readonly lastModified: number;
  /** Headers to give back, as `content-type`; lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  /** What the caller sent as `x-amz-meta-NAME`, by name. */
  readonly metadata: Readonly<Record<string, string>>;
  readonly tags?: Readonly<Record<string, string>>;
  readonly checksum?: Checksum;
  /** The files that hold the bytes, one after the other. */
  readonly pieces: readonly Piece[];
}

/** What bytes add up to, in base64. */
export interface Checksum {
  readonly algorithm: string;
  readonly value: string;
  /** Whether it is that of all bytes, or that of the parts' checksums. @default "FULL_OBJECT" */
  readonly type?: ChecksumType;
}

/** @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity.html */
export type ChecksumType = "FULL_OBJECT" | "COMPOSITE";

/** Some bytes on the disk. */
export interface Piece {
  /** Name of the file. */
  readonly data: string;
  readonly size: number;
}

/** Bytes from one to another, both counted. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

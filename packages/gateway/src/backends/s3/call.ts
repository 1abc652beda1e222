// One request to S3 on its way to an operation, and what the operation gives back.
import type { IncomingMessage } from "node:http";
import type { Readable } from "node:stream";
import type { Accepted, Credentials } from "@gatewright/signature";
import type { BucketCorsRule, BucketNotification, LifecycleRule } from "../../model/resources.ts";
import type { Clock } from "../../ports.ts";
import type { ObjectStore } from "./object-store.ts";
import type { StoredObject } from "./stored-object.ts";
import { S3Error } from "./s3-error.ts";
import type { Target } from "./target.ts";

/** A bucket that the definition declares, with its objects. */
export interface OpenBucket {
  readonly name: string;
  readonly cors: readonly BucketCorsRule[];
  readonly store: ObjectStore;
  readonly notifications: readonly BucketNotification[];
  /** Who keeps objects from staying for ever; see `lifecycle.ts`. */
  lifecycle: readonly LifecycleRule[];
}

/** What has become of an object. */
export interface Happening {
  readonly bucket: OpenBucket;
  readonly object: Pick<StoredObject, "key"> & Partial<Pick<StoredObject, "size" | "etag">>;
  readonly call: Arrived;
}

/** S3's words for what functions may be told. */
export type HappeningName =
  | "ObjectCreated:Put"
  | "ObjectCreated:Post"
  | "ObjectCreated:Copy"
  | "ObjectCreated:CompleteMultipartUpload"
  | "ObjectRemoved:Delete"
  | "ObjectTagging:Put"
  | "ObjectTagging:Delete";

/** What every operation may need of the server. */
export interface S3 {
  readonly buckets: ReadonlyMap<string, OpenBucket>;
  readonly region: string;
  readonly credentials: Credentials;
  readonly clock: Clock;
  /** Tells the functions that want to know; nobody waits for them. */
  readonly tell: (name: HappeningName, happening: Happening) => void;
}

/** Lower-case names, one value each. */
export type Headers = Readonly<Record<string, string | undefined>>;

/** A request whose target is known. */
export interface Arrived {
  readonly request: IncomingMessage;
  readonly target: Target;
  /** What was sent as headers, and as `x-amz-*` in a presigned query. */
  readonly headers: Headers;
}

/** A request about a bucket that exists, from somebody who may. */
export interface Admitted extends Arrived {
  readonly bucket: OpenBucket;
  readonly signature: Accepted;
}

/** What goes back. */
export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Readable;
}

/**
 * The pieces of a body; leaving it early does not end the connection, so that an answer can still be sent.
 *
 * @throws S3Error `IncompleteBody` when the caller goes away.
 */
export async function* readPieces(stream: Readable): AsyncGenerator<Buffer, void, undefined> {
  try {
    yield* stream.iterator({ destroyOnReturn: false });
  } catch {
    throw new S3Error("IncompleteBody"); // the connection, and nobody who could be told more
  }
}

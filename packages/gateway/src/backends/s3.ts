// The local S3: the definition's buckets on 127.0.0.1, on the disk, behind real signatures.
import { createServer, type Server } from "node:http";
import { join } from "node:path";
import type { Credentials } from "@gatewright/signature";
import { failures } from "../failures.ts";
import type { Bucket } from "../model/resources.ts";
import type { Clock, Functions, Log } from "../ports.ts";
import type { Backend } from "./backend.ts";
import type { OpenBucket } from "./s3/call.ts";
import { createDoor } from "./s3/door.ts";
import { keepLifecycle } from "./s3/lifecycle.ts";
import { createTeller } from "./s3/notify.ts";
import { openObjectStore } from "./s3/object-store.ts";

/** What the local S3 is made of. */
export interface S3Options {
  readonly buckets: readonly Bucket[];
  /** Where objects are kept; made where it is missing. One server at a time. */
  readonly folder: string;
  /** 0 for any free one. */
  readonly port: number;
  readonly region: string;
  /** The only ones who may sign; with a session token, only who sends it along. */
  readonly credentials: Credentials;
  readonly clock: Clock;
  readonly log: Log;
  /** Those that the buckets' notifications name. @default nobody is told */
  readonly functions?: Pick<Functions, "invoke">;
}

/**
 * Starts an S3 for a set of buckets, in path style and in virtual-host style (`bucket.localhost`).
 *
 * Every request must be signed by `credentials`: in its header, in its query, or by an upload form's policy. What it
 * does not do is answered with `501 NotImplemented` and its name. Objects are streamed, and outlive a restart.
 *
 * @throws `PORT_TAKEN`, `BUCKET_NAME_INVALID`
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/Welcome.html
 */
export async function startS3(options: S3Options): Promise<Backend> {
  const { region, credentials, clock, log, port } = options;
  for (const { name } of options.buckets) {
    if (!isBucketName(name)) throw failures.create("BUCKET_NAME_INVALID", { name });
  }
  const server = createServer();
  const endpoint = await listen(server, port);
  const buckets = new Map(options.buckets.map((bucket) => [bucket.name, openBucket(bucket, options.folder)]));
  const tell = createTeller(options);
  server.on("request", createDoor({ buckets, region, credentials, clock, tell }, log));
  const endLifecycle = keepLifecycle([...buckets.values()], clock);
  return {
    endpoint,
    close() {
      endLifecycle();
      return close(server);
    },
  };
}

function openBucket(bucket: Bucket, folder: string): OpenBucket {
  const { name, cors, notifications = [], lifecycle = [] } = bucket;
  return { name, cors, notifications, lifecycle, store: openObjectStore(join(folder, name)) };
}

/** @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html */
function isBucketName(name: string): boolean {
  return /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(name) && !name.includes("..");
}

function listen(server: Server, port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => {
      reject(error.code === "EADDRINUSE" ? failures.create("PORT_TAKEN", { port, for: "S3" }) : error);
    });
    server.listen({ port, host: "127.0.0.1" }, () => {
      const address = server.address();
      const taken = typeof address === "object" && address ? address.port : port;
      resolve(`http://127.0.0.1:${taken}`);
    });
  });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve, reject) => {
    server.close((error) => (error ? reject(error) : resolve()));
    server.closeAllConnections();
  });
}

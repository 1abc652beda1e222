// A local S3 with one bucket, in a folder of its own, for tests.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { S3Client, type S3ClientConfig } from "@aws-sdk/client-s3";
import { expect } from "vitest";
import { startS3 } from "../../../../src/backends/s3.ts";
import type { Backend } from "../../../../src/backends/backend.ts";
import { type ManualClock, manualClock } from "../../../../src/manual-clock.ts";
import type { BucketCorsRule, BucketNotification } from "../../../../src/model/resources.ts";
import type { Functions } from "../../../../src/ports.ts";

export const credentials = { accessKeyId: "AKIDLOCAL", secretAccessKey: "local/secret" };
export const region = "us-east-1";
export const Bucket = "cats";

/** An error as the SDK's client throws it. */
export const named = (name: string, status: number): unknown =>
  expect.objectContaining({ name, $metadata: expect.objectContaining({ httpStatusCode: status }) });

/** A running S3 and what a test needs around it. */
export interface Bench {
  readonly folder: string;
  readonly clock: ManualClock;
  /** What the server told the developer: nothing, unless something broke. */
  readonly said: string[];
  readonly endpoint: string;
  client(config?: S3ClientConfig): S3Client;
  /** Moves the clock so far past the real time, by which requests are signed; what it gives moves it back. */
  pass(ms: number): () => void;
  restart(): Promise<void>;
  end(): Promise<void>;
}

const everyone: BucketCorsRule = {
  allowedOrigins: ["https://*.cats.example"],
  allowedMethods: ["GET", "POST", "HEAD"],
  allowedHeaders: ["content-type", "x-amz-*"],
  exposedHeaders: ["ETag"],
  maxAgeSeconds: 600,
};

/** What a bench may have besides. */
export interface BenchOptions {
  readonly notifications?: readonly BucketNotification[];
  readonly functions?: Pick<Functions, "invoke">;
  readonly sessionToken?: string;
}

/** Starts an S3 whose clock shows the real time and then stands still. */
export async function startBench(options: BenchOptions = {}): Promise<Bench> {
  const { notifications = [], functions, sessionToken } = options;
  const folder = await mkdtemp(join(tmpdir(), "gatewright-s3-"));
  const clock = manualClock(Date.now());
  const said: string[] = [];
  const say = (line: string) => void said.push(line);
  const log = { info: say, warn: say, error: say };
  const buckets = [
    { logicalId: "Cats", name: Bucket, cors: [everyone], notifications },
    { logicalId: "Dogs", name: "dogs", cors: [] },
  ];
  const signers = { ...credentials, ...(sessionToken !== undefined && { sessionToken }) };
  const start = () =>
    startS3({
      buckets,
      folder,
      port: 0,
      region,
      credentials: signers,
      clock,
      log,
      ...(functions && { functions }),
    });
  let backend: Backend = await start();
  return {
    folder,
    clock,
    said,
    get endpoint() {
      return backend.endpoint;
    },
    client: (config) =>
      new S3Client({ region, credentials, endpoint: backend.endpoint, maxAttempts: 1, ...config }),
    pass(ms) {
      const by = Date.now() + ms - clock.now();
      clock.advance(by);
      return () => clock.advance(-by);
    },
    async restart() {
      await backend.close();
      backend = await start();
    },
    async end() {
      await backend.close();
      await rm(folder, { recursive: true });
    },
  };
}

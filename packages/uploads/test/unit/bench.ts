// The gateway's own S3 with one bucket, for tests.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { S3Client } from "@aws-sdk/client-s3";
import { startS3 } from "../../../gateway/src/backends/s3.ts";
import type { Invocation } from "../../../gateway/src/ports.ts";
import { type ManualClock, manualClock } from "../../../gateway/src/manual-clock.ts";
import {
  type PostTicket,
  type S3Event,
  uploadTo,
  type UploadOptions,
  type Uploads,
} from "../../src/index.ts";

export const credentials = { accessKeyId: "AKIDLOCAL", secretAccessKey: "local/secret" };
export const region = "us-east-1";
export const bucket = "cats";
const silent = { info: () => {}, warn: () => {}, error: () => {} };

/** A running S3 and the uploads into it. */
export interface Bench {
  readonly endpoint: string;
  readonly clock: ManualClock;
  readonly s3: S3Client;
  /** Moves the clock so far past the real time, by which requests are signed; what it gives moves it back. */
  pass(ms: number): () => void;
  /** Tickets are forms unless `method` says otherwise. */
  uploads(change?: Partial<UploadOptions>): Uploads<PostTicket>;
  /** Any kind of ticket. */
  anyUploads(change: Partial<UploadOptions>): Uploads;
  end(): Promise<void>;
}

/** Starts an S3 whose clock shows the real time and then stands still. */
export async function startBench(told?: (event: S3Event) => Promise<unknown>): Promise<Bench> {
  const folder = await mkdtemp(join(tmpdir(), "gatewright-uploads-"));
  const clock = manualClock(Date.now());
  const notifications = [{ events: ["s3:ObjectCreated:*", "s3:ObjectTagging:*"], functionKey: "uploads" }];
  const buckets = [{ logicalId: "Cats", name: bucket, cors: [], ...(told && { notifications }) }];
  const functions = { invoke: (_: string, event: unknown) => toInvocation(told?.(event as S3Event)) }; // of our own S3
  const parts = { buckets, folder, port: 0, region, credentials, clock, log: silent, functions };
  const backend = await startS3(parts);
  const { endpoint } = backend;
  const options = {
    bucket,
    region,
    endpoint,
    credentials,
    prefix: "rooms/1",
    rules: { maxBytes: 1000, types: ["image/*", "application/pdf", "text/plain"] },
  };
  return {
    endpoint,
    clock,
    s3: new S3Client({ region, credentials, endpoint, maxAttempts: 1 }),
    uploads: (change) => uploadTo({ ...options, ...change, method: "post" }),
    anyUploads: (change) => uploadTo({ ...options, ...change }) as Uploads,
    pass(ms) {
      const by = Date.now() + ms - clock.now();
      clock.advance(by);
      return () => clock.advance(-by);
    },
    async end() {
      await backend.close();
      await rm(folder, { recursive: true });
    },
  };
}

async function toInvocation(running: Promise<unknown> | undefined): Promise<Invocation> {
  try {
    await running;
    return { kind: "returned", payload: undefined };
  } catch (error) {
    return { kind: "failed", errorType: "Error", errorMessage: String(error) };
  }
}

export const png: Buffer<ArrayBuffer> = Buffer.concat([
  Buffer.from("89504e470d0a1a0a", "hex"),
  Buffer.alloc(50, 1),
]);
export const pngFile = {
  filename: "cat.png",
  contentType: "image/png",
  size: png.length,
  owner: "ada",
} as const;

/** Sends a form as a browser would. */
export async function post(
  ticket: { readonly url: string; readonly fields: Readonly<Record<string, string>> },
  bytes: Uint8Array<ArrayBuffer> | string,
): Promise<{ readonly status: number; readonly text: string }> {
  const form = new FormData();
  for (const [name, value] of Object.entries(ticket.fields)) form.append(name, value);
  form.append("file", new Blob([bytes]), "as the browser says");
  const answer = await fetch(ticket.url, { method: "POST", body: form });
  return { status: answer.status, text: await answer.text() };
}

/** Sends a file by its URL. */
export async function put(
  ticket: { readonly url: string; readonly headers: Readonly<Record<string, string>> },
  body: Uint8Array<ArrayBuffer> | string,
): Promise<{ readonly status: number; readonly text: string }> {
  const answer = await fetch(ticket.url, { method: "PUT", headers: ticket.headers, body });
  return { status: answer.status, text: await answer.text() };
}

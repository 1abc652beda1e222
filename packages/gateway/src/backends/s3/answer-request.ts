// A request's whole way through the local S3, in order.
import type { IncomingMessage } from "node:http";
import { type Accepted, verifyRequest } from "@gatewright/signature";
import type { Admitted, Answer, Arrived, Headers, OpenBucket, S3 } from "./call.ts";
import { completeUpload } from "./complete-upload.ts";
import { copyObject, deleteObject } from "./copy-object.ts";
import { toPreflightHeaders } from "./cors.ts";
import { deleteObjects } from "./delete-objects.ts";
import { getObject } from "./get-object.ts";
import { deleteLifecycle, getLifecycle, putLifecycle } from "./lifecycle.ts";
import { getLocation, listBuckets, listObjects } from "./list-objects.ts";
import { listParts, listUploads } from "./list-uploads.ts";
import { abortUpload, createUpload, uploadPart } from "./multipart.ts";
import { postObject } from "./post-object.ts";
import { putObject } from "./put-object.ts";
import { S3Error } from "./s3-error.ts";
import { type Operation, selectOperation } from "./select-operation.ts";
import { deleteTags, getTags, putTags } from "./tags.ts";
import { readTarget, type Target } from "./target.ts";

type ObjectOperation = Exclude<Operation, "ListBuckets" | "PostObject">;

/** What needs a bucket and a signed request. */
const operations: Readonly<Record<ObjectOperation, (call: Admitted, to: S3) => Answer | Promise<Answer>>> = {
  HeadBucket: (call, to) => ({ status: 200, headers: { "x-amz-bucket-region": to.region } }),
  GetBucketLocation: getLocation,
  ListObjectsV2: listObjects,
  ListMultipartUploads: listUploads,
  DeleteObjects: deleteObjects,
  GetBucketLifecycle: getLifecycle,
  PutBucketLifecycle: putLifecycle,
  DeleteBucketLifecycle: deleteLifecycle,
  GetObject: getObject,
  HeadObject: getObject,
  PutObject: putObject,
  CopyObject: copyObject,
  DeleteObject: deleteObject,
  GetObjectTagging: getTags,
  PutObjectTagging: putTags,
  DeleteObjectTagging: deleteTags,
  CreateMultipartUpload: createUpload,
  UploadPart: uploadPart,
  ListParts: listParts,
  CompleteMultipartUpload: completeUpload,
  AbortMultipartUpload: abortUpload,
};

/**
 * Answers a request, or throws an `S3Error`.
 *
 * Nobody gets past `authenticate` without a signature; an upload form brings its own in its policy.
 */
export async function answerRequest(request: IncomingMessage, target: Target, to: S3): Promise<Answer> {
  const arrived = { request, target, headers: readHeaders(request, target) };
  if (request.method === "OPTIONS") return answerPreflight(arrived, to);
  const operation = selectOperation(request.method ?? "", target, "x-amz-copy-source" in arrived.headers);
  if (operation === "PostObject") return postObject({ ...arrived, bucket: findBucket(arrived, to) }, to);
  const signature = authenticate(arrived, to);
  if (operation === "ListBuckets") return listBuckets(arrived, to);
  return operations[operation]({ ...arrived, bucket: findBucket(arrived, to), signature }, to);
}

/** Reads what a request is about. */
export function readTargetOf(request: IncomingMessage, to: S3): Target {
  return readTarget(request.url ?? "", request.headers.host ?? "", to.region);
}

function authenticate({ request, target, headers }: Arrived, to: S3): Accepted {
  const { accessKeyId } = to.credentials;
  const verdict = verifyRequest(
    { method: request.method ?? "", target: target.raw, headers: request.headers },
    {
      findCredentials: (id) => (id === accessKeyId ? to.credentials : undefined),
      region: to.region,
      service: "s3",
      now: new Date(to.clock.now()),
    },
  );
  if (!verdict.ok) throw new S3Error(verdict.code, verdict.message);
  if (verdict.by === "header" && headers["x-amz-content-sha256"] === undefined) {
    throw new S3Error("InvalidRequest", "Missing required header for this request: x-amz-content-sha256");
  }
  return verdict;
}

function findBucket({ target }: Arrived, to: S3): OpenBucket {
  const bucket = to.buckets.get(target.bucket ?? "");
  if (!bucket) throw new S3Error("NoSuchBucket", undefined, { BucketName: target.bucket ?? "" });
  return bucket;
}

function answerPreflight({ target, headers }: Arrived, to: S3): Answer {
  const rules = to.buckets.get(target.bucket ?? "")?.cors ?? [];
  return { status: 200, headers: toPreflightHeaders(rules, headers) };
}

/** One value for each name; what a presigned query says in place of a header is told as one. */
function readHeaders(request: IncomingMessage, target: Target): Headers {
  const headers: Record<string, string | undefined> = {};
  for (const [name, value] of target.query) {
    if (/^x-amz-/i.test(name)) headers[name.toLowerCase()] = value;
  }
  for (const [name, value] of Object.entries(request.headers)) {
    const text = Array.isArray(value) ? value.join(",") : value;
    headers[name] = text === undefined ? undefined : Buffer.from(text, "latin1").toString("utf8");
  }
  return headers;
}

// Which of S3's operations a request asks for; what is not done here is refused by name.
import { notImplemented, S3Error } from "./s3-error.ts";
import type { Target } from "./target.ts";

/** The operations that are done here. */
export type Operation =
  | "ListBuckets"
  | "HeadBucket"
  | "GetBucketLocation"
  | "ListObjectsV2"
  | "ListMultipartUploads"
  | "DeleteObjects"
  | "GetBucketLifecycle"
  | "PutBucketLifecycle"
  | "DeleteBucketLifecycle"
  | "PostObject"
  | "GetObject"
  | "HeadObject"
  | "PutObject"
  | "CopyObject"
  | "DeleteObject"
  | "GetObjectTagging"
  | "PutObjectTagging"
  | "DeleteObjectTagging"
  | "CreateMultipartUpload"
  | "UploadPart"
  | "ListParts"
  | "CompleteMultipartUpload"
  | "AbortMultipartUpload";

const reading = words(
  "response-cache-control response-content-disposition response-content-encoding response-content-language " +
    "response-content-type response-expires",
);
const listing = words(
  "list-type prefix delimiter max-keys continuation-token start-after encoding-type fetch-owner",
);

/** Query parameters that an operation understands, besides the signature's and `x-id`. */
const understood: Readonly<Record<Operation, readonly string[]>> = {
  ListBuckets: [],
  HeadBucket: [],
  GetBucketLocation: ["location"],
  ListObjectsV2: listing,
  ListMultipartUploads: words("uploads prefix key-marker upload-id-marker max-uploads encoding-type"),
  DeleteObjects: ["delete"],
  GetBucketLifecycle: ["lifecycle"],
  PutBucketLifecycle: ["lifecycle"],
  DeleteBucketLifecycle: ["lifecycle"],
  PostObject: [],
  GetObject: reading,
  HeadObject: reading,
  PutObject: [],
  CopyObject: [],
  DeleteObject: [],
  GetObjectTagging: ["tagging"],
  PutObjectTagging: ["tagging"],
  DeleteObjectTagging: ["tagging"],
  CreateMultipartUpload: ["uploads"],
  UploadPart: words("partNumber uploadId"),
  ListParts: words("uploadId max-parts part-number-marker"),
  CompleteMultipartUpload: ["uploadId"],
  AbortMultipartUpload: ["uploadId"],
};

const known: ReadonlySet<string> = new Set(Object.values(understood).flat());

/**
 * Names the operation of a request.
 *
 * A query parameter that the operation does not understand (`acl`, `versionId`, `torrent` …) would change what the
 * request means, so it is `NotImplemented`, with the parameter's name.
 */
export function selectOperation(method: string, target: Target, copies: boolean): Operation {
  const names = [...target.query.keys()].filter((name) => name !== "x-id" && !/^x-amz-/i.test(name));
  const strange = names.find((name) => !known.has(name));
  if (strange !== undefined) throw notImplemented(`the sub-resource or parameter "${strange}"`);
  const operation = nameOperation(method, target, copies);
  const misplaced = names.find((name) => !understood[operation].includes(name));
  if (misplaced !== undefined) throw notImplemented(`the parameter "${misplaced}" of ${operation}`);
  return operation;
}

function nameOperation(method: string, { bucket, key, query }: Target, copies: boolean): Operation {
  if (bucket === undefined) {
    if (method === "GET") return "ListBuckets";
    throw new S3Error("MethodNotAllowed");
  }
  return key === "" ? nameBucketOperation(method, query) : nameObjectOperation(method, query, copies);
}

const ofBuckets: readonly (readonly [method: string, parameter: string, operation: Operation])[] = [
  ["GET", "uploads", "ListMultipartUploads"],
  ["POST", "delete", "DeleteObjects"],
  ["GET", "location", "GetBucketLocation"],
  ["GET", "lifecycle", "GetBucketLifecycle"],
  ["PUT", "lifecycle", "PutBucketLifecycle"],
  ["DELETE", "lifecycle", "DeleteBucketLifecycle"],
];

const ofObjects: typeof ofBuckets = [
  ["POST", "uploads", "CreateMultipartUpload"],
  ["PUT", "uploadId", "UploadPart"],
  ["GET", "uploadId", "ListParts"],
  ["POST", "uploadId", "CompleteMultipartUpload"],
  ["DELETE", "uploadId", "AbortMultipartUpload"],
  ["GET", "tagging", "GetObjectTagging"],
  ["PUT", "tagging", "PutObjectTagging"],
  ["DELETE", "tagging", "DeleteObjectTagging"],
];

function nameBucketOperation(method: string, query: URLSearchParams): Operation {
  const row = ofBuckets.find(([of, parameter]) => of === method && query.has(parameter));
  if (row) return row[2];
  if (method === "HEAD") return "HeadBucket";
  if (method === "POST") return "PostObject";
  if (method === "GET") {
    if (query.get("list-type") === "2") return "ListObjectsV2";
    throw notImplemented("ListObjects version 1; use ListObjectsV2");
  }
  throw notImplemented(`${method} of a bucket: buckets come from the definition`);
}

function nameObjectOperation(method: string, query: URLSearchParams, copies: boolean): Operation {
  const row = ofObjects.find(([of, parameter]) => of === method && query.has(parameter));
  if (row) return row[2];
  switch (method) {
    case "GET":
      return "GetObject";
    case "HEAD":
      return "HeadObject";
    case "PUT":
      return copies ? "CopyObject" : "PutObject";
    case "DELETE":
      return "DeleteObject";
    default:
      throw new S3Error("MethodNotAllowed");
  }
}

function words(text: string): string[] {
  return text.split(" ");
}

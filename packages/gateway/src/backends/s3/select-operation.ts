// Which of S3's operations a request asks for; what is not done here is refused by name.
import { notImplemented, S3Error } from "./s3-error.ts";
import type { Target } from "./target.ts";

/** The operations that are done here. */
export type Operation =
  | "ListBuckets"
  | "HeadBucket"
  | "ListObjectsV2"
  | "PostObject"
  | "GetObject"
  | "HeadObject"
  | "PutObject"
  | "CopyObject"
  | "DeleteObject";

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
  ListObjectsV2: listing,
  PostObject: [],
  GetObject: reading,
  HeadObject: reading,
  PutObject: [],
  CopyObject: [],
  DeleteObject: [],
};

/**
 * Names the operation of a request.
 *
 * A query parameter that the operation does not understand (`uploads`, `acl`, `tagging`, `versionId` …) would
 * change what the request means, so it is `NotImplemented`, with the parameter's name.
 */
export function selectOperation(method: string, target: Target, copies: boolean): Operation {
  const strange = [...target.query.keys()].find(
    (name) => name !== "x-id" && !/^x-amz-/i.test(name) && !known(name),
  );
  if (strange !== undefined) throw notImplemented(`the sub-resource or parameter "${strange}"`);
  const operation = nameOperation(method, target, copies);
  const misplaced = [...target.query.keys()].find(
    (name) => known(name) && !understood[operation].includes(name),
  );
  if (misplaced !== undefined) throw notImplemented(`the parameter "${misplaced}" of ${operation}`);
  return operation;
}

function known(name: string): boolean {
  return Object.values(understood).some((names) => names.includes(name));
}

function nameOperation(method: string, { bucket, key, query }: Target, copies: boolean): Operation {
  if (bucket === undefined) {
    if (method === "GET") return "ListBuckets";
    throw new S3Error("MethodNotAllowed");
  }
  if (key !== "") return nameObjectOperation(method, copies);
  if (method === "HEAD") return "HeadBucket";
  if (method === "POST") return "PostObject";
  if (method === "GET") {
    if (query.get("list-type") === "2") return "ListObjectsV2";
    throw notImplemented("ListObjects version 1; use ListObjectsV2");
  }
  throw notImplemented(`${method} of a bucket: buckets come from the definition`);
}

function nameObjectOperation(method: string, copies: boolean): Operation {
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

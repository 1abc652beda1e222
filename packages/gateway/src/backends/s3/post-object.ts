// POST of an upload form: a browser's file becomes an object if the form's signed policy allows it.
import { verifyPolicy } from "@gatewright/signature";
import type { Answer, Arrived, OpenBucket, S3 } from "./call.ts";
import { readPieces } from "./call.ts";
import { readPromisedChecksum } from "./checksum.ts";
import { readObjectHeaders } from "./object-headers.ts";
import type { StoredObject } from "./stored-object.ts";
import { checkPostPolicy, type LengthRange } from "./post-policy.ts";
import { toChecksumHeaders, toObject } from "./put-object.ts";
import { checkChecksum } from "./take-body.ts";
import { readTagXml } from "./tags.ts";
import { type FormFile, readForm } from "./read-form.ts";
import { largestUpload, receiveBody, type Received } from "./receive-body.ts";
import { S3Error } from "./s3-error.ts";
import { checkKey } from "./target.ts";
import { toXml } from "./xml.ts";

type Fields = ReadonlyMap<string, string>;

/** A form whose file is on the disk. */
interface Taken {
  readonly fields: Fields;
  readonly received: Received;
}

/**
 * Stores the file of a form.
 *
 * The policy is held against the fields before a byte of the file is written, and against the file's length while it
 * comes; a file that is too long is not kept.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-authentication-HTTPPOST.html
 */
export async function postObject(call: Arrived & { readonly bucket: OpenBucket }, to: S3): Promise<Answer> {
  const { bucket, request } = call;
  const { fields, received } = await readForm(request, (given, file) =>
    takeFile(given, file, { bucket, to }),
  );
  const tags = readTagXml(fields.get("tagging"));
  const object = toObject(fields.get("key") ?? "", received, {
    ...readObjectHeaders(Object.fromEntries(fields)),
    ...(tags && { tags }),
    lastModified: to.clock.now(),
  });
  bucket.store.put(object);
  to.tell("ObjectCreated:Post", { bucket, object, call });
  return toAnswer(object, fields, call);
}

async function takeFile(given: Fields, file: FormFile, at: { bucket: OpenBucket; to: S3 }): Promise<Taken> {
  const fields = fillIn(given, file.name, at.bucket.name);
  const range = admit(given, fields, at.to);
  const promised = readPromisedChecksum(Object.fromEntries(fields));
  const received = await receiveBody(readPieces(file.stream), at.bucket.store, {
    most: Math.min(range.most, largestUpload),
    algorithm: promised?.algorithm,
  });
  try {
    if (received.size < range.least) {
      const details = { ProposedSize: String(received.size), MinSizeAllowed: String(range.least) };
      throw new S3Error("EntityTooSmall", undefined, details);
    }
    checkChecksum(received, promised, new Map());
    return { fields, received };
  } catch (error) {
    await received.draft.discard();
    throw error;
  }
}

/** Whether the form may do what it asks, and how long its file may be. */
function admit(given: Fields, fields: Fields, to: S3): LengthRange {
  const { accessKeyId } = to.credentials;
  const findCredentials = (id: string) => (id === accessKeyId ? to.credentials : undefined);
  const verdict = verifyPolicy(given, { findCredentials, region: to.region, service: "s3" });
  if (!verdict.ok) throw new S3Error(verdict.code, verdict.message);
  const range = checkPostPolicy(verdict.policy, { fields, now: to.clock.now() });
  const key = fields.get("key") ?? "";
  if (key === "") throw new S3Error("InvalidArgument", "Bucket POST must contain a field named 'key'.");
  checkKey(key);
  readTagXml(fields.get("tagging"));
  readObjectHeaders(Object.fromEntries(fields));
  readRedirect(fields);
  return range;
}

/** The fields with the file's name where the form asks for it, and the bucket of the URL. */
function fillIn(given: Fields, path: string, bucket: string): Map<string, string> {
  const name = path.slice(Math.max(path.lastIndexOf("/"), path.lastIndexOf("\\")) + 1);
  const fields = new Map(given);
  const key = fields.get("key");
  if (key !== undefined)
    fields.set(
      "key",
      key.replaceAll("${filename}", () => name),
    );
  if ((fields.get("bucket") ?? bucket) !== bucket) {
    throw new S3Error("AccessDenied", "Invalid according to Policy: the form is for another bucket.");
  }
  return fields.set("bucket", bucket);
}

function readRedirect(fields: Fields): URL | undefined {
  const text = fields.get("success_action_redirect") ?? fields.get("redirect");
  if (text === undefined) return undefined;
  const url = URL.parse(text);
  if (url?.protocol === "http:" || url?.protocol === "https:") return url;
  throw new S3Error("InvalidArgument", "success_action_redirect must be an absolute http or https URL.");
}

function toAnswer(
  object: StoredObject,
  fields: Fields,
  call: Arrived & { readonly bucket: OpenBucket },
): Answer {
  const etag = `"${object.etag}"`;
  const bucket = call.bucket.name;
  const path = object.key.split("/").map(encodeURIComponent).join("/");
  const base = call.target.bucketInHost ? "" : `/${bucket}`;
  const location = `http://${call.headers["host"] ?? "127.0.0.1"}${base}/${path}`;
  const headers = { etag, location, ...toChecksumHeaders(object) };
  const redirect = readRedirect(fields);
  if (redirect) {
    redirect.searchParams.append("bucket", bucket);
    redirect.searchParams.append("key", object.key);
    redirect.searchParams.append("etag", etag);
    return { status: 303, headers: { ...headers, location: redirect.href } };
  }
  const status = fields.get("success_action_status");
  if (status === "200") return { status: 200, headers };
  if (status !== "201") return { status: 204, headers };
  const body = toXml("PostResponse", [
    ["Location", location],
    ["Bucket", bucket],
    ["Key", object.key],
    ["ETag", etag],
  ]);
  return { status: 201, headers: { ...headers, "content-type": "application/xml" }, body };
}

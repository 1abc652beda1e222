// Tags of an object: read from a header, a form or a document, and kept within S3's limits.
import type { Admitted, Answer, S3 } from "./call.ts";
import type { StoredObject } from "./stored-object.ts";
import { insideOf, listOf, readXml, textOf } from "./read-xml.ts";
import { S3Error } from "./s3-error.ts";
import { takeText } from "./take-body.ts";
import { s3Namespace, toXml, type XmlNode } from "./xml.ts";

type Tags = Readonly<Record<string, string>>;

/** Reads `x-amz-tagging`: pairs as in a query. @throws S3Error `InvalidTag`, `BadRequest` */
export function readTagQuery(text: string): Tags {
  return checked([...new URLSearchParams(text)]);
}

/** Reads a `Tagging` document. @throws S3Error `MalformedXML`, `InvalidTag`, `BadRequest` */
export function readTagXml(text: string | undefined): Tags | undefined {
  if (text === undefined) return undefined;
  const set = insideOf(readXml(text, "Tagging"), "TagSet");
  if (set === undefined) throw new S3Error("MalformedXML");
  return checked(listOf(set, "Tag").map((tag) => [textOf(tag, "Key") ?? "", textOf(tag, "Value") ?? ""]));
}

/** Tells an object's tags. */
export function getTags(call: Admitted): Answer {
  const tags = Object.entries(find(call).tags ?? {}).map(([key, value]): XmlNode => [
    "Tag",
    [
      ["Key", key],
      ["Value", value],
    ],
  ]);
  const body = toXml("Tagging", [["TagSet", tags]], s3Namespace);
  return { status: 200, headers: { "content-type": "application/xml" }, body };
}

/** Gives an object other tags; its bytes and its date stay. */
export async function putTags(call: Admitted, to: S3): Promise<Answer> {
  const tags = readTagXml(await takeText(call, to)) ?? {};
  const object = { ...find(call), tags };
  call.bucket.store.put(object);
  to.tell("ObjectTagging:Put", { bucket: call.bucket, object, call });
  return { status: 200 };
}

/** Takes an object's tags away. */
export function deleteTags(call: Admitted, to: S3): Answer {
  const { tags: _, ...object } = find(call);
  call.bucket.store.put(object);
  to.tell("ObjectTagging:Delete", { bucket: call.bucket, object, call });
  return { status: 204 };
}

function find({ bucket, target }: Admitted): StoredObject {
  const object = bucket.store.find(target.key);
  if (!object) throw new S3Error("NoSuchKey", undefined, { Key: target.key });
  return object;
}

/** @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-tagging.html */
function checked(pairs: readonly (readonly [string, string])[]): Tags {
  if (pairs.length > 10) throw new S3Error("BadRequest", "Object tags cannot be greater than 10");
  const tags = Object.fromEntries(pairs);
  if (Object.keys(tags).length < pairs.length) {
    throw new S3Error("InvalidTag", "Cannot provide multiple Tags with the same key");
  }
  for (const [key, value] of pairs) {
    const fits =
      /^[\p{L}\p{Z}\p{N}_.:/=+\-@]{1,128}$/u.test(key) && /^[\p{L}\p{Z}\p{N}_.:/=+\-@]{0,256}$/u.test(value);
    if (!fits) throw new S3Error("InvalidTag");
  }
  return tags;
}

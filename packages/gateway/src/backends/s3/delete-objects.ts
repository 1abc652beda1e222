// DeleteObjects: up to a thousand objects by one request.
import type { Admitted, Answer, S3 } from "./call.ts";
import { listOf, readXml, textOf } from "./read-xml.ts";
import { S3Error } from "./s3-error.ts";
import { takeText } from "./take-body.ts";
import { s3Namespace, toXml, type XmlNode } from "./xml.ts";

/**
 * Removes objects; one that is not there is removed already.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjects.html
 */
export async function deleteObjects(call: Admitted, to: S3): Promise<Answer> {
  const { bucket, headers } = call;
  const isProtected = Object.keys(headers).some((name) =>
    /^(content-md5|x-amz-checksum-.*|x-amz-trailer)$/.test(name),
  );
  if (!isProtected)
    throw new S3Error(
      "InvalidRequest",
      "Missing required header for this request: Content-MD5 OR x-amz-checksum-*",
    );
  const document = readXml(await takeText(call, to), "Delete");
  const keys = listOf(document, "Object").map((object) => textOf(object, "Key"));
  if (keys.length === 0 || keys.length > 1000) throw new S3Error("MalformedXML");
  const isQuiet = textOf(document, "Quiet") === "true";
  const nodes = keys.map((key): XmlNode => {
    if (key === undefined || key === "") throw new S3Error("MalformedXML");
    bucket.store.remove(key);
    to.tell("ObjectRemoved:Delete", { bucket, object: { key }, call });
    return ["Deleted", [["Key", key]]];
  });
  const body = toXml("DeleteResult", isQuiet ? [] : nodes, s3Namespace);
  return { status: 200, headers: { "content-type": "application/xml" }, body };
}

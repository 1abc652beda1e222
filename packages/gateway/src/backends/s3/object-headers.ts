// Which headers or form fields become part of an object; what is not supported is refused by name.
import { notImplemented, S3Error } from "./s3-error.ts";
import type { StoredObject } from "./stored-object.ts";
import { readTagQuery } from "./tags.ts";

const kept = new Set(
  "cache-control content-disposition content-encoding content-language content-type expires".split(" "),
);
const metaStart = "x-amz-meta-";
const metadataBytesAtMost = 2048;

/** `x-amz-*` names that belong to the request, not to the object. */
const ofTheRequest =
  /^x-amz-(algorithm|credential|signature|signedheaders|expires|date|content-sha256|security-token|user-agent|trailer|decoded-content-length|sdk-checksum-algorithm|checksum-(?!algorithm).*|copy-source.*|metadata-directive|tagging-directive|mp-object-size|request-payer)$/;

/** The only value that is the same as not asking, for what is not supported. */
const harmless: Readonly<Record<string, readonly string[]>> = {
  "x-amz-storage-class": ["STANDARD"],
  "x-amz-server-side-encryption": ["AES256"],
  "x-amz-acl": ["private", "bucket-owner-full-control"],
};

/**
 * Reads an object's headers and metadata from what the caller sent, names in lower case.
 *
 * @throws S3Error `NotImplemented` for locks, keys and other wishes that would be dropped; `MetadataTooLarge`
 *   over 2 KB; `AccessControlListNotSupported` for an ACL.
 */
export function readObjectHeaders(
  given: Readonly<Record<string, string | undefined>>,
): Pick<StoredObject, "headers" | "metadata" | "tags"> {
  const headers: Record<string, string> = {};
  const metadata: Record<string, string> = Object.create(null) as Record<string, string>; // names come from outside
  let metadataBytes = 0;
  for (const [name, value] of Object.entries(given)) {
    if (value === undefined) continue;
    if (hasControls(value))
      throw new S3Error("InvalidArgument", `The value of ${name} holds control characters.`);
    if (name.startsWith(metaStart)) {
      const short = name.slice(metaStart.length);
      metadata[short] = value;
      metadataBytes += Buffer.byteLength(short) + Buffer.byteLength(value);
    } else if (name.startsWith("x-amz-") && name !== "x-amz-tagging") assertHarmless(name, value);
    else if (kept.has(name)) headers[name] = value;
  }
  if (metadataBytes > metadataBytesAtMost) throw new S3Error("MetadataTooLarge");
  const encoding = withoutFraming(headers["content-encoding"]);
  if (encoding === undefined) delete headers["content-encoding"];
  else headers["content-encoding"] = encoding;
  const tags = given["x-amz-tagging"];
  return {
    headers: { "content-type": "binary/octet-stream", ...headers },
    metadata,
    ...(tags !== undefined && { tags: readTagQuery(tags) }),
  };
}

/** Whether a text holds what may not stand in a header: it would end the line. */
export function hasControls(text: string): boolean {
  // oxlint-disable-next-line no-control-regex -- control characters are what is looked for
  return /[\u0000-\u0008\u000a-\u001f\u007f]/.test(text);
}

function assertHarmless(name: string, value: string): void {
  if (ofTheRequest.test(name)) return;
  if (harmless[name]?.includes(value)) return;
  if (name === "x-amz-acl" || name.startsWith("x-amz-grant-"))
    throw new S3Error("AccessControlListNotSupported");
  throw notImplemented(`the header ${name}`);
}

/** `aws-chunked` describes the wire, not the object. */
function withoutFraming(encoding: string | undefined): string | undefined {
  const codings = (encoding ?? "").split(",").map((coding) => coding.trim());
  return codings.filter((coding) => coding !== "" && coding !== "aws-chunked").join(", ") || undefined;
}

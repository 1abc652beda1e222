// A signature over an upload form: for a browser that may send one object, within the policy's conditions.
import type { Signer } from "./credentials.ts";
import { assertExpiry } from "./presign-url.ts";
import { algorithm, signText, toScopeText } from "./signing-key.ts";
import { toAmzDate } from "./timestamp.ts";

/**
 * One rule of an upload form.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-HTTPPOSTConstructPolicy.html
 */
export type PolicyCondition =
  | Readonly<Record<string, string>>
  | readonly ["eq" | "starts-with", field: `$${string}`, value: string]
  | readonly ["content-length-range", least: number, most: number];

/** The upload that a form allows. */
export interface PostToPresign {
  readonly bucket: string;
  /** The exact object key; one that ends in `${filename}` allows every name after what stands before it. */
  readonly key: string;
  /** Fields that the browser must send with exactly these values. */
  readonly fields?: Readonly<Record<string, string>>;
  /** Rules besides the fields', as `["content-length-range", 1, 1024]`. */
  readonly conditions?: readonly PolicyCondition[];
  /** Seconds, 1 to 604800. */
  readonly expires: number;
}

/** Signs a base64 policy document: the form field `X-Amz-Signature`. */
export function signPolicy(policy: string, signer: Signer): string {
  const { credentials, region, service, now = new Date() } = signer;
  return signText(policy, credentials.secretAccessKey, {
    day: toAmzDate(now).slice(0, 8),
    region,
    service,
  });
}

/**
 * Makes the fields of an upload form: the given ones, the policy that demands them, and its signature.
 *
 * Send them as `multipart/form-data` in this order, the file last.
 *
 * @throws `EXPIRY_OUT_OF_RANGE`
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-authentication-HTTPPOST.html
 */
export function presignPost(post: PostToPresign, signer: Omit<Signer, "service">): Record<string, string> {
  assertExpiry(post.expires);
  const { credentials, region, now = new Date() } = signer;
  const amzDate = toAmzDate(now);
  const scope = { day: amzDate.slice(0, 8), region, service: "s3" };
  const fields: Record<string, string> = {
    ...post.fields,
    bucket: post.bucket,
    "X-Amz-Algorithm": algorithm,
    "X-Amz-Credential": `${credentials.accessKeyId}/${toScopeText(scope)}`,
    "X-Amz-Date": amzDate,
    ...(credentials.sessionToken && { "X-Amz-Security-Token": credentials.sessionToken }),
  };
  const expiration = new Date(now.getTime() + post.expires * 1000);
  const conditions = [
    ...(post.conditions ?? []),
    ...Object.entries(fields).map(([name, value]) => ({ [name]: value })),
    toKeyCondition(post.key),
  ];
  const document = { expiration: `${expiration.toISOString().slice(0, 19)}Z`, conditions };
  const policy = Buffer.from(JSON.stringify(document)).toString("base64");
  const signature = signPolicy(policy, { credentials, region, service: "s3", now });
  return { ...fields, key: post.key, Policy: policy, "X-Amz-Signature": signature };
}

function toKeyCondition(key: string): PolicyCondition {
  const placeholder = "${filename}";
  return key.endsWith(placeholder) ? ["starts-with", "$key", key.slice(0, -placeholder.length)] : { key };
}

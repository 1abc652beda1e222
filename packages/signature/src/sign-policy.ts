// A signature over an upload form: for a browser that may send one object, within the policy's conditions.
import type { Signer } from "./credentials.ts";
import { assertExpiry } from "./presign-url.ts";
import { algorithm, type Scope, signText, toScopeText } from "./signing-key.ts";
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
  const desk = openDesk(post.bucket, { credentials, region }, now);
  const fields: Record<string, string> = {};
  const conditions = (post.conditions ?? []).map((condition) => JSON.stringify(condition));
  for (const name in post.fields) {
    const value = post.fields[name];
    if (value === undefined || Object.hasOwn(desk.fields, name)) continue;
    fields[name] = value;
    conditions.push(toConditionText(name, value));
  }
  conditions.push(desk.text, toKeyText(post.key));
  const expiration = toIsoSecond(now.getTime() + post.expires * 1000);
  const document = `{"expiration":"${expiration}","conditions":[${conditions.join(",")}]}`;
  const policy = Buffer.from(document).toString("base64");
  Object.assign(fields, desk.fields);
  fields["key"] = post.key;
  fields["Policy"] = policy;
  fields["X-Amz-Signature"] = signText(policy, credentials.secretAccessKey, desk.scope);
  return fields;
}

/** What every form of one bucket, signer and second has in common: written once, then only looked up. */
interface Desk {
  readonly bucket: string;
  /** Since the epoch. */
  readonly second: number;
  readonly accessKeyId: string;
  readonly sessionToken: string | undefined;
  readonly scope: Scope;
  readonly fields: Readonly<Record<string, string>>;
  /** The fields as conditions, with commas between them. */
  readonly text: string;
}

let latest: Desk | undefined;

function openDesk(
  bucket: string,
  { credentials, region }: Pick<Signer, "credentials" | "region">,
  now: Date,
): Desk {
  const { accessKeyId, sessionToken } = credentials;
  const second = Math.floor(now.getTime() / 1000);
  if (
    latest !== undefined &&
    latest.second === second &&
    latest.bucket === bucket &&
    latest.scope.region === region &&
    latest.accessKeyId === accessKeyId &&
    latest.sessionToken === sessionToken
  ) {
    return latest;
  }
  const amzDate = toAmzDate(now);
  const scope = { day: amzDate.slice(0, 8), region, service: "s3" };
  const fields: Record<string, string> = {
    bucket,
    "X-Amz-Algorithm": algorithm,
    "X-Amz-Credential": `${accessKeyId}/${toScopeText(scope)}`,
    "X-Amz-Date": amzDate,
    ...(sessionToken && { "X-Amz-Security-Token": sessionToken }),
  };
  const text = Object.entries(fields).map(([name, value]) => toConditionText(name, value));
  latest = { bucket, second, accessKeyId, sessionToken, scope, fields, text: text.join(",") };
  return latest;
}

function toConditionText(name: string, value: string): string {
  return `{${JSON.stringify(name)}:${JSON.stringify(value)}}`;
}

function toKeyText(key: string): string {
  const placeholder = "${filename}";
  return key.endsWith(placeholder)
    ? JSON.stringify(["starts-with", "$key", key.slice(0, -placeholder.length)])
    : toConditionText("key", key);
}

let latestSecond = { second: -1, text: "" };

function toIsoSecond(time: number): string {
  const second = Math.floor(time / 1000);
  if (second !== latestSecond.second) {
    latestSecond = { second, text: `${new Date(time).toISOString().slice(0, 19)}Z` };
  }
  return latestSecond.text;
}

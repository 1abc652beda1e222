// The same ticket made by us and by the AWS SDK.
import { randomUUID } from "node:crypto";
import { PutObjectCommand, S3Client, UploadPartCommand } from "@aws-sdk/client-s3";
import { createPresignedPost } from "@aws-sdk/s3-presigned-post";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import { presignText } from "@gatewright/signature";
import { uploadTo } from "@gatewright/uploads";

/** One way to a ticket. */
export interface Kind {
  readonly name: string;
  /** What it is measured against. */
  readonly rival?: string;
  readonly make: () => Promise<unknown>;
}

const bucket = "cats";
const region = "us-east-1";
const credentials = {
  accessKeyId: "AKIDBENCH",
  secretAccessKey: "bench/secret",
  sessionToken: "token".repeat(150),
};
const rules = { maxBytes: 1_000_000, types: ["image/*"] };
const file = { filename: "cat.png", contentType: "image/png", size: 1234, owner: "ada" };
const post = uploadTo({ bucket, region, credentials, rules });
const put = uploadTo({ bucket, region, credentials, rules, method: "put" });
const s3 = new S3Client({ region, credentials, requestChecksumCalculation: "WHEN_REQUIRED" });
const promise = { owner: "ada", name: "cat.png", size: "1234" };
const key = () => `${randomUUID()}/cat.png`;
const signed = new Set([
  "content-type",
  "content-length",
  "if-none-match",
  ...Object.keys(promise).map((name) => `x-amz-meta-${name}`),
]);
const uploadId = "u".repeat(120);

export const kinds: readonly Kind[] = [
  { name: "POST form, ours", rival: "POST form, s3-presigned-post", make: () => post.ticket(file) },
  {
    name: "POST form, s3-presigned-post",
    make: () =>
      createPresignedPost(s3, {
        Bucket: bucket,
        Key: key(),
        Expires: 900,
        Conditions: [["content-length-range", file.size, file.size]],
        Fields: {
          "Content-Type": file.contentType,
          "x-amz-meta-owner": promise.owner,
          "x-amz-meta-name": promise.name,
          "x-amz-meta-size": promise.size,
        },
      }),
  },
  { name: "PUT URL, ours", rival: "PUT URL, s3-request-presigner", make: () => put.ticket(file) },
  {
    name: "PUT URL, s3-request-presigner",
    make: () =>
      getSignedUrl(
        s3,
        new PutObjectCommand({
          Bucket: bucket,
          Key: key(),
          ContentType: file.contentType,
          ContentLength: file.size,
          IfNoneMatch: "*",
          Metadata: promise,
        }),
        { expiresIn: 900, signableHeaders: signed, unhoistableHeaders: signed },
      ),
  },
  {
    name: "part URL, ours",
    rival: "part URL, s3-request-presigner",
    make: async () =>
      presignText(
        {
          method: "PUT",
          origin: "https://cats.s3.us-east-1.amazonaws.com",
          host: "cats.s3.us-east-1.amazonaws.com",
          path: `/${key()}`,
          query: [
            ["partNumber", "7"],
            ["uploadId", uploadId],
          ],
          headers: { "content-length": "8388608" },
          expires: 900,
        },
        { credentials, region, service: "s3" },
      ),
  },
  {
    name: "part URL, s3-request-presigner",
    make: () =>
      getSignedUrl(
        s3,
        new UploadPartCommand({
          Bucket: bucket,
          Key: key(),
          PartNumber: 7,
          UploadId: uploadId,
          ContentLength: 8_388_608,
        }),
        { expiresIn: 900, signableHeaders: new Set(["content-length"]) },
      ),
  },
];

/** Microseconds of the processor for each ticket, in a process of its own: what others do there counts against nobody. */
export async function measureCost({ make }: Kind, count: number): Promise<number> {
  for (let done = 0; done < count; done++) await make();
  const since = process.cpuUsage();
  for (let done = 0; done < count; done++) await make();
  const { user, system } = process.cpuUsage(since);
  return (user + system) / count;
}

// One form of the SDK's.
import { S3Client } from "@aws-sdk/client-s3";
import { createPresignedPost } from "@aws-sdk/s3-presigned-post";
import { bucket, credentials, region, report } from "./setting.ts";

const client = new S3Client({ region, credentials });
void createPresignedPost(client, {
  Bucket: bucket,
  Key: "a/cat.png",
  Conditions: [["content-length-range", 1234, 1234]],
}).then(({ url }) => report(url));

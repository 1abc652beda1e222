// One URL of the SDK's.
import { PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import { bucket, credentials, region, report } from "./setting.ts";

const client = new S3Client({ region, credentials, requestChecksumCalculation: "WHEN_REQUIRED" });
const put = new PutObjectCommand({
  Bucket: bucket,
  Key: "a/cat.png",
  ContentLength: 1234,
  ContentType: "image/png",
});
void getSignedUrl(client, put, { expiresIn: 900 }).then(report);

// An S3 bucket: its name and its CORS rules.
import type { Bucket, BucketCorsRule } from "../model/resources.ts";
import type { Cursor } from "./cursor.ts";
import type { Names } from "./names.ts";

/**
 * Reads the properties of an AWS::S3::Bucket.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-s3-bucket.html
 */
export function readBucket(logicalId: string, at: Cursor, names: Names): Bucket {
  if (!at.isGiven) return { logicalId, name: names.generated(logicalId).toLowerCase(), cors: [] };
  return {
    logicalId,
    name:
      at
        .optional("BucketName")
        ?.matching(
          /^(?=.{3,63}$)[a-z0-9](?:[a-z0-9.-]*[a-z0-9])$/,
          "3 to 63 small letters, digits, - and ., a letter or digit at both ends",
        ) ?? names.generated(logicalId).toLowerCase(),
    cors: (at.optional("CorsConfiguration")?.at("CorsRules").items() ?? []).map(readRule),
  };
}

function readRule(at: Cursor): BucketCorsRule {
  const maxAge = at.optional("MaxAge")?.number({ min: 0, max: Infinity });
  const methods = at.at("AllowedMethods");
  at.at("Id").skip();
  return {
    allowedOrigins: at.at("AllowedOrigins").texts(),
    allowedMethods: (methods.isList ? methods.items() : [methods]).map((item) =>
      item.oneOf(["GET", "PUT", "POST", "DELETE", "HEAD"]),
    ),
    allowedHeaders: at.optional("AllowedHeaders")?.texts() ?? [],
    exposedHeaders: at.optional("ExposedHeaders")?.texts() ?? [],
    ...(maxAge !== undefined && { maxAgeSeconds: maxAge }),
  };
}

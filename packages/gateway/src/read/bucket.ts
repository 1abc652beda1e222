// An S3 bucket: its name, its CORS rules, what it tells functions, and what does not stay in it.
import type { Bucket, BucketCorsRule, LifecycleRule } from "../model/resources.ts";
import { type BucketContext, readNotifications } from "./bucket-notifications.ts";
import type { Cursor } from "./cursor.ts";

/**
 * Reads the properties of an AWS::S3::Bucket.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-s3-bucket.html
 */
export function readBucket(logicalId: string, at: Cursor, { names, table }: BucketContext): Bucket {
  if (!at.isGiven) return { logicalId, name: names.generated(logicalId).toLowerCase(), cors: [] };
  const notifications = readNotifications(at.optional("NotificationConfiguration"), { names, table });
  const lifecycle = (at.optional("LifecycleConfiguration")?.at("Rules").items() ?? []).map(readLifecycle);
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
    ...(notifications.length > 0 && { notifications }),
    ...(lifecycle.length > 0 && { lifecycle }),
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

/** Days are acted upon; transitions and versions are not, and are told as not read. */
function readLifecycle(at: Cursor, index: number): LifecycleRule {
  const days = (cursor: Cursor | undefined) => cursor?.number({ min: 1, max: 100_000 });
  const expirationDays = days(at.optional("ExpirationInDays"));
  const abortDays = days(at.optional("AbortIncompleteMultipartUpload")?.at("DaysAfterInitiation"));
  return {
    id: at.optional("Id")?.text() ?? `rule-${index + 1}`,
    enabled: at.at("Status").oneOf(["Enabled", "Disabled"]) === "Enabled",
    prefix: at.optional("Prefix")?.text() ?? "",
    ...(expirationDays !== undefined && { expirationDays }),
    ...(abortDays !== undefined && { abortDays }),
  };
}

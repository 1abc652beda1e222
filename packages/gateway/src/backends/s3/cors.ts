// Which page of another origin may talk to a bucket: the bucket's own rules.
import type { BucketCorsRule } from "../../model/resources.ts";
import { S3Error } from "./s3-error.ts";

/** What a browser says about itself, lower-case names. */
type Asking = Readonly<Record<string, string | undefined>>;

const vary = "Origin, Access-Control-Request-Headers, Access-Control-Request-Method";

/**
 * Answers a preflight by the first rule that allows origin, method and every header.
 *
 * @throws S3Error `BadRequest` without an origin or a method, `AccessForbidden` where no rule fits.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/cors.html
 */
export function toPreflightHeaders(rules: readonly BucketCorsRule[], asking: Asking): Record<string, string> {
  const origin = asking["origin"];
  const method = asking["access-control-request-method"];
  const wanted = splitList(asking["access-control-request-headers"]);
  if (!origin) throw new S3Error("BadRequest");
  if (!method) throw new S3Error("BadRequest", "Invalid Access-Control-Request-Method: null");
  const rule = findRule(rules, origin, method);
  const fits = rule && wanted.every((name) => rule.allowedHeaders.some((allowed) => matches(allowed, name)));
  if (!fits) throw new S3Error("AccessForbidden");
  return {
    ...toCorsHeaders([rule], { origin, method }),
    ...(wanted.length > 0 && { "access-control-allow-headers": wanted.join(", ") }),
    ...(rule.maxAgeSeconds !== undefined && { "access-control-max-age": String(rule.maxAgeSeconds) }),
  };
}

/** The headers that let a page read the answer, errors included; none where no rule fits. */
export function toCorsHeaders(
  rules: readonly BucketCorsRule[],
  { origin, method }: { readonly origin: string | undefined; readonly method: string },
): Record<string, string> {
  const rule = origin === undefined ? undefined : findRule(rules, origin, method);
  if (!rule || origin === undefined) return {};
  const everyone = rule.allowedOrigins.includes("*");
  return {
    "access-control-allow-origin": everyone ? "*" : origin,
    "access-control-allow-methods": rule.allowedMethods.join(", "),
    ...(!everyone && { "access-control-allow-credentials": "true" }),
    ...(rule.exposedHeaders.length > 0 && {
      "access-control-expose-headers": rule.exposedHeaders.join(", "),
    }),
    vary,
  };
}

function findRule(
  rules: readonly BucketCorsRule[],
  origin: string,
  method: string,
): BucketCorsRule | undefined {
  return rules.find(
    (rule) =>
      rule.allowedMethods.includes(method) && rule.allowedOrigins.some((allowed) => matches(allowed, origin)),
  );
}

/** At most one `*`, which stands for anything; letters' case does not matter. */
function matches(pattern: string, text: string): boolean {
  const [before = "", after] = pattern.toLowerCase().split("*", 2);
  const given = text.toLowerCase();
  if (after === undefined) return given === before;
  return given.length >= before.length + after.length && given.startsWith(before) && given.endsWith(after);
}

function splitList(list: string | undefined): string[] {
  return (list ?? "")
    .split(",")
    .map((name) => name.trim().toLowerCase())
    .filter((name) => name !== "");
}

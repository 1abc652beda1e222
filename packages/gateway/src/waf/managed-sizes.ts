// The size rules of AWS's own common rule set.
import type { WafField } from "../model/web-acl.ts";

/**
 * What is larger than this is blocked.
 *
 * @see https://docs.aws.amazon.com/waf/latest/developerguide/aws-managed-rule-groups-baseline.html
 */
export const commonSizes: readonly {
  readonly name: string;
  readonly field: WafField;
  readonly size: number;
}[] = [
  { name: "SizeRestrictions_QUERYSTRING", field: { of: "query" }, size: 2048 },
  { name: "SizeRestrictions_Cookie_HEADER", field: { of: "header", name: "cookie" }, size: 10_240 },
  { name: "SizeRestrictions_BODY", field: { of: "body" }, size: 8192 },
  { name: "SizeRestrictions_URIPATH", field: { of: "path" }, size: 1024 },
];

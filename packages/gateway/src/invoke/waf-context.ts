// What `$context` says of the web ACL.
import type { WafVerdict } from "../waf/web-acl.ts";

/** `wafResponseCode` and `webaclArn`; neither where the stage has no web ACL. */
export function toWafContext(waf: WafVerdict | null | undefined): {
  readonly wafResponseCode?: string;
  readonly webaclArn?: string;
} {
  return waf ? { wafResponseCode: waf.responseCode, webaclArn: waf.webAclArn } : {};
}

// What API Gateway says of an Authorization header that should be a signature (SigV4) and is none.
import type { HeaderPair } from "./application.ts";
import { lastHeader } from "./headers.ts";

const required = ["Credential", "Signature", "SignedHeaders"];

/**
 * Says what is wrong with an `Authorization` header, in the words that were observed; `undefined` where it has the parts
 * of a signature.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-authentication-methods.html
 */
export function judgeAuthorization(value: string, headers: readonly HeaderPair[]): string | undefined {
  const space = value.indexOf(" ");
  const pairs = space < 0 ? [] : value.slice(space + 1).split(",");
  const names = new Set<string>();
  for (const pair of pairs) {
    const [name = "", ...rest] = pair.trim().split("=");
    if (rest.length === 0) {
      return `'${name}' not a valid key=value pair (missing equal-sign) in Authorization header: '${value}'.`;
    }
    names.add(name);
  }
  const missing = required
    .filter((name) => !names.has(name))
    .map((name) => `Authorization header requires '${name}' parameter.`);
  if (lastHeader(headers, "x-amz-date") === undefined && lastHeader(headers, "date") === undefined) {
    missing.push("Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.");
  }
  return missing.length === 0 ? undefined : `${missing.join(" ")} Authorization=${value}`;
}

// The other end of an upload form's signature: was this policy really written by who it says?
import { type Refusal, refuse } from "./refusal.ts";
import { readCredential } from "./read-claim.ts";
import { sameText } from "./same-text.ts";
import { algorithm, signText } from "./signing-key.ts";
import { readAmzDate } from "./timestamp.ts";
import type { Verifier } from "./verify-request.ts";

/**
 * Checks the signature of an upload form's policy; the policy's own conditions and expiry are the caller's to hold.
 *
 * @param fields The form's fields with their names in lower case.
 * @returns the policy document as text, not yet parsed.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-authentication-HTTPPOST.html
 */
export function verifyPolicy(
  fields: ReadonlyMap<string, string>,
  verifier: Omit<Verifier, "now">,
): { readonly ok: true; readonly policy: string; readonly accessKeyId: string } | Refusal {
  const policy = fields.get("policy");
  const signature = fields.get("x-amz-signature");
  if (policy === undefined || signature === undefined) return refuse("AccessDenied");
  const credential = readCredential(fields.get("x-amz-credential") ?? "");
  const amzDate = fields.get("x-amz-date") ?? "";
  if (fields.get("x-amz-algorithm") !== algorithm || !credential || readAmzDate(amzDate) === undefined) {
    return refuse("InvalidRequest");
  }
  const { scope, accessKeyId } = credential;
  if (
    scope.region !== verifier.region ||
    scope.service !== verifier.service ||
    scope.day !== amzDate.slice(0, 8)
  ) {
    return refuse("InvalidRequest", "The form's credential is for another day, region or service.");
  }
  const credentials = verifier.findCredentials(accessKeyId);
  if (!credentials) return refuse("InvalidAccessKeyId");
  if (!sameText(fields.get("x-amz-security-token") ?? "", credentials.sessionToken ?? "")) {
    return refuse("InvalidToken");
  }
  return sameText(signText(policy, credentials.secretAccessKey, scope), signature)
    ? { ok: true, policy: Buffer.from(policy, "base64").toString("utf8"), accessKeyId }
    : refuse("SignatureDoesNotMatch");
}

// The other end of a signature: is this request really from who it says?
import { toCanonicalRequest, toStringToSign } from "./canonical-request.ts";
import type { Credentials } from "./credentials.ts";
import { unsignedPayload } from "./payload-hash.ts";
import { type Claim, readClaim, type RequestToVerify } from "./read-claim.ts";
import { type Refusal, refuse } from "./refusal.ts";
import { sameText } from "./same-text.ts";
import { type Scope, signText } from "./signing-key.ts";

/** What a server knows of those who may sign. */
export interface Verifier {
  readonly findCredentials: (accessKeyId: string) => Credentials | undefined;
  readonly region: string;
  readonly service: string;
  readonly now: Date;
  /** How far the clocks of both ends may differ, in milliseconds. @default 15 minutes, as S3 has it */
  readonly skewMs?: number;
}

/** A signature that is accepted. */
export interface Accepted {
  readonly ok: true;
  readonly by: "header" | "query";
  readonly accessKeyId: string;
  readonly signature: string;
  readonly amzDate: string;
  readonly scope: Scope;
  /** What the signature says about the body; the server holds the body against it. */
  readonly payloadHash: string;
  readonly signedHeaders: Readonly<Record<string, string>>;
}

const defaultSkewMs = 15 * 60_000;

/**
 * Checks the signature of a request, in its `authorization` header or in its query.
 *
 * Nothing is thrown: who is not let in gets AWS's code, status and sentence. A request without any signature
 * is `AccessDenied`. Every `x-amz-*` header that arrived must be signed.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-authenticating-requests.html
 */
export function verifyRequest(request: RequestToVerify, verifier: Verifier): Accepted | Refusal {
  const claim = readClaim(request, verifier.service);
  if (!claim.ok) return claim;
  return refuseScope(claim, verifier) ?? refuseTime(claim, verifier) ?? prove(claim, request, verifier);
}

function refuseScope(claim: Claim, { region, service }: Verifier): Refusal | undefined {
  const { scope, malformed } = claim;
  if (scope.region !== region) {
    return refuse(malformed, `The credential's region '${scope.region}' is wrong; expecting '${region}'.`);
  }
  if (scope.service !== service) {
    return refuse(malformed, `The credential's service '${scope.service}' is wrong; expecting '${service}'.`);
  }
  return scope.day === claim.amzDate.slice(0, 8)
    ? undefined
    : refuse(malformed, "The credential's day is not the day of X-Amz-Date.");
}

/** Whether a moment (milliseconds) is too far from the verifier's now for a signature in the header. */
export function isSkewed(
  time: number,
  { now, skewMs = defaultSkewMs }: Pick<Verifier, "now" | "skewMs">,
): boolean {
  return Math.abs(now.getTime() - time) > skewMs;
}

function refuseTime(claim: Claim, verifier: Verifier): Refusal | undefined {
  const { skewMs = defaultSkewMs } = verifier;
  const now = verifier.now.getTime();
  if (claim.expires === undefined) {
    return isSkewed(claim.time, verifier) ? refuse("RequestTimeTooSkewed") : undefined;
  }
  if (claim.time - now > skewMs) return refuse("AccessDenied", "Request is not valid yet");
  return now > claim.time + claim.expires * 1000 ? refuse("AccessDenied", "Request has expired") : undefined;
}

function prove(claim: Claim, request: RequestToVerify, verifier: Verifier): Accepted | Refusal {
  const credentials = verifier.findCredentials(claim.accessKeyId);
  if (!credentials) return refuse("InvalidAccessKeyId");
  if (!sameText(claim.securityToken ?? "", credentials.sessionToken ?? "")) return refuse("InvalidToken");
  const payloadHash = request.payloadHash ?? claim.payloadHash ?? unsignedPayload;
  const expected = expectedSignature(claim, { ...request, payloadHash }, credentials.secretAccessKey);
  if (expected === undefined) return refuse("InvalidURI");
  if (!sameText(expected.signature, claim.signature)) {
    const { canonicalRequest, stringToSign } = expected;
    return { ...refuse("SignatureDoesNotMatch"), expected: { canonicalRequest, stringToSign } };
  }
  const { accessKeyId, signature, amzDate, scope, by, signedHeaders } = claim;
  return { ok: true, by, accessKeyId, signature, amzDate, scope, payloadHash, signedHeaders };
}

function expectedSignature(
  claim: Claim,
  request: RequestToVerify & { readonly payloadHash: string },
  secretAccessKey: string,
): (NonNullable<Refusal["expected"]> & { readonly signature: string }) | undefined {
  try {
    const { method, payloadHash } = request;
    const { path, query, signedHeaders: headers, scope } = claim;
    const canonicalRequest = toCanonicalRequest({ method, path, query, headers, payloadHash }, scope.service);
    const stringToSign = toStringToSign(canonicalRequest, claim.amzDate, scope);
    return { canonicalRequest, stringToSign, signature: signText(stringToSign, secretAccessKey, scope) };
  } catch (error) {
    if (error instanceof URIError) return undefined; // a broken percent sequence in the path
    throw error;
  }
}

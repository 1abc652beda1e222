// Who signed this request? Signature Version 4 really checked, refused in API Gateway's words.
import { payloadHash, verifyRequest, type Refusal } from "@gatewright/signature";
import { judgeAuthorization } from "../invoke/authorization-words.ts";
import { joinHeaders } from "../invoke/headers.ts";
import type { Identities, IamCaller, KnownIdentity } from "./identities.ts";

/** A request as far as its signature covers it. */
export interface SignedRequest {
  readonly method: string;
  /** Path and query as on the request line. */
  readonly target: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Uint8Array;
}

/** Where the request is checked, and when. */
export interface Checkpoint {
  readonly identities: Identities;
  readonly region: string;
  /** Which service is called. @default "execute-api" */
  readonly service?: string;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** Why nobody is known to have signed. */
export interface Unauthenticated {
  readonly ok: false;
  /** The value of `x-amzn-ErrorType`. */
  readonly errorType:
    | "MissingAuthenticationTokenException"
    | "IncompleteSignatureException"
    | "UnrecognizedClientException"
    | "ExpiredTokenException"
    | "InvalidSignatureException";
  readonly message: string;
}

/** What came of the check. */
export type Authentication = { readonly ok: true; readonly caller: IamCaller } | Unauthenticated;

const skewMinutes = 5;
/** How far the clocks of a signer and of `execute-api` may differ. */
export const skewMs: number = skewMinutes * 60_000;
/** What is said of a signature by somebody whose time is over. */
export const expiredToken = "The security token included in the request is expired";
const invalidToken = "The security token included in the request is invalid.";

const refuse = (errorType: Unauthenticated["errorType"], message: string): Unauthenticated => ({
  ok: false,
  errorType,
  message,
});

/**
 * Checks the signature of a request, in its header or in its query, body included.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-troubleshooting.html
 */
export function authenticate(request: SignedRequest, at: Checkpoint): Authentication {
  const headers = joinHeaders(request.headers);
  const authorization = headers["authorization"];
  if (authorization === undefined && !/[?&]X-Amz-(?:Algorithm|Signature)=/.test(request.target)) {
    return refuse("MissingAuthenticationTokenException", "Missing Authentication Token");
  }
  const incomplete =
    authorization === undefined ? undefined : judgeAuthorization(authorization, request.headers);
  if (incomplete !== undefined) return refuse("IncompleteSignatureException", incomplete);
  let found: KnownIdentity | undefined;
  const verdict = verifyRequest(
    { method: request.method, target: request.target, headers, payloadHash: payloadHash(request.body) },
    {
      findCredentials: (accessKeyId) => (found = at.identities.find(accessKeyId))?.credentials,
      region: at.region,
      service: at.service ?? "execute-api",
      now: new Date(at.now),
      skewMs,
    },
  );
  if (!verdict.ok) return explain(verdict, headers["x-amz-date"], at.now);
  if (!found) return refuse("UnrecognizedClientException", invalidToken);
  return at.now < found.expiresAt
    ? { ok: true, caller: found.caller }
    : refuse("ExpiredTokenException", expiredToken);
}

function explain(refusal: Refusal, amzDate: string | undefined, now: number): Unauthenticated {
  switch (refusal.code) {
    case "InvalidAccessKeyId":
    case "InvalidToken":
      return refuse("UnrecognizedClientException", invalidToken);
    case "SignatureDoesNotMatch":
      return refuse("InvalidSignatureException", toMismatch(refusal));
    case "RequestTimeTooSkewed":
      return refuse("InvalidSignatureException", toSkew(amzDate ?? "", now));
    default:
      return refuse("InvalidSignatureException", refusal.message);
  }
}

function toMismatch({ expected, message }: Refusal): string {
  if (!expected) return message;
  return (
    "The request signature we calculated does not match the signature you provided. Check your AWS Secret " +
    "Access Key and signing method. Consult the service documentation for details.\n\n" +
    `The Canonical String for this request should have been\n'${expected.canonicalRequest}'\n\n` +
    `The String-to-Sign should have been\n'${expected.stringToSign}'\n`
  );
}

/** Says how far a signature is from now. */
export function toSkew(amzDate: string, now: number): string {
  const write = (time: number) => new Date(time).toISOString().replaceAll(/[-:]|\.\d+/g, "");
  const at = write(now);
  return amzDate < at
    ? `Signature expired: ${amzDate} is now earlier than ${write(now - skewMs)} (${at} - ${skewMinutes} min.)`
    : `Signature not yet current: ${amzDate} is still later than ${write(now + skewMs)} (${at} + ${skewMinutes} min.)`;
}

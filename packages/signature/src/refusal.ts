// Why a signature is not accepted, in AWS's words: plain values, never thrown.

type Code =
  | "AccessDenied"
  | "AuthorizationHeaderMalformed"
  | "AuthorizationQueryParametersError"
  | "InvalidAccessKeyId"
  | "InvalidRequest"
  | "InvalidToken"
  | "InvalidURI"
  | "RequestTimeTooSkewed"
  | "SignatureDoesNotMatch";

/** A signature that is not accepted. */
export interface Refusal {
  readonly ok: false;
  /** AWS's error code. */
  readonly code: Code;
  readonly status: 400 | 403;
  /** AWS's sentence; holds nothing secret. */
  readonly message: string;
  /** What should have been signed, where a signature does not match; holds only what the request itself says. */
  readonly expected?: { readonly canonicalRequest: string; readonly stringToSign: string };
}

/**
 * Every way to be refused.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
 */
const refusals: Readonly<Record<Code, readonly [status: 400 | 403, message: string]>> = {
  AccessDenied: [403, "Access Denied"],
  AuthorizationHeaderMalformed: [400, "The authorization header that you provided is not valid."],
  AuthorizationQueryParametersError: [
    400,
    "The query parameters that carry the signature are missing or malformed.",
  ],
  InvalidAccessKeyId: [403, "The AWS Access Key Id you provided does not exist in our records."],
  InvalidRequest: [400, "The signature's fields are missing or malformed."],
  InvalidToken: [400, "The provided token is malformed or otherwise invalid."],
  InvalidURI: [400, "Couldn't parse the specified URI."],
  RequestTimeTooSkewed: [403, "The difference between the request time and the server's time is too large."],
  SignatureDoesNotMatch: [
    403,
    "The request signature we calculated does not match the signature you provided. " +
      "Check your key and signing method.",
  ],
};

/** Refuses with AWS's status and sentence for a code, or with a sentence that says more. */
export function refuse(code: Code, message: string = refusals[code][1]): Refusal {
  return { ok: false, code, status: refusals[code][0], message };
}

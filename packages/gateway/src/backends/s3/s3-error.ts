// How S3 says no: a code, a status, a sentence, in XML.
import { toXml, type XmlNode } from "./xml.ts";

/**
 * The answers of S3 to what it does not do, by code.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
 */
const rows = {
  AccessDenied: [403, "Access Denied"],
  AccessForbidden: [403, "CORSResponse: This CORS request is not allowed."],
  AccessControlListNotSupported: [400, "The bucket does not allow ACLs"],
  AuthorizationHeaderMalformed: [400, "The authorization header that you provided is not valid."],
  AuthorizationQueryParametersError: [400, "The query parameters that carry the signature are not valid."],
  BadDigest: [
    400,
    "The Content-MD5 or checksum value that you specified did not match what the server received.",
  ],
  BadRequest: [400, "Insufficient information. Origin request header needed."],
  EntityTooLarge: [400, "Your proposed upload exceeds the maximum allowed size"],
  EntityTooSmall: [400, "Your proposed upload is smaller than the minimum allowed size"],
  IncompleteBody: [400, "The request body terminated unexpectedly"],
  InternalError: [500, "We encountered an internal error. Please try again."],
  InvalidAccessKeyId: [403, "The AWS Access Key Id you provided does not exist in our records."],
  InvalidArgument: [400, "Invalid Argument"],
  InvalidDigest: [400, "The Content-MD5 or checksum value that you specified is not valid."],
  InvalidPart: [
    400,
    "One or more of the specified parts could not be found. The part may not have been uploaded, or the specified entity tag may not match the part's entity tag.",
  ],
  InvalidPartOrder: [
    400,
    "The list of parts was not in ascending order. Parts must be ordered by part number.",
  ],
  InvalidPolicyDocument: [
    400,
    "The content of the form does not meet the conditions specified in the policy document.",
  ],
  InvalidRange: [416, "The requested range is not satisfiable"],
  InvalidRequest: [400, "The request is not valid."],
  InvalidTag: [400, "The tag provided was not a valid tag."],
  InvalidToken: [400, "The provided token is malformed or otherwise invalid."],
  InvalidURI: [400, "Couldn't parse the specified URI."],
  KeyTooLongError: [400, "Your key is too long"],
  MalformedXML: [
    400,
    "The XML you provided was not well-formed or did not validate against our published schema",
  ],
  MalformedPOSTRequest: [400, "The body of your POST request is not well-formed multipart/form-data."],
  MaxPostPreDataLengthExceeded: [400, "Your POST request fields preceding the upload file were too large."],
  MetadataTooLarge: [400, "Your metadata headers exceed the maximum allowed metadata size"],
  MethodNotAllowed: [405, "The specified method is not allowed against this resource."],
  MissingContentLength: [411, "You must provide the Content-Length HTTP header."],
  NoSuchLifecycleConfiguration: [404, "The lifecycle configuration does not exist"],
  NoSuchUpload: [
    404,
    "The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed.",
  ],
  NoSuchBucket: [404, "The specified bucket does not exist"],
  NoSuchKey: [404, "The specified key does not exist."],
  NotImplemented: [501, "A header you provided implies functionality that is not implemented"],
  PreconditionFailed: [412, "At least one of the pre-conditions you specified did not hold"],
  RequestTimeTooSkewed: [403, "The difference between the request time and the server's time is too large."],
  SignatureDoesNotMatch: [
    403,
    "The request signature we calculated does not match the signature you provided.",
  ],
  XAmzContentSHA256Mismatch: [
    400,
    "The provided 'x-amz-content-sha256' header does not match what was computed.",
  ],
} as const;

/** S3's word for what went wrong. */
export type S3Code = keyof typeof rows;

/** A refusal on its way to the caller; caught once, by the one who answers. */
export class S3Error extends Error {
  readonly code: S3Code;
  readonly status: number;
  /** What S3 adds for this code, as `MaxSizeAllowed`. */
  readonly details: Readonly<Record<string, string>>;

  constructor(code: S3Code, message?: string, details: Readonly<Record<string, string>> = {}) {
    super(message ?? rows[code][1]);
    this.name = `s3:${code}`;
    this.code = code;
    this.status = rows[code][0];
    this.details = details;
  }
}

/** Refuses by name what this server does not do. */
export function notImplemented(what: string): S3Error {
  return new S3Error("NotImplemented", `The local S3 does not implement ${what}.`);
}

/** Writes an error as S3 does. */
export function toErrorXml(
  error: S3Error,
  at: { readonly resource: string; readonly requestId: string },
): string {
  const nodes: XmlNode[] = [
    ["Code", error.code],
    ["Message", error.message],
    ...Object.entries(error.details),
    ["Resource", at.resource],
    ["RequestId", at.requestId],
    ["HostId", "gatewright"],
  ];
  return toXml("Error", nodes);
}

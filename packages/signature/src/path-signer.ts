// Many requests of one second that differ in the last segment of their path and in their body: the rest is worked out once.
import { encodeUri, toCanonicalRequest, toSignedHeaders } from "./canonical-request.ts";
import type { Signer } from "./credentials.ts";
import { lowerCased, toSignable, type RequestToSign } from "./sign-request.ts";
import { algorithm, createTextSigner, toScopeText } from "./signing-key.ts";
import { toAmzDate } from "./timestamp.ts";

const { hash } = process.getBuiltinModule("node:crypto");

/** A request that is ready but for the last segment of its path. */
export interface PathSigner {
  /** What to send with every one of them, `authorization` excepted; `host` is not among them. */
  readonly headers: Readonly<Record<string, string>>;
  /** The `authorization` header of every one, up to its signature. */
  readonly authorizationStart: string;
  /** The signature of one, 64 hexadecimal digits: `segment` is percent-encoded as it will be sent, the body by its `payloadHash`. */
  signatureFor(segment: string, payloadHash: string): string;
}

/** Stands in the canonical request where the segment goes: no URL can hold it. */
const blank = "\u0000";

/**
 * Prepares the signatures of many requests, as for one message to many connections.
 *
 * The URL ends with the slash before the segment that differs. Good for requests sent within the clock's tolerance of
 * `signer.now` (five minutes); for every service but S3.
 *
 * @example
 * const signer = createPathSigner({ method: "POST", url: new URL(`${endpoint}/@connections/`) }, who);
 * const signature = signer.signatureFor(encodeURIComponent(connectionId), payloadHash(body));
 * const authorization = signer.authorizationStart + signature;
 * @throws `HEADER_NOT_SIGNABLE` for a value with a line break.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
export function createPathSigner(request: Omit<RequestToSign, "payloadHash">, signer: Signer): PathSigner {
  const { credentials, region, service, now = new Date() } = signer;
  const amzDate = toAmzDate(now);
  const scope = { day: amzDate.slice(0, 8), region, service };
  const headers = lowerCased(request.headers);
  headers["x-amz-date"] = amzDate;
  if (credentials.sessionToken) headers["x-amz-security-token"] = credentials.sessionToken;

  const signed = toSignable(headers, request.url);
  const [before = "", after = ""] = toCanonicalRequest(
    {
      method: request.method,
      path: `${request.url.pathname}${blank}`,
      query: [],
      headers: signed,
      payloadHash: "", // it is the end of the text
    },
    service,
  ).split(encodeUri(blank));
  const stringBefore = `${algorithm}\n${amzDate}\n${toScopeText(scope)}\n`;
  const authorizationStart =
    `${algorithm} Credential=${credentials.accessKeyId}/${toScopeText(scope)}, ` +
    `SignedHeaders=${toSignedHeaders(signed)}, Signature=`;
  const sign = createTextSigner(credentials.secretAccessKey, scope);
  return {
    headers,
    authorizationStart,
    signatureFor(segment, payloadHash) {
      const hashed = hash("sha256", `${before}${encodeUri(segment)}${after}${payloadHash}`, "hex");
      return sign(stringBefore + hashed);
    },
  };
}

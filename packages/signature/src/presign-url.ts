// A signature in the URL: for somebody who may do one thing, for a while, without credentials.
import {
  toCanonicalQuery,
  toCanonicalRequest,
  toSignedHeaders,
  toStringToSign,
} from "./canonical-request.ts";
import type { Signer } from "./credentials.ts";
import { failures } from "./failures.ts";
import { unsignedPayload } from "./payload-hash.ts";
import { lowerCased, toSignable } from "./sign-request.ts";
import { algorithm, signText, toScopeText } from "./signing-key.ts";
import { toAmzDate } from "./timestamp.ts";

/** What the holder of the URL may do. */
export interface UrlToPresign {
  readonly method: string;
  /** With the path percent-encoded; its query is kept and signed. */
  readonly url: URL;
  /** Headers that the holder must send exactly so (as `content-type`, `content-length`). */
  readonly headers?: Readonly<Record<string, string>>;
  /** Seconds, 1 to 604800 (7 days). Credentials that end earlier end the URL too. */
  readonly expires: number;
  /** @default "UNSIGNED-PAYLOAD" */
  readonly payloadHash?: string;
}

/** The longest life of a presigned URL: 7 days, in seconds. */
export const longestExpiry = 604_800;

/**
 * Signs a URL that works until it expires.
 *
 * @throws `EXPIRY_OUT_OF_RANGE`, `HEADER_NOT_SIGNABLE`
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html
 */
export function presignUrl(request: UrlToPresign, signer: Signer): URL {
  const { url } = request;
  return new URL(
    presignText(
      { ...request, origin: url.origin, host: url.host, path: url.pathname, query: [...url.searchParams] },
      signer,
    ),
  );
}

/** {@link UrlToPresign} in its parts, for who signs many: taking a URL apart costs more than signing it. */
export interface PartsToPresign extends Omit<UrlToPresign, "url"> {
  /** As in `https://cats.s3.us-east-1.amazonaws.com`. */
  readonly origin: string;
  /** As it will stand in the `host` header, a port other than the protocol's own counted. */
  readonly host: string;
  /** Percent-encoded, from its first slash. */
  readonly path: string;
  /** Decoded. */
  readonly query: readonly (readonly [name: string, value: string])[];
}

/**
 * Signs a URL that is given in parts, and gives it as text; otherwise as {@link presignUrl}.
 *
 * @throws `EXPIRY_OUT_OF_RANGE`, `HEADER_NOT_SIGNABLE`
 */
export function presignText(request: PartsToPresign, signer: Signer): string {
  assertExpiry(request.expires);
  const { credentials, region, service, now = new Date() } = signer;
  const amzDate = toAmzDate(now);
  const scope = { day: amzDate.slice(0, 8), region, service };
  const headers = toSignable(lowerCased(request.headers), request);
  const payloadHash = request.payloadHash ?? unsignedPayload;
  const query: (readonly [string, string])[] = [
    ...request.query,
    ["X-Amz-Algorithm", algorithm],
    ["X-Amz-Credential", `${credentials.accessKeyId}/${toScopeText(scope)}`],
    ["X-Amz-Date", amzDate],
    ["X-Amz-Expires", String(request.expires)],
    ["X-Amz-SignedHeaders", toSignedHeaders(headers)],
  ];
  if (service === "s3") query.push(["X-Amz-Content-Sha256", payloadHash]);
  if (credentials.sessionToken) query.push(["X-Amz-Security-Token", credentials.sessionToken]);
  const { method, path, origin } = request;
  const canonical = toCanonicalRequest({ method, path, query, headers, payloadHash }, service);
  const signature = signText(toStringToSign(canonical, amzDate, scope), credentials.secretAccessKey, scope);
  query.push(["X-Amz-Signature", signature]);
  return `${origin}${path}?${toCanonicalQuery(query)}`;
}

/** @throws `EXPIRY_OUT_OF_RANGE` unless it is whole seconds from 1 to 604800. */
export function assertExpiry(expires: number): void {
  if (!Number.isInteger(expires) || expires < 1 || expires > longestExpiry) {
    throw failures.create("EXPIRY_OUT_OF_RANGE", { expires });
  }
}

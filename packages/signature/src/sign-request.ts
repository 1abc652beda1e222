// A signature in the `authorization` header: for a request that is sent now, by us.
import { toCanonicalRequest, toSignedHeaders, toStringToSign } from "./canonical-request.ts";
import type { Signer } from "./credentials.ts";
import { failures } from "./failures.ts";
import { algorithm, signText, toScopeText } from "./signing-key.ts";
import { toAmzDate } from "./timestamp.ts";

/** A request about to be sent. */
export interface RequestToSign {
  readonly method: string;
  /** With the path percent-encoded as it will be sent. A `URL` is one. */
  readonly url: Pick<URL, "host" | "pathname"> & { readonly searchParams: Iterable<[string, string]> };
  /** What will be sent besides; every one of them is signed. `host` comes from the URL. */
  readonly headers?: Readonly<Record<string, string>>;
  /** `payloadHash(body)`, or `unsignedPayload` for S3. */
  readonly payloadHash: string;
}

/** Headers that proxies and clients change on the way: sent, never signed. */
const neverSigned = new Set(
  (
    "authorization cache-control connection expect from host keep-alive max-forwards pragma referer te trailer " +
    "transfer-encoding upgrade user-agent x-amzn-trace-id"
  ).split(" "),
);

/**
 * Signs a request and returns the headers to send with it.
 *
 * They are the given ones (names in lower case) with `x-amz-date`, `authorization`, for S3
 * `x-amz-content-sha256`, and `x-amz-security-token` where the credentials have one. `host` is signed and
 * not returned: every HTTP client sets it from the URL.
 *
 * @example
 * const headers = signRequest(
 *   { method: "POST", url, payloadHash: payloadHash(body) },
 *   { credentials: environmentCredentials(), region: "us-east-1", service: "execute-api" },
 * );
 * @throws `HEADER_NOT_SIGNABLE` for a value with a line break.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
export function signRequest(request: RequestToSign, signer: Signer): Record<string, string> {
  const { credentials, region, service, now = new Date() } = signer;
  const amzDate = toAmzDate(now);
  const scope = { day: amzDate.slice(0, 8), region, service };
  const headers = lowerCased(request.headers);
  headers["x-amz-date"] = amzDate;
  if (service === "s3") headers["x-amz-content-sha256"] = request.payloadHash;
  if (credentials.sessionToken) headers["x-amz-security-token"] = credentials.sessionToken;

  const signed = toSignable(headers, request.url);
  const canonical = toCanonicalRequest(
    {
      method: request.method,
      path: request.url.pathname,
      query: [...request.url.searchParams],
      headers: signed,
      payloadHash: request.payloadHash,
    },
    service,
  );
  const signature = signText(toStringToSign(canonical, amzDate, scope), credentials.secretAccessKey, scope);
  headers["authorization"] =
    `${algorithm} Credential=${credentials.accessKeyId}/${toScopeText(scope)}, ` +
    `SignedHeaders=${toSignedHeaders(signed)}, Signature=${signature}`;
  return headers;
}

/** The headers that a signature covers, with the URL's `host`. */
export function toSignable(
  headers: Readonly<Record<string, string>>,
  url: Pick<URL, "host">,
): Record<string, string> {
  const signed: Record<string, string> = { host: url.host };
  for (const [name, value] of Object.entries(headers)) {
    if (/[\r\n]/.test(value)) throw failures.create("HEADER_NOT_SIGNABLE", { header: name });
    if (!neverSigned.has(name)) signed[name] = value;
  }
  return signed;
}

/** Copies headers with their names in lower case. */
export function lowerCased(headers: Readonly<Record<string, string>> = {}): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}

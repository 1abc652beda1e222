// What a signed request says about itself, before anything of it is believed.
import { longestExpiry } from "./presign-url.ts";
import { type Refusal, refuse } from "./refusal.ts";
import { algorithm, type Scope } from "./signing-key.ts";
import { readAmzDate } from "./timestamp.ts";

/** A request as it arrived. */
export interface RequestToVerify {
  readonly method: string;
  /** Path and query exactly as on the request line, as in `/bucket/a%20b?x-id=GetObject`. */
  readonly target: string;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  /** SHA-256 of the body. Left out, `x-amz-content-sha256` is taken at its word: the server must check it. */
  readonly payloadHash?: string;
}

/** A request's own words about its signature. */
export interface Claim {
  readonly ok: true;
  readonly by: "header" | "query";
  /** The code for words that make no sense in this place. */
  readonly malformed: "AuthorizationHeaderMalformed" | "AuthorizationQueryParametersError";
  readonly accessKeyId: string;
  readonly scope: Scope;
  readonly amzDate: string;
  /** `amzDate` in milliseconds. */
  readonly time: number;
  /** Seconds; only where the signature is in the query. */
  readonly expires?: number;
  readonly signature: string;
  readonly securityToken: string | undefined;
  readonly payloadHash: string | undefined;
  readonly path: string;
  /** Without the signature. */
  readonly query: readonly (readonly [string, string])[];
  readonly signedHeaders: Readonly<Record<string, string>>;
}

type Words = Pick<Claim, "by" | "malformed" | "signature" | "securityToken" | "payloadHash"> & {
  readonly algorithm: string;
  readonly credential: string;
  readonly headerNames: string;
  readonly amzDate: string;
  readonly expires?: number;
};

/** Reads the signature of a request from its header or its query; not both. */
export function readClaim(request: RequestToVerify, service: string): Claim | Refusal {
  const { path, query } = splitTarget(request.target);
  const header = oneHeader(request, "authorization");
  const presigned = query.some(([name]) => name === "X-Amz-Algorithm" || name === "X-Amz-Signature");
  if (header !== undefined && presigned) {
    return refuse("InvalidRequest", "Only one way to authenticate is allowed: the header or the query.");
  }
  if (header === undefined && !presigned) return refuse("AccessDenied");
  const words = presigned ? readQueryWords(query, request, service) : readHeaderWords(header ?? "", request);
  if ("ok" in words) return words;
  return toClaim(words, request, { path, query });
}

function toClaim(
  words: Words,
  request: RequestToVerify,
  { path, query }: Pick<Claim, "path" | "query">,
): Claim | Refusal {
  const credential = readCredential(words.credential);
  const time = readAmzDate(words.amzDate);
  const bad = (what: string) => refuse(words.malformed, `${what} is missing or malformed.`);
  if (words.algorithm !== algorithm) return bad(`The algorithm ${algorithm}`);
  if (!credential) return bad("Credential");
  if (time === undefined) return bad("X-Amz-Date");
  if (!/^[0-9a-f]{64}$/.test(words.signature)) return bad("Signature");
  const signedHeaders = pickHeaders(words, request);
  if (!(signedHeaders instanceof Map)) return signedHeaders;
  const { algorithm: _, credential: __, headerNames: ___, ...rest } = words;
  return {
    ...rest,
    ...credential,
    ok: true,
    time,
    path,
    query: query.filter(([name]) => name !== "X-Amz-Signature"),
    signedHeaders: Object.fromEntries(signedHeaders),
  };
}

function readHeaderWords(header: string, request: RequestToVerify): Words {
  const [name = "", rest = ""] = header.split(/ (.*)/s, 2);
  const parts = new Map(
    rest.split(",").map((part) => part.trim().split(/=(.*)/s, 2) as [string, string]), // checked as text below
  );
  return {
    by: "header",
    malformed: "AuthorizationHeaderMalformed",
    algorithm: name,
    credential: parts.get("Credential") ?? "",
    headerNames: parts.get("SignedHeaders") ?? "",
    signature: parts.get("Signature") ?? "",
    amzDate: oneHeader(request, "x-amz-date") ?? "",
    securityToken: oneHeader(request, "x-amz-security-token"),
    payloadHash: oneHeader(request, "x-amz-content-sha256"),
  };
}

function readQueryWords(query: Claim["query"], request: RequestToVerify, service: string): Words | Refusal {
  const malformed = "AuthorizationQueryParametersError";
  const values = new Map(query);
  if (query.length !== values.size && hasTwins(query)) {
    return refuse(malformed, "A query parameter of the signature is given twice.");
  }
  const expires = Number(values.get("X-Amz-Expires") ?? Number.NaN);
  if (!Number.isInteger(expires) || expires < 1 || expires > longestExpiry) {
    return refuse(malformed, `X-Amz-Expires must be whole seconds from 1 to ${longestExpiry}.`);
  }
  return {
    by: "query",
    malformed,
    algorithm: values.get("X-Amz-Algorithm") ?? "",
    credential: values.get("X-Amz-Credential") ?? "",
    headerNames: values.get("X-Amz-SignedHeaders") ?? "",
    signature: values.get("X-Amz-Signature") ?? "",
    amzDate: values.get("X-Amz-Date") ?? "",
    expires,
    securityToken: values.get("X-Amz-Security-Token"),
    payloadHash:
      service === "s3"
        ? (oneHeader(request, "x-amz-content-sha256") ?? values.get("X-Amz-Content-Sha256"))
        : undefined,
  };
}

function hasTwins(query: Claim["query"]): boolean {
  const names = query.map(([name]) => name).filter((name) => name.startsWith("X-Amz-"));
  return names.length !== new Set(names).size;
}

/** Reads `AKID/20260101/us-east-1/s3/aws4_request`. */
export function readCredential(text: string): { accessKeyId: string; scope: Scope } | undefined {
  const match = /^([^/]+)\/(\d{8})\/([^/]+)\/([^/]+)\/aws4_request$/.exec(text);
  if (!match) return undefined;
  const [, accessKeyId = "", day = "", region = "", service = ""] = match;
  return { accessKeyId, scope: { day, region, service } };
}

function pickHeaders(words: Words, request: RequestToVerify): Map<string, string> | Refusal {
  const names = words.headerNames.split(";");
  if (!names.includes("host")) return refuse(words.malformed, "SignedHeaders must name host.");
  const picked = new Map<string, string>();
  for (const name of names) {
    const value = oneHeader(request, name);
    if (value === undefined) return refuse("SignatureDoesNotMatch", `The signed header ${name} is missing.`);
    picked.set(name, value);
  }
  const loose = Object.keys(request.headers).find((name) => name.startsWith("x-amz-") && !picked.has(name));
  return loose === undefined
    ? picked
    : refuse("AccessDenied", `There were headers present in the request which were not signed: ${loose}`);
}

function oneHeader(request: RequestToVerify, name: string): string | undefined {
  const value = Object.hasOwn(request.headers, name) ? request.headers[name] : undefined;
  return typeof value === "string" || value === undefined ? value : value.join(",");
}

function splitTarget(target: string): Pick<Claim, "path" | "query"> {
  const mark = target.indexOf("?");
  if (mark < 0) return { path: target, query: [] };
  return { path: target.slice(0, mark), query: [...new URLSearchParams(target.slice(mark))] };
}

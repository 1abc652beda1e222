// Responses that Lambda cannot return: compressed, streamed, or left in the bucket with a link to them.
import type { Readable } from "node:stream";
import { limits, takesLargeResults } from "@gatewright/contract";
import { presignText } from "@gatewright/signature";
import { failures } from "../failures.ts";
import { findPlace, type PlaceOptions, toObjectPath } from "../place.ts";
import { callStore } from "../store/call-store.ts";
import { expectOk } from "../store/objects.ts";
import { changeHeaders, readHeader, readSent, type WithHeaders } from "./result-headers.ts";

/** What becomes of responses that are too large. */
export interface LargeResponsesOptions {
  /** Where they are left, below `prefix`; left out, they are not stored. Let a lifecycle rule remove them. */
  readonly store?: PlaceOptions & {
    /** @default "responses" */
    readonly prefix?: string;
    /** How long the link works, in seconds. @default 300 */
    readonly expires?: number;
  };
  /**
   * Whether the function is called with response streaming (`responseTransferMode: STREAM`, or a function URL's
   * `RESPONSE_STREAM`): with `mode: streaming` of `@gatewright/events`, or middy's `executionModeStreamifyResponse`.
   * @default false
   */
  readonly stream?: boolean;
  /** What the encoded result may have, in bytes. @default Lambda's 6 MB; 1 MB behind a load balancer */
  readonly limit?: number;
}

/** A result as API Gateway takes it. */
export interface LargeResult extends WithHeaders {
  readonly statusCode?: number;
  /** Load balancers want it. */
  readonly statusDescription?: string;
  readonly body?: string | Readable;
  readonly isBase64Encoded?: boolean;
}

/** As much of a middy run as is looked at. */
interface Run {
  readonly event: unknown;
  response: unknown;
}

const compressible =
  /^(?:text\/|image\/svg\+xml|application\/(?:.*\+)?(?:json|xml|javascript)|application\/x-ndjson)/i;

/**
 * Makes large results fit, by what the caller accepts: as they are, compressed, streamed, or by 303 to a link.
 *
 * What is measured is the encoded result, as Lambda measures it. It stands around what makes the result: `.use` it on
 * `httpApi(…).handler()`, but before `httpRequest(…)`. Both hand large results on where they find it.
 * A result with an encoding of its own is not compressed again; an answer to `HEAD` has no body to be large.
 *
 * @example
 * export const handler = api.handler().use(largeResponses({ store: { bucket: "answers" } }));
 *
 * @throws `RESPONSE_TOO_LARGE` where nothing helps, `STORE_REFUSED`, `STORE_UNREACHABLE`
 * @see https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
 */
export function largeResponses(options: LargeResponsesOptions = {}): {
  before(run: Run): void;
  after(run: Run): Promise<void>;
} {
  /** The event of each run as it came: other middlewares put their request in its place. */
  const events = new WeakMap<object, unknown>();
  return {
    before(run) {
      events.set(run, run.event);
      const context: unknown = Reflect.get(run, "context"); // of any type, as other middlewares want it
      if (typeof context === "object" && context !== null) Reflect.set(context, takesLargeResults, true);
    },
    async after(run) {
      const event = events.get(run) ?? run.event;
      const limit = options.limit ?? (isOfBalancer(event) ? limits.balancerPayloadBytes : undefined);
      const how = { ...options, ...(limit !== undefined && { limit }) };
      run.response = await fit(run.response, readSent(event), how);
    },
  };
}

/** Makes one result fit; see {@link largeResponses}. */
export async function fit(
  result: unknown,
  asking: Readonly<Record<string, string>>,
  options: LargeResponsesOptions,
): Promise<unknown> {
  const { limit = limits.lambdaPayloadBytes, stream = false, store } = options;
  if (!isResult(result)) return result;
  const bytes = measure(result, limit);
  if (bytes <= limit) return result;
  const body = Buffer.from(result.body, result.isBase64Encoded ? "base64" : "utf8");
  const smaller = await compress(result, body, asking);
  if (smaller && measure(smaller, limit) <= limit) return smaller;
  if (stream && body.length <= limits.lambdaStreamBytes) return toStream(result, body);
  if (store) return leave(result, body, store);
  throw failures.create("RESPONSE_TOO_LARGE", { bytes, limit });
}

type Whole = LargeResult & { readonly body: string };

function isResult(result: unknown): result is Whole {
  return typeof result === "object" && result !== null && "body" in result && typeof result.body === "string";
}

/** A text of this length cannot exceed the limit, however much of it must be escaped. */
const longestEscape = 6;

function measure(result: Whole, limit: number): number {
  if (result.body.length * longestEscape < limit / 2) return 0;
  return Buffer.byteLength(JSON.stringify(result));
}

async function compress(
  result: Whole,
  body: Buffer,
  asking: Readonly<Record<string, string>>,
): Promise<Whole | undefined> {
  const coding = chooseCoding(asking["accept-encoding"] ?? "");
  const isCoded = readHeader(result, "content-encoding") !== undefined;
  const isPackable = compressible.test(readHeader(result, "content-type") ?? "");
  if (coding === undefined || isCoded || !isPackable) return undefined;
  const { brotliCompress, constants, gzip } = process.getBuiltinModule("node:zlib");
  const quality = { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } }; // as fast as gzip, and smaller
  const packed = await new Promise<Buffer>((resolve, reject) => {
    const end = (error: Error | null, bytes: Buffer) => (error ? reject(error) : resolve(bytes));
    if (coding === "br") brotliCompress(body, quality, end);
    else gzip(body, end);
  });
  const vary = readHeader(result, "vary");
  const headers = changeHeaders(result, ["content-length", "etag"], {
    "content-encoding": coding,
    vary: vary === undefined ? "Accept-Encoding" : `${vary}, Accept-Encoding`,
  });
  return { ...result, ...headers, body: packed.toString("base64"), isBase64Encoded: true };
}

/** @see https://www.rfc-editor.org/rfc/rfc9110#section-12.5.3 */
function chooseCoding(accepted: string): "br" | "gzip" | undefined {
  const wanted = new Map(
    accepted
      .toLowerCase()
      .split(",")
      .map((entry) => {
        const [name = "", ...parameters] = entry.split(";").map((part) => part.trim());
        const weight = parameters.find((parameter) => parameter.startsWith("q="));
        return [name, weight === undefined ? 1 : Number(weight.slice(2))];
      }),
  );
  return (["br", "gzip"] as const).find((coding) => (wanted.get(coding) ?? wanted.get("*") ?? 0) > 0);
}

function toStream(result: Whole, body: Buffer): LargeResult {
  const { isBase64Encoded: _, ...kept } = result;
  const step = 64 * 1024;
  const pieces = Array.from({ length: Math.ceil(body.length / step) }, (_, at) =>
    body.subarray(at * step, (at + 1) * step),
  );
  const { Readable: Stream } = process.getBuiltinModule("node:stream");
  return { ...kept, body: Stream.from(pieces) };
}

async function leave(
  result: Whole,
  body: Buffer,
  store: NonNullable<LargeResponsesOptions["store"]>,
): Promise<LargeResult> {
  const { prefix = "responses", expires = 300 } = store;
  const place = await findPlace(store);
  const key = `${prefix}/${crypto.randomUUID()}`;
  const kept = ofTheBody.flatMap((name) => {
    const value = readHeader(result, name);
    return value === undefined ? [] : [[name, value] as const];
  });
  const call = { method: "PUT", key, headers: Object.fromEntries(kept), body, timeoutMs: 25_000 } as const;
  expectOk(await callStore(place, call), key);
  const { credentials, region, origin, host } = place;
  const location = presignText(
    { method: "GET", origin, host, path: toObjectPath(place, key), query: [], expires },
    { credentials, region, service: "s3" },
  );
  const dropped = [...ofTheBody, "content-length", "etag"];
  return {
    ...result,
    ...changeHeaders(result, dropped, { location, "cache-control": "no-store" }),
    statusCode: 303,
    ...(result.statusDescription !== undefined && { statusDescription: "303 See Other" }),
    body: "",
    isBase64Encoded: false,
  };
}

/** Headers that the bucket keeps and says, and the redirect does not. */
const ofTheBody = ["content-type", "content-encoding", "content-disposition", "content-language"];

function isOfBalancer(event: unknown): boolean {
  const context =
    typeof event === "object" && event !== null && "requestContext" in event && event.requestContext;
  return typeof context === "object" && context !== null && "elb" in context;
}

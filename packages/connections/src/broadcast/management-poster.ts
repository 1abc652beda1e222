// The poster on AWS: signed requests to @connections over kept connections, without the SDK.
import { createPathSigner, payloadHash, type Credentials, type PathSigner } from "@gatewright/signature";
import { failures } from "../failures.ts";
import { createSignatory, type CredentialProvider } from "./credentials.ts";
import { regionOfHost, regionOfProcess } from "./endpoint.ts";
import { NoReply, type Origin } from "./line.ts";
import { createLines } from "./lines.ts";
import { readOutcome, toFailedOutcome } from "./outcome.ts";
import type { CallOptions, Message, Outcome, Poster, Sight, Target } from "./poster.ts";
import type { Reply } from "./read-reply.ts";

/** What a management poster may be given. */
export interface ManagementPosterOptions {
  /**
   * Whose signature. What a function gives is remembered until its `expiration`; without one it is asked each time.
   * @default the function's environment, or its container's agent
   */
  readonly credentials?: Credentials | CredentialProvider;
  /** @default the endpoint's own region, else AWS_REGION */
  readonly region?: string;
  /** How long a call may be silent, in milliseconds. @default 5000 */
  readonly timeoutMs?: number;
}

interface Call extends Target, CallOptions {
  readonly method: "POST" | "GET" | "DELETE";
  readonly message?: Message;
}

/** Overrides every row's endpoint, as it does for the SDK's client; `gatewright dev` sets it. */
const endpointVariable = "AWS_ENDPOINT_URL_APIGATEWAYMANAGEMENTAPI";

/**
 * Posts to API Gateway's @connections: SigV4 over kept connections, nothing loaded before the first call.
 *
 * One poster serves several APIs and stages: each connection carries its endpoint. A message's hash is computed
 * once, however many connections it goes to, and its signatures share all but their last step.
 *
 * @example
 * const poster = managementPoster();
 * await broadcast({ registry, poster }, { room: "lobby" }, { type: "message", text: "hello" });
 * @throws (when called) `REGION_MISSING`, `BAD_ENDPOINT`, and `CREDENTIALS_MISSING` of `@gatewright/signature`.
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-how-to-call-websocket-api-connections.html
 */
export function managementPoster(options: ManagementPosterOptions = {}): Poster {
  const lines = createLines(options.timeoutMs ?? 5_000);
  const signatory = createSignatory(options.credentials);
  const placeOf = createPlaces(options.region);
  const prepare = createPreparation();

  const send = async (call: Call): Promise<Reply> => {
    const place = placeOf(call.endpoint);
    const given = signatory.get();
    const credentials = given instanceof Promise ? await given : given;
    const request = toRequest(call, place, prepare(call, place, credentials));
    return lines.exchange(place.origin, request, call.signal);
  };
  /** Once more with new credentials, where the old ones have ended before their time. */
  const sendFresh = async (call: Call): Promise<Reply> => {
    const reply = await send(call);
    if (reply.status !== 403 || !reply.errorType?.startsWith("ExpiredToken")) return reply;
    signatory.forget();
    return send(call);
  };
  const settle = async (call: Call): Promise<Outcome> => {
    const { host } = placeOf(call.endpoint);
    try {
      return readOutcome({ ...(await sendFresh(call)), host });
    } catch (error) {
      if (error instanceof NoReply) return toFailedOutcome(error.code, host);
      throw error;
    }
  };
  return {
    post: ({ connectionId, endpoint }, message, { signal } = {}) =>
      settle({ connectionId, endpoint, method: "POST", message, ...(signal && { signal }) }),
    close: ({ connectionId, endpoint }, call) =>
      settle({ connectionId, endpoint, ...call, method: "DELETE" }),
    look: async ({ connectionId, endpoint }, call) =>
      look(sendFresh, placeOf(endpoint).host, { connectionId, endpoint, ...call, method: "GET" }),
  };
}

/** An endpoint, taken apart once. */
interface Place {
  readonly origin: Origin;
  readonly host: string;
  readonly region: string;
  /** As in `https://…/dev/@connections/`. */
  readonly url: URL;
}

function createPlaces(region: string | undefined): (endpoint: string) => Place {
  const places = new Map<string, Place>();
  return (endpoint) => {
    const base = process.env[endpointVariable] ?? endpoint;
    const known = places.get(base);
    if (known) return known;
    const place = toPlace(base, region);
    if (places.size >= 1_000) places.clear();
    places.set(base, place);
    return place;
  };
}

function toPlace(base: string, given: string | undefined): Place {
  const url = URL.parse(`${base.replace(/\/+$/, "")}/@connections/`);
  if (!url || !/^https?:$/.test(url.protocol)) {
    throw failures.create("BAD_ENDPOINT", { problem: "is not a URL of http or https" });
  }
  const region = given ?? regionOfHost(url.hostname) ?? regionOfProcess();
  if (!region) throw failures.create("REGION_MISSING", undefined);
  const secure = url.protocol === "https:";
  const port = url.port === "" ? (secure ? 443 : 80) : Number(url.port);
  return { origin: { secure, hostname: url.hostname, port }, host: url.host, region, url };
}

/** All of a request that does not depend on who gets it. */
interface Prepared {
  readonly credentials: Credentials;
  readonly second: number;
  readonly signer: PathSigner;
  /** From after the target to before the authorization. */
  readonly middle: string;
}

type Prepare = (call: Call, place: Place, credentials: Credentials) => Prepared;

/** Prepares once for each message, place and second. */
function createPreparation(): Prepare {
  const hashes = new WeakMap<Message, string>();
  const prepared = new WeakMap<Message, Map<Place, Prepared>>();
  const hashOf = (message: Message | undefined): string => {
    if (!message) return (emptyHash ??= payloadHash(""));
    const known = hashes.get(message) ?? payloadHash(message.bytes);
    hashes.set(message, known);
    return known;
  };
  const make = ({ method, message }: Call, { url, host, region }: Place, who: Credentials): Prepared => {
    const now = Date.now();
    const request = { method, url, headers: message ? contentType : {}, payloadHash: hashOf(message) };
    const signer = createPathSigner(request, {
      credentials: who,
      region,
      service: "execute-api",
      now: new Date(now),
    });
    const headers = { host, "content-length": String(message?.bytes.length ?? 0), ...signer.headers };
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
    const middle = ` HTTP/1.1\r\n${lines.join("")}authorization: `;
    return { credentials: who, second: Math.floor(now / 1_000), signer, middle };
  };
  return (call, place, credentials) => {
    const { message } = call;
    if (!message) return make(call, place, credentials);
    const byPlace = prepared.get(message) ?? new Map<Place, Prepared>();
    prepared.set(message, byPlace);
    const known = byPlace.get(place);
    const second = Math.floor(Date.now() / 1_000);
    if (known && known.second === second && isSame(known.credentials, credentials)) return known;
    const fresh = make(call, place, credentials);
    byPlace.set(place, fresh);
    return fresh;
  };
}

let emptyHash: string | undefined;

const contentType = { "content-type": "application/octet-stream" };

function isSame(one: Credentials, other: Credentials): boolean {
  return one === other || (one.accessKeyId === other.accessKeyId && one.sessionToken === other.sessionToken);
}

function toRequest(call: Call, { url }: Place, { signer, middle }: Prepared): Uint8Array {
  const segment = encodeURIComponent(call.connectionId);
  const head = `${call.method} ${url.pathname}${segment}${middle}${signer.authorizationFor(segment)}\r\n\r\n`;
  const body = call.message?.bytes;
  const request = Buffer.allocUnsafe(head.length + (body?.length ?? 0));
  request.write(head, 0, "latin1");
  if (body) request.set(body, head.length);
  return request;
}

async function look(
  send: (call: Call) => Promise<Reply>,
  host: string,
  call: Call,
): Promise<Sight | undefined> {
  const refuse = (outcome: Outcome, cause?: unknown): Error =>
    failures.create("LOOK_REFUSED", { says: "says" in outcome ? outcome.says : outcome.kind }, { cause });
  const reply = await send(call).catch((error: unknown) => {
    if (!(error instanceof NoReply)) throw error;
    throw refuse(toFailedOutcome(error.code, host), error);
  });
  const outcome = readOutcome({ ...reply, host });
  if (outcome.kind === "gone") return undefined;
  if (outcome.kind !== "done") throw refuse(outcome);
  return JSON.parse(reply.body) as Sight; // the shape that API Gateway documents for GetConnection
}

// The poster on AWS: signed requests to @connections over kept connections, without the SDK.
import type { Credentials } from "@gatewright/signature";
import { failures } from "../failures.ts";
import { createSignatory, type CredentialProvider } from "./credentials.ts";
import { regionOfHost, regionOfProcess } from "./endpoint.ts";
import { NoReply } from "./line.ts";
import { createLines } from "./lines.ts";
import { readOutcome, toFailedOutcome } from "./outcome.ts";
import type { CallOptions, Message, Outcome, Poster, Sight, Target } from "./poster.ts";
import type { Reply } from "./read-reply.ts";
import { createRequests, type Method, type Place } from "./requests.ts";

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
  readonly method: Method;
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
  const toRequest = createRequests();

  const send = (call: Call, place: Place): Promise<Reply> => {
    const transmit = (credentials: Credentials): Promise<Reply> =>
      lines.exchange(place.origin, toRequest(call, place, credentials), call.signal);
    const given = signatory.get();
    return given instanceof Promise ? given.then(transmit) : transmit(given);
  };
  /** Once more with new credentials, where the old ones have ended before their time. */
  const sendFresh = async (call: Call, place: Place): Promise<Reply> => {
    const reply = await send(call, place);
    if (reply.status !== 403 || !reply.errorType?.startsWith("ExpiredToken")) return reply;
    signatory.forget();
    return send(call, place);
  };
  const settle = async (call: Call): Promise<Outcome> => {
    const place = placeOf(call.endpoint);
    const { host } = place;
    try {
      const { status, errorType, isSecond } = await sendFresh(call, place);
      const outcome = readOutcome({ status, errorType, host });
      return isSecond ? { ...outcome, isSecond } : outcome;
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
    async look({ connectionId, endpoint }, call) {
      const place = placeOf(endpoint);
      const sending = sendFresh({ connectionId, endpoint, ...call, method: "GET" }, place);
      return look(sending, place.host);
    },
  };
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

async function look(sending: Promise<Reply>, host: string): Promise<Sight | undefined> {
  const refuse = (outcome: Outcome, cause?: unknown): Error =>
    failures.create("LOOK_REFUSED", { says: "says" in outcome ? outcome.says : outcome.kind }, { cause });
  const reply = await sending.catch((error: unknown) => {
    if (!(error instanceof NoReply)) throw error;
    throw refuse(toFailedOutcome(error.code, host), error);
  });
  const outcome = readOutcome({ ...reply, host });
  if (outcome.kind === "gone") return undefined;
  if (outcome.kind !== "done") throw refuse(outcome);
  return JSON.parse(reply.body) as Sight; // the shape that API Gateway documents for GetConnection
}

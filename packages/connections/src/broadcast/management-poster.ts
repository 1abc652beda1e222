// The poster on AWS: signed requests to @connections over kept connections, without the SDK.
import type { Agent } from "node:http";
import { environmentCredentials, payloadHash, signRequest, type Credentials } from "@gatewright/signature";
import { failures } from "../failures.ts";
import { regionOfHost, regionOfProcess } from "./endpoint.ts";
import { exchange, moduleFor, NoReply, type Reply } from "./exchange.ts";
import type { Message } from "./message.ts";
import { readOutcome, toFailedOutcome } from "./outcome.ts";
import { type Place, placeOf } from "./place.ts";
import type { CallOptions, Outcome, Poster, Sight, Target } from "./poster.ts";

/** What a management poster may be given. */
export interface ManagementPosterOptions {
  /** Whose signature; a function is asked for each call and should remember. @default the function's environment */
  readonly credentials?: Credentials | (() => Credentials | Promise<Credentials>);
  /** @default the endpoint's own region, else AWS_REGION */
  readonly region?: string;
  /** @default an agent of `node:http(s)` that keeps connections alive */
  readonly agent?: Agent;
  /** How long a call may be silent, in milliseconds. @default 5000 */
  readonly timeoutMs?: number;
}

interface Call extends Target, CallOptions {
  readonly method: "POST" | "GET" | "DELETE";
  readonly message?: Message;
}

/**
 * Posts to API Gateway's @connections: SigV4 over kept connections, nothing loaded before the first call.
 *
 * One poster serves several APIs and stages: each connection carries its endpoint. A message's hash is computed
 * once, however many connections it goes to.
 *
 * @example
 * const poster = managementPoster();
 * await broadcast({ registry, poster }, { room: "lobby" }, { type: "message", text: "hello" });
 * @throws (when called) `REGION_MISSING`, `BAD_ENDPOINT`, and `CREDENTIALS_MISSING` of `@gatewright/signature`.
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-how-to-call-websocket-api-connections.html
 */
export function managementPoster(options: ManagementPosterOptions = {}): Poster {
  const bodies = new WeakMap<Message, Body>();
  const agents = new Map<string, Agent>();
  const bodyOf = (message: Message | undefined): Body => {
    if (!message) return (nothing ??= toBody(new Uint8Array()));
    const body = bodies.get(message) ?? toBody(message.bytes);
    bodies.set(message, body);
    return body;
  };
  const agentFor = ({ protocol }: Place): Agent => {
    const { Agent } = moduleFor(protocol);
    const agent = options.agent ?? agents.get(protocol) ?? new Agent({ keepAlive: true });
    agents.set(protocol, agent);
    return agent;
  };

  const send = async (place: Place, { method, message, signal, connectionId }: Call): Promise<Reply> => {
    const region = options.region ?? regionOfHost(place.hostname) ?? regionOfProcess();
    if (!region) throw failures.create("REGION_MISSING", undefined);
    const credentials = await toCredentials(options.credentials);
    const body = bodyOf(message);
    const path = place.prefix + encodeURIComponent(connectionId);
    const url = { host: place.host, pathname: path, searchParams: [] };
    const headers = signRequest(
      { method, url, headers: message ? contentType : {}, payloadHash: body.hash },
      { credentials, region, service: "execute-api" },
    );
    const timeoutMs = options.timeoutMs ?? 5_000;
    const agent = agentFor(place);
    return exchange({
      method,
      place,
      path,
      headers,
      agent,
      timeoutMs,
      ...(message && { body }),
      ...(signal && { signal }),
    });
  };
  const settle = async (call: Call): Promise<Outcome> => {
    const place = placeOf(call.endpoint);
    try {
      return readOutcome({ ...(await send(place, call)), host: place.host });
    } catch (error) {
      if (error instanceof NoReply) return toFailedOutcome(error.code, place.host);
      throw error;
    }
  };

  return {
    post: (to, message, call) => settle({ ...reachOf(to), ...call, method: "POST", message }),
    close: (to, call) => settle({ ...reachOf(to), ...call, method: "DELETE" }),
    look: (to, call) => look(send, { ...reachOf(to), ...call, method: "GET" }),
  };
}

/** A message as it is sent, with its hash: worked out once, however many it goes to. */
interface Body {
  readonly text: string;
  readonly length: number;
  readonly hash: string;
}

function toBody(bytes: Uint8Array): Body {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("utf8"); // a message is UTF-8
  return { text, length: Buffer.byteLength(text), hash: payloadHash(text) };
}

let nothing: Body | undefined;

const contentType = { "content-type": "application/octet-stream" };

function reachOf({ connectionId, endpoint }: Target): Target {
  return { connectionId, endpoint };
}

async function look(
  send: (place: Place, call: Call) => Promise<Reply>,
  call: Call,
): Promise<Sight | undefined> {
  const place = placeOf(call.endpoint);
  const { host } = place;
  const reply = await send(place, call).catch((error: unknown) => {
    if (!(error instanceof NoReply)) throw error;
    const outcome = toFailedOutcome(error.code, host);
    throw failures.create(
      "LOOK_REFUSED",
      { says: "says" in outcome ? outcome.says : outcome.kind },
      { cause: error },
    );
  });
  const outcome = readOutcome({ ...reply, host });
  if (outcome.kind === "gone") return undefined;
  if (outcome.kind !== "done") {
    throw failures.create("LOOK_REFUSED", { says: "says" in outcome ? outcome.says : outcome.kind });
  }
  return JSON.parse(reply.body) as Sight; // the shape that API Gateway documents for GetConnection
}

async function toCredentials(given: ManagementPosterOptions["credentials"]): Promise<Credentials> {
  if (given === undefined) return environmentCredentials();
  return typeof given === "function" ? given() : given;
}

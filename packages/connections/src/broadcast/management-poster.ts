// The poster on AWS: signed requests to @connections over kept connections, without the SDK.
import type { Agent } from "node:http";
import { environmentCredentials, payloadHash, signRequest, type Credentials } from "@gatewright/signature";
import { failures } from "../failures.ts";
import { regionOfHost, regionOfProcess } from "./endpoint.ts";
import { exchange, httpFor, NoReply, type Reply } from "./exchange.ts";
import type { Message } from "./message.ts";
import { readOutcome, toFailedOutcome } from "./outcome.ts";
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

/** Overrides every row's endpoint, as it does for the SDK's client; `gatewright dev` sets it. */
const endpointVariable = "AWS_ENDPOINT_URL_APIGATEWAYMANAGEMENTAPI";

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
  const hashes = new WeakMap<Message, string>();
  const agents = new Map<string, Agent>();
  const hashOf = (message: Message | undefined): string => {
    if (!message) return (emptyHash ??= payloadHash(""));
    const known = hashes.get(message) ?? payloadHash(message.bytes);
    hashes.set(message, known);
    return known;
  };
  const agentFor = (url: URL): Agent => {
    const agent = options.agent ?? agents.get(url.protocol) ?? new (httpFor(url).Agent)({ keepAlive: true });
    agents.set(url.protocol, agent);
    return agent;
  };

  const send = async ({ method, message, signal, ...to }: Call): Promise<Reply> => {
    const url = toUrl(to);
    const region = options.region ?? regionOfHost(url.hostname) ?? regionOfProcess();
    if (!region) throw failures.create("REGION_MISSING", undefined);
    const credentials = await toCredentials(options.credentials);
    const headers = signRequest(
      { method, url, headers: message ? contentType : {}, payloadHash: hashOf(message) },
      { credentials, region, service: "execute-api" },
    );
    const timeoutMs = options.timeoutMs ?? 5_000;
    const body = message?.bytes;
    return exchange({
      method,
      url,
      headers,
      agent: agentFor(url),
      timeoutMs,
      ...(body && { body }),
      ...(signal && { signal }),
    });
  };
  const settle = async (call: Call): Promise<Outcome> => {
    const { host } = toUrl(call);
    try {
      return readOutcome({ ...(await send(call)), host });
    } catch (error) {
      if (error instanceof NoReply) return toFailedOutcome(error.code, host);
      throw error;
    }
  };

  return {
    post: (to, message, call) => settle({ ...reachOf(to), ...call, method: "POST", message }),
    close: (to, call) => settle({ ...reachOf(to), ...call, method: "DELETE" }),
    look: (to, call) => look(send, { ...reachOf(to), ...call, method: "GET" }),
  };
}

let emptyHash: string | undefined;

const contentType = { "content-type": "application/octet-stream" };

function reachOf({ connectionId, endpoint }: Target): Target {
  return { connectionId, endpoint };
}

async function look(send: (call: Call) => Promise<Reply>, call: Call): Promise<Sight | undefined> {
  const { host } = toUrl(call);
  const reply = await send(call).catch((error: unknown) => {
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

function toUrl({ endpoint, connectionId }: Target): URL {
  const base = process.env[endpointVariable] ?? endpoint;
  const url = URL.parse(`${base.replace(/\/+$/, "")}/@connections/${encodeURIComponent(connectionId)}`);
  if (!url) throw failures.create("BAD_ENDPOINT", { problem: "is not a URL" });
  return url;
}

async function toCredentials(given: ManagementPosterOptions["credentials"]): Promise<Credentials> {
  if (given === undefined) return environmentCredentials();
  return typeof given === "function" ? given() : given;
}

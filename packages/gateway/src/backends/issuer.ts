// The token issuer on this machine, in the place of Cognito's user pools.
import { randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { UserPool } from "../model/resources.ts";
import type { Clock, Log } from "../ports.ts";
import type { Backend } from "./backend.ts";
import { IssuerError } from "./issuer-error.ts";
import { openIssuerKey } from "./issuer-key.ts";
import { issuerUrl, operate, type Issuer } from "./issuer-operations.ts";
import { openSessions } from "./issuer-sessions.ts";
import { closeServer, listenLocally } from "./listen.ts";

/** What to start it with. */
export interface IssuerOptions {
  readonly userPools: readonly UserPool[];
  readonly region: string;
  /** Where the signing key and the sign-ins are kept. */
  readonly folder: string;
  /** 0 for any free one. */
  readonly port: number;
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * Starts the issuer: Cognito's `InitiateAuth` (password and refresh), `GetUser`, `RevokeToken` and `GlobalSignOut` on
 * `POST /`, and each pool's keys at `/<pool>/.well-known/jwks.json`. Every other operation is refused by its name.
 *
 * Tokens name the pool's issuer on AWS. Their key is made for this data folder: no other installation trusts it.
 *
 * @throws `PORT_TAKEN`, `ISSUER_FILE_UNREADABLE`
 * @see https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-tokens-with-identity-providers.html
 */
export async function startIssuer(options: IssuerOptions): Promise<Backend> {
  const { userPools, region, folder, port, clock, log } = options;
  const nowSeconds = (): number => Math.floor(clock.now() / 1000);
  const key = await openIssuerKey(folder);
  const sessions = await openSessions(folder, nowSeconds);
  const issuer: Issuer = { userPools, region, key, sessions, nowSeconds };
  const server = createServer((request, response) => {
    answer(request, issuer).then(
      (answered) => send(response, answered),
      (error: unknown) => send(response, toRefusal(error, log)),
    );
  });
  const endpoint = await listenLocally(server, { port, name: "the token issuer" });
  return {
    endpoint,
    async close() {
      await closeServer(server);
      await sessions.settle();
    },
  };
}

interface Answered {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: object;
}

/** Cognito takes no longer requests either. */
const maxRequestBytes = 128 * 1024;

async function answer(request: IncomingMessage, issuer: Issuer): Promise<Answered> {
  const { method, headers } = request;
  if (method === "OPTIONS") return { status: 200, headers: preflight };
  const [pathname = "/"] = (request.url ?? "/").split("?", 1);
  if (method === "GET" || method === "HEAD") return { status: 200, body: publish(pathname, request, issuer) };
  const [service, operation = ""] = String(headers["x-amz-target"] ?? "").split(".", 2);
  if (method !== "POST" || pathname !== "/" || service !== "AWSCognitoIdentityProviderService")
    throw new IssuerError("UnknownOperationException", "Send Cognito's own operations to POST /.", 404);
  const input = readInput(await readBody(request));
  return {
    status: 200,
    headers: { "content-type": "application/x-amz-json-1.1" },
    body: await operate(operation, input, issuer),
  };
}

/** What anybody may read: the pool's public keys, and where they are. */
function publish(pathname: string, request: IncomingMessage, { userPools, region, key }: Issuer): object {
  const [, poolId, document] =
    /^\/([^/]+)\/\.well-known\/(jwks\.json|openid-configuration)$/.exec(pathname) ?? [];
  const pool = userPools.find(({ id }) => id === poolId);
  if (!pool) throw new IssuerError("ResourceNotFoundException", "There is no such user pool here.", 404);
  if (document === "jwks.json") return key.jwks;
  return {
    issuer: issuerUrl(region, pool),
    jwks_uri: `http://${request.headers.host}/${pool.id}/.well-known/jwks.json`,
    id_token_signing_alg_values_supported: ["RS256"],
    response_types_supported: ["token"],
    subject_types_supported: ["public"],
  };
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > maxRequestBytes)
      throw new IssuerError("RequestTooLongException", "The request is too long.", 413);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function readInput(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null && !Array.isArray(value))
      return value as Record<string, unknown>; // an object that JSON.parse made
  } catch {
    // refused below
  }
  throw new IssuerError("SerializationException", "The body is not a JSON object.");
}

function toRefusal(error: unknown, log: Log): Answered {
  const known = error instanceof IssuerError ? error : undefined;
  if (!known) log.error(`The token issuer failed: ${error instanceof Error ? error.stack : typeof error}`);
  const { type, message, status } =
    known ?? new IssuerError("InternalErrorException", "The local token issuer failed; see its log.", 500);
  return {
    status,
    headers: {
      "content-type": "application/x-amz-json-1.1",
      "x-amzn-errortype": `${type}:`,
    },
    body: { __type: type, message },
  };
}

/** Browsers call Cognito from any page, so they may call this one. */
const open = {
  "access-control-allow-origin": "*",
  "access-control-expose-headers": "x-amzn-requestid,x-amzn-errortype,date",
};
const preflight = {
  "access-control-allow-methods": "GET,POST,OPTIONS",
  "access-control-allow-headers":
    "authorization,cache-control,content-type,x-amz-target,x-amz-user-agent,amz-sdk-invocation-id,amz-sdk-request",
  "access-control-max-age": "172800",
};

function send(response: ServerResponse, { status, headers, body }: Answered): void {
  response.writeHead(status, {
    "content-type": "application/json",
    "cache-control": "no-store",
    "x-amzn-requestid": randomUUID(),
    ...open,
    ...headers,
  });
  response.end(body && JSON.stringify(body));
}

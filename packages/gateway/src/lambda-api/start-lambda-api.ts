// Lambda's Invoke on this machine, for functions that call functions through the AWS SDK.
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { limits } from "@gatewright/contract";
import { payloadHash, verifyRequest } from "@gatewright/signature";
import type { Backend, LocalCredentials } from "../backends/backend.ts";
import { closeServer, listenLocally } from "../backends/listen.ts";
import type { LambdaFunction } from "../model/lambda-function.ts";
import type { Clock, Functions, Ids, Log } from "../ports.ts";
import { refuse, type InvokeAnswer } from "./invoke-answer.ts";
import { invoke, type InvokeCall, type InvokePorts } from "./invoke.ts";
import { createEventQueue } from "./queue.ts";

/** What it is started with. */
export interface LambdaApiOptions {
  readonly lambdas: readonly LambdaFunction[];
  readonly functions: Functions;
  readonly region: string;
  /** Who may invoke. */
  readonly credentials: LocalCredentials;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Log;
  /** 0 lets the system choose. */
  readonly port: number;
  /** How long a failed event waits before each further try. @default one minute, then two */
  readonly retryDelaysMs?: readonly number[];
}

/**
 * Answers `Invoke` of the real `@aws-sdk/client-lambda`, waiting (`RequestResponse`) or not (`Event`), and
 * `InvokeWithResponseStream`.
 *
 * Requests must be signed by the local account for the service `lambda`. Every other operation is refused by name.
 *
 * @throws failure `PORT_TAKEN`
 * @see https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html
 */
export async function startLambdaApi(options: LambdaApiOptions): Promise<Backend> {
  const { lambdas, functions, ids, log, port } = options;
  const queue = createEventQueue(options);
  const ports: InvokePorts = { lambdas, functions, queue, ids };
  const server = createServer((request, response) => {
    answer(request, options, ports).then(
      (answered) => send(response, answered),
      (error: unknown) => {
        log.error(`Lambda Invoke: ${String(error)}`);
        send(response, refuse(500, "ServiceException", "Internal server error"));
      },
    );
  });
  const endpoint = await listenLocally(server, { port, name: "Lambda" });
  return {
    endpoint,
    async close() {
      queue.close();
      await closeServer(server);
    },
  };
}

async function answer(
  request: IncomingMessage,
  options: LambdaApiOptions,
  ports: InvokePorts,
): Promise<InvokeAnswer> {
  const { method = "", url: target = "", headers } = request;
  const body = await readBody(request);
  if (!body) return refuse(413, "RequestTooLargeException", "The request is too large.");
  const verdict = verify({ method, target, headers, body }, options);
  if (verdict !== "ok") return refuse(403, "AccessDeniedException", verdict);
  return invoke({ method, target, headers, body }, ports);
}

function verify(call: InvokeCall, { credentials, region, clock }: LambdaApiOptions): string {
  const { method, target, headers, body } = call;
  const verdict = verifyRequest(
    { method, target, headers, payloadHash: payloadHash(body) },
    {
      findCredentials: (accessKeyId) => (accessKeyId === credentials.accessKeyId ? credentials : undefined),
      region,
      service: "lambda",
      now: new Date(clock.now()),
    },
  );
  return verdict.ok ? "ok" : verdict.message;
}

/** One byte over the limit is enough for the refusal that names it. */
async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length <= 2 * limits.lambdaPayloadBytes) chunks.push(chunk);
    else chunks.length = 0;
  }
  return length <= 2 * limits.lambdaPayloadBytes ? Buffer.concat(chunks) : undefined;
}

function send(response: ServerResponse, { status, headers, body, done = () => {} }: InvokeAnswer): void {
  if (typeof body !== "string") {
    response.once("close", done); // a caller that goes away does not hold the function up, which runs on unheard
    response.writeHead(status, headers);
    void pipeline(Readable.from(body), response).catch(() => {}); // as above
    return;
  }
  const length = status === 204 ? {} : { "content-length": Buffer.byteLength(body) };
  response.writeHead(status, { ...headers, ...length }).end(status === 204 ? undefined : body);
}

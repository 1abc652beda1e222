// From a reply or an error to the result: CORS on every answer, unexpected errors logged once.
import { toHttpError, refusal } from "../http-error.ts";
import { consoleLog, toError, type ErrorLog } from "../log.ts";
import { TimeOver } from "../time-budget.ts";
import { compileCors, type Cors, type CorsOptions } from "./cors.ts";
import type { AnyHttpResult, Encoded } from "./dialects/dialect.ts";
import { encode, type HouseHeaders } from "./encode.ts";
import { etagOf, hasAlready } from "./etag.ts";
import { assertFits } from "./fits.ts";
import { bareError, toProblemReply } from "./problem.ts";
import { Reply } from "./reply.ts";
import type { IncomingRequest } from "./request.ts";
import type { StreamBody } from "./stream.ts";
import type { StreamingMode } from "./streaming-mode.ts";

/** What answers of a table or a route have in common. */
export interface ResponderOptions {
  /** Who may call from a browser page of another origin. @default nobody is granted anything */
  readonly cors?: CorsOptions;
  /**
   * Whether 200s to GET get an entity tag made from their body, so that a caller who has it already is answered 304.
   * A reply's own `etag` is compared in any case. @default false
   */
  readonly etags?: boolean;
  /** Where errors that were not meant for the caller are written. @default the console */
  readonly logger?: ErrorLog;
}

/** Turns what came out of a handler into what Lambda hands back. */
export class Responder {
  readonly cors: Cors | undefined;
  /** How streams are sent; `undefined` where answers are handed back whole. */
  readonly mode: StreamingMode | undefined;
  readonly #etags: boolean;
  readonly #log: ErrorLog;

  constructor(options: ResponderOptions, mode?: StreamingMode) {
    this.cors = options.cors && compileCors(options.cors);
    this.mode = mode;
    this.#etags = options.etags === true;
    this.#log = options.logger ?? consoleLog;
  }

  /** The result of a reply. Throws the failures of encoding. */
  answer(reply: Reply, request: IncomingRequest): AnyHttpResult | Promise<AnyHttpResult> {
    if (reply.kind === "stream" && this.mode === undefined) {
      const body = reply.body as StreamBody; // the kind says so
      return body.whole(reply).then((whole) => this.#send(whole, request, this.#house(request)));
    }
    return this.#send(reply, request, this.#house(request));
  }

  /** What a preflight is answered: all that is granted to it. `undefined` for any other request, or without CORS. */
  preflightReply(methods: readonly string[], request: IncomingRequest): Reply | undefined {
    const origin = request.sentHeader("origin");
    if (this.cors === undefined || origin === undefined || !isPreflight(request)) return undefined;
    const asked = { origin, methods, headers: request.sentHeader("access-control-request-headers") };
    return new Reply({ status: 204, body: undefined, kind: "none", headers: this.cors.preflight(asked) });
  }

  /** The result of an error that is meant for the caller; `undefined` for any other. */
  refuse(error: unknown, request: IncomingRequest): AnyHttpResult | undefined {
    const known = toHttpError(error);
    return known && this.#send(toProblemReply(known, request), request, this.#house(request));
  }

  /** The result of any error. One that is not meant for the caller is logged, and shown as a bare 500 or 504. */
  refuseBare(thrown: unknown, request: IncomingRequest): AnyHttpResult {
    const error = toError(thrown);
    this.#log.error(`${request.route || request.method} failed (request ${request.requestId}).`, error);
    const shown = error instanceof TimeOver ? refusal(504, "The answer took too long.") : bareError();
    const reply = toProblemReply(shown, request);
    try {
      return this.#send(reply, request, this.#house(request));
    } catch {
      // Only the caller's CORS function can throw here, or a load balancer be unable to take the headers.
      return this.#send(reply, request, none);
    }
  }

  #house(request: IncomingRequest): HouseHeaders {
    if (this.cors === undefined || isPreflight(request)) return none;
    return this.cors.headers(request.sentHeader("origin"));
  }

  #send(reply: Reply, request: IncomingRequest, house: HouseHeaders): AnyHttpResult {
    const isHead = request.method === "HEAD";
    const tags = this.#etags && reply.kind !== "stream";
    const encoded = encode(reply, !isHead || tags, house);
    const sent =
      encoded.status === 200 && (isHead || request.method === "GET")
        ? unlessKnown(encoded, tags, request)
        : encoded;
    const result = request.dialect.result(
      isHead && sent.body !== "" ? { ...sent, body: "", base64: false } : sent,
      request.raw,
    );
    if (this.mode === undefined && !request.mayBeLarge) assertFits(result, request.dialect.kind);
    if (reply.kind !== "stream") return result;
    const isWanted = !isHead && sent.status !== 204 && sent.status !== 304;
    return withStream(result, { body: reply.body as StreamBody, isWanted, request }); // the kind says so
  }
}

const none: HouseHeaders = {};

function isPreflight(request: IncomingRequest): boolean {
  return request.method === "OPTIONS" && request.sentHeader("access-control-request-method") !== undefined;
}

/** The answer with its entity tag, or a 304 where the caller has it already. */
function unlessKnown(encoded: Encoded, tags: boolean, request: IncomingRequest): Encoded {
  const { headers } = encoded;
  if (tags && headers["etag"] === undefined) headers["etag"] = etagOf(encoded.body);
  const etag = headers["etag"];
  if (etag === undefined || !hasAlready(request.sentHeader("if-none-match"), etag)) return encoded;
  delete headers["content-type"];
  return { ...encoded, status: 304, body: "", base64: false };
}

function withStream(result: AnyHttpResult, streamed: StreamedBody): AnyHttpResult {
  return { ...result, body: streamed as never }; // text in any result but those that the streaming mode takes
}

/** What stands in the body of a result that is streamed. */
export interface StreamedBody {
  readonly body: StreamBody;
  /** False where the caller is told no body: HEAD, and what it has already. */
  readonly isWanted: boolean;
  readonly request: IncomingRequest;
}

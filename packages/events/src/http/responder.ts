// From a reply or an error to the result: CORS on every answer, unexpected errors logged once.
import { HttpError, toHttpError } from "../http-error.ts";
import { consoleLog, toError, type ErrorLog } from "../log.ts";
import { TimeOver } from "../time-budget.ts";
import { compileCors, type Cors, type CorsOptions } from "./cors.ts";
import type { AnyHttpResult } from "./dialects/dialect.ts";
import { assertFits, encode } from "./encode.ts";
import { bareError, toProblemReply } from "./problem.ts";
import type { Reply } from "./reply.ts";
import type { IncomingRequest } from "./request.ts";

/** What answers of a table or a route have in common. */
export interface ResponderOptions {
  /** Who may call from a browser page of another origin. @default nobody is granted anything */
  readonly cors?: CorsOptions;
  /** Where errors that were not meant for the caller are written. @default the console */
  readonly logger?: ErrorLog;
}

/** Turns what came out of a handler into what Lambda hands back. */
export class Responder {
  readonly cors: Cors | undefined;
  readonly #log: ErrorLog;

  constructor(options: ResponderOptions) {
    this.cors = options.cors && compileCors(options.cors);
    this.#log = options.logger ?? consoleLog;
  }

  /** The result of a reply. Throws the failures of encoding. */
  answer(reply: Reply, request: IncomingRequest): AnyHttpResult {
    const extra = this.cors === undefined ? none : this.cors.headers(request.sentHeader("origin"));
    return this.#send(reply, request, extra);
  }

  /** The result of a reply to a preflight: what is granted to it is in the reply. */
  answerPreflight(reply: Reply, request: IncomingRequest): AnyHttpResult {
    return this.#send(reply, request, none);
  }

  /** The result of an error that is meant for the caller; `undefined` for any other. */
  refuse(error: unknown, request: IncomingRequest): AnyHttpResult | undefined {
    const known = toHttpError(error);
    return known && this.answer(toProblemReply(known, request.requestId), request);
  }

  /** The result of any error. One that is not meant for the caller is logged, and shown as a bare 500 or 504. */
  refuseBare(thrown: unknown, request: IncomingRequest): AnyHttpResult {
    const error = toError(thrown);
    this.#log.error(`${request.route || request.method} failed (request ${request.requestId}).`, error);
    const shown = error instanceof TimeOver ? timeOver() : bareError();
    const reply = toProblemReply(shown, request.requestId);
    try {
      return this.answer(reply, request);
    } catch {
      // Only the caller's CORS function can throw here, or a load balancer be unable to take the headers.
      return this.#send(reply, request, none);
    }
  }

  #send(reply: Reply, request: IncomingRequest, extra: Readonly<Record<string, string>>): AnyHttpResult {
    const encoded = encode(reply, request.method === "HEAD", extra);
    const result = request.dialect.result(encoded, request.raw);
    assertFits(result);
    return result;
  }
}

const none: Readonly<Record<string, string>> = {};

function timeOver(): HttpError {
  return new HttpError(504, "The answer took too long.");
}

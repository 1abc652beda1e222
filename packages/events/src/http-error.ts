// An error meant for the caller: what a handler throws to answer with a status.
import { titleOf } from "./status.ts";

/** One thing that is wrong with what the caller sent. */
export interface FieldError {
  /** Where, with dots: `body.items.0.name`, `query.limit`. */
  readonly path: string;
  readonly message: string;
}

/** What an {@link HttpError} may carry beyond its status and detail. */
export interface HttpErrorOptions {
  /** A URI that names the kind of problem. @default "about:blank" */
  readonly type?: string;
  /** A short name of the kind of problem. @default the reason phrase of the status */
  readonly title?: string;
  /** What is wrong, field by field. */
  readonly errors?: readonly FieldError[];
  readonly headers?: Readonly<Record<string, string>>;
  /** When it is worth trying again: seconds from now, or a moment. Sent as `retry-after` and in the document. */
  readonly retryAfter?: number | Date;
  readonly cause?: unknown;
}

/**
 * An error that leaves as a problem document, or on a socket as an error frame.
 *
 * Everything in it except `cause` and the stack is shown to the caller.
 * The fields `statusCode` and `expose` are those that other middy middlewares look for.
 *
 * @example
 * throw new HttpError(409, "The room is full.", { errors: [{ path: "body.room", message: "is full" }] });
 *
 * @see https://www.rfc-editor.org/rfc/rfc9457
 */
export class HttpError extends Error {
  override readonly name: string = "HttpError";
  readonly statusCode: number;
  readonly expose: true = true;
  readonly detail: string | undefined;
  readonly type: string;
  readonly title: string;
  readonly errors: readonly FieldError[] | undefined;
  readonly headers: Readonly<Record<string, string>> | undefined;
  /** Whole seconds after which it is worth trying again. */
  readonly retryAfter: number | undefined;

  constructor(statusCode: number, detail?: string, options: HttpErrorOptions = {}) {
    super(detail ?? options.title ?? titleOf(statusCode), options);
    this.statusCode = statusCode;
    this.detail = detail;
    this.type = options.type ?? "about:blank";
    this.title = options.title ?? titleOf(statusCode);
    this.errors = options.errors;
    this.headers = options.headers;
    this.retryAfter = options.retryAfter === undefined ? undefined : toSeconds(options.retryAfter);
  }
}

function toSeconds(when: number | Date): number {
  const seconds = typeof when === "number" ? when : (when.getTime() - Date.now()) / 1000;
  return Math.max(0, Math.ceil(Number.isFinite(seconds) ? seconds : 0));
}

/** A refusal by the house itself: without a stack, which says nothing about the caller and costs more than all else. */
export function refusal(statusCode: number, detail?: string, options?: HttpErrorOptions): HttpError {
  return withoutStack(() => new HttpError(statusCode, detail, options));
}

/** Runs something whose errors are known: their stacks are not taken. */
export function withoutStack<T>(run: () => T): T {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 0;
  try {
    return run();
  } finally {
    Error.stackTraceLimit = limit;
  }
}

/** Makes an error of one status. */
type ErrorFactory = (detail?: string, options?: HttpErrorOptions) => HttpError;

/** The usual statuses by name. */
export interface HttpErrors {
  readonly badRequest: ErrorFactory;
  readonly unauthorized: ErrorFactory;
  readonly forbidden: ErrorFactory;
  readonly notFound: ErrorFactory;
  readonly methodNotAllowed: ErrorFactory;
  readonly notAcceptable: ErrorFactory;
  readonly conflict: ErrorFactory;
  readonly gone: ErrorFactory;
  readonly preconditionFailed: ErrorFactory;
  readonly contentTooLarge: ErrorFactory;
  readonly unsupportedMediaType: ErrorFactory;
  readonly unprocessableContent: ErrorFactory;
  readonly tooManyRequests: ErrorFactory;
  readonly internal: ErrorFactory;
  readonly notImplemented: ErrorFactory;
  readonly badGateway: ErrorFactory;
  readonly unavailable: ErrorFactory;
  readonly gatewayTimeout: ErrorFactory;
}

function of(status: number): ErrorFactory {
  return (detail, options) => new HttpError(status, detail, options);
}

/**
 * Errors of the usual statuses, by name.
 *
 * @example
 * throw httpErrors.notFound("There is no such room.");
 */
export const httpErrors: HttpErrors = {
  badRequest: of(400),
  unauthorized: of(401),
  forbidden: of(403),
  notFound: of(404),
  methodNotAllowed: of(405),
  notAcceptable: of(406),
  conflict: of(409),
  gone: of(410),
  preconditionFailed: of(412),
  contentTooLarge: of(413),
  unsupportedMediaType: of(415),
  unprocessableContent: of(422),
  tooManyRequests: of(429),
  internal: of(500),
  notImplemented: of(501),
  badGateway: of(502),
  unavailable: of(503),
  gatewayTimeout: of(504),
};

/**
 * The error as one for the caller, or `undefined` when it was not meant for the caller.
 *
 * Errors of other middlewares that say `expose: true` and carry a status are understood as well.
 */
export function toHttpError(error: unknown): HttpError | undefined {
  if (error instanceof HttpError) return error;
  if (!(error instanceof Error)) return undefined;
  const { statusCode, expose } = error as { statusCode?: unknown; expose?: unknown }; // only read, and checked below
  if (expose !== true || !isErrorStatus(statusCode)) return undefined;
  return new HttpError(statusCode, error.message, { cause: error });
}

/** Whether a value is a status that refuses: a whole number from 400 to 599. */
export function isErrorStatus(value: unknown): value is number {
  return Number.isInteger(value) && Number(value) >= 400 && Number(value) <= 599;
}

// Refusals as problem documents, or as text for a caller that takes no JSON.
import { HttpError, refusal, type FieldError } from "../http-error.ts";
import { problemTypeFor } from "./accept.ts";
import { Reply } from "./reply.ts";
import type { IncomingRequest } from "./request.ts";

/**
 * What a caller reads when a request was refused.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9457
 */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail?: string;
  /** Names this occurrence: the request id as a URN. */
  readonly instance: string;
  readonly errors?: readonly FieldError[];
  /** Seconds after which it is worth trying again; also in the header `retry-after`. */
  readonly retryAfter?: number;
}

/** An error as the reply that is sent. */
export function toProblemReply(error: HttpError, request: IncomingRequest): Reply {
  const { statusCode: status, retryAfter } = error;
  const type = problemTypeFor(request.sentHeader("accept"));
  const problem = toProblem(error, request.requestId);
  const isJson = type === "application/problem+json";
  return new Reply({
    status,
    body: isJson ? problem : toText(problem),
    kind: isJson ? "json" : "text",
    headers: {
      ...(retryAfter === undefined ? undefined : { "retry-after": retryAfter }),
      ...error.headers,
      vary: error.headers?.["vary"] === undefined ? "accept" : `${error.headers["vary"]}, accept`,
      "content-type": type,
    },
  });
}

function toProblem(error: HttpError, requestId: string): Problem {
  const { detail, errors, retryAfter } = error;
  return {
    type: error.type,
    title: error.title,
    status: error.statusCode,
    ...(detail === undefined ? undefined : { detail }),
    instance: `urn:request:${encodeURIComponent(requestId.toWellFormed())}`,
    ...(errors === undefined ? undefined : { errors }),
    ...(retryAfter === undefined ? undefined : { retryAfter }),
  };
}

function toText({ status, title, detail, errors, instance }: Problem): string {
  const lines = [`${status} ${title}`];
  if (detail !== undefined) lines.push(detail);
  for (const { path, message } of errors ?? []) lines.push(`- ${path}: ${message}`);
  return `${[...lines, instance].join("\n")}\n`;
}

/** What is shown for an error that was not meant for the caller: nothing of it. */
export function bareError(): HttpError {
  return refusal(500);
}

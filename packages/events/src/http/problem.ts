// Refusals as problem documents.
import { HttpError, type FieldError } from "../http-error.ts";
import { Reply } from "./reply.ts";

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
}

/** An error as the reply that is sent. */
export function toProblemReply(error: HttpError, requestId: string): Reply {
  const problem: Problem = {
    type: error.type,
    title: error.title,
    status: error.statusCode,
    ...(error.detail === undefined ? undefined : { detail: error.detail }),
    instance: `urn:request:${encodeURIComponent(requestId.toWellFormed())}`,
    ...(error.errors === undefined ? undefined : { errors: error.errors }),
  };
  return new Reply({
    status: error.statusCode,
    body: problem,
    kind: "json",
    headers: { ...error.headers, "content-type": "application/problem+json" },
  });
}

/** What is shown for an error that was not meant for the caller: nothing of it. */
export function bareError(): HttpError {
  return new HttpError(500);
}

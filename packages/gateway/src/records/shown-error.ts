// Why a request was refused, as logs may tell it.
import type { HttpFacts, RestFacts } from "./facts.ts";
import { createRedaction } from "./redaction.ts";

/** A refusal without secrets. */
export interface ShownError {
  readonly type: string;
  readonly status: number;
  readonly message: string | null;
  readonly why: string | undefined;
  readonly validation: string | undefined;
}

/** The error of a request, if it has one. It may tell what the caller sent: secrets are masked. */
export function toShownError(facts: RestFacts | HttpFacts): ShownError | undefined {
  const { error } = facts.notes;
  if (!error) return undefined;
  const redact = createRedaction(facts);
  const { type, status, message, why, detail } = error;
  return {
    type,
    status,
    message: message === null ? null : redact(message),
    why: why === undefined ? undefined : redact(why),
    validation: detail && redact(detail()),
  };
}

// What must not be read in a log line or a trace: tokens, keys and cookies, by their names and by their looks.

const redacted = "[redacted]";

/** Headers, fields of events and of forms whose value lets somebody in. */
const secretNames =
  /^(?:authorization|proxy-authorization|cookies?|set-cookie|sec-websocket-protocol|identity-?source|samlresponse|(?:client_)?assertion)$|(?:token|secret|password|api[-_]?key)$/i;

/** What lets somebody in, wherever it is written. */
const secretTexts: readonly RegExp[] = [
  /eyJ[A-Za-z0-9_-]*\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*/g, // JWTs
  /\bgw[kt]_[A-Za-z0-9_-]{10,}/g, // API keys and connect tickets of @gatewright/authorizer
  /(?<=\b(?:bearer|basic)[ .])[A-Za-z0-9+/._~-]{8,}=*/gi,
  /(?<=[?&](?:[a-z_]*token|ticket|x-amz-signature|x-amz-security-token|signature|key)=)[^&\s"']+/gi,
];

/**
 * Leaves secrets out of what is written: the replacer for Powertools' `Logger`, and for `JSON.stringify`.
 *
 * A text or a list under a name such as `authorization`, `cookies`, `x-api-key`, `refresh_token` or `password` is left out whole;
 * in any other text JWTs, bearer and basic credentials, our own keys and tickets, and the tokens and signatures of
 * addresses are. A secret without such a look, under a name that says nothing, is not recognised.
 *
 * @example
 * const logger = new Logger({ jsonReplacerFn: redact });
 */
export function redact(key: string, value: unknown): unknown {
  if (secretNames.test(key) && (typeof value === "string" || Array.isArray(value))) return redacted;
  return typeof value === "string" ? redactText(value) : value;
}

/** The text without what lets somebody in. */
export function redactText(text: string): string {
  return secretTexts.reduce((rest, secret) => rest.replace(secret, redacted), text);
}

/** The same error, or one like it whose words tell no secret. */
export function redactError(error: unknown): unknown {
  if (!(error instanceof Error)) return typeof error === "string" ? redactText(error) : error;
  const [message, stack] = [redactText(error.message), error.stack && redactText(error.stack)];
  if (message === error.message && stack === error.stack) return error;
  return Object.assign(new Error(message), { name: error.name, stack });
}

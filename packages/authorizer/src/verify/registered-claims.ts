// Whether the claims that every JWT reader knows have the shape that they must have.

const isText = (value: unknown): boolean => typeof value === "string";
const isMoment = (value: unknown): boolean => Number.isFinite(value);
const isAudience = (value: unknown): boolean =>
  typeof value === "string" || (Array.isArray(value) && value.every(isText));

const shapes: readonly (readonly [string, (value: unknown) => boolean])[] = [
  ["exp", isMoment],
  ["nbf", isMoment],
  ["iat", isMoment],
  ["iss", isText],
  ["sub", isText],
  ["jti", isText],
  ["aud", isAudience],
];

/**
 * Whether one of the registered claims is there in another shape than its own: a number as text, a list of issuers.
 *
 * @see https://www.rfc-editor.org/rfc/rfc7519#section-4.1
 */
export function hasMisshapenClaim(payload: Readonly<Record<string, unknown>>): boolean {
  for (const [name, isRight] of shapes) {
    const value = payload[name];
    if (value !== undefined && !isRight(value)) return true;
  }
  return false;
}

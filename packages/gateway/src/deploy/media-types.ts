// Which media types an API treats as binary.

/** Whether a media type (lower case, no parameters) is binary for the API. */
export type BinaryTest = (mediaType: string | undefined) => boolean;

/**
 * Compiles `binaryMediaTypes`. An entry is a type, `type/*`, or the pair of stars that makes every body binary,
 * also one without a type.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-payload-encodings.html
 */
export function compileBinaryTypes(types: readonly string[]): BinaryTest {
  const exact = new Set(types.map((type) => type.trim().toLowerCase()));
  if (exact.has("*/*")) return () => true;
  return (type) => type !== undefined && (exact.has(type) || exact.has(`${type.split("/", 1)[0]}/*`));
}

// JSON text from outside into a value, without keys that could reach a prototype.
import { refusal, withoutStack, type HttpError } from "./http-error.ts";
import { findJsonBreak } from "./json-break.ts";

const byteOrderMark = 0xfeff;

/** What could spell a key that reaches a prototype, as it stands or through an escape. */
const suspicious = /__proto__|constructor|\\u00/;

/**
 * Parses a JSON text of the caller.
 *
 * `@middy/http-json-body-parser` decides about every text that could hold a dangerous key. It walks the
 * whole value with a reviver, which costs more than all the rest of a request, and it loads `node:http`;
 * so a text in which no such key can be spelled is parsed at once, with the same outcome.
 *
 * @returns the value, or a promise of it while the parser is being loaded.
 * @throws {HttpError} 400 with the position for malformed JSON, 422 for a forbidden key.
 */
export function parseJson(text: string): unknown {
  const bare = text.charCodeAt(0) === byteOrderMark ? text.slice(1) : text;
  if (suspicious.test(bare)) return parseGuarded(bare);
  try {
    return withoutStack(() => JSON.parse(bare) as unknown);
  } catch {
    throw malformed(bare);
  }
}

async function parseGuarded(text: string): Promise<unknown> {
  const { parseWithGuard } = await import("./json-guarded.ts");
  try {
    return await parseWithGuard(text);
  } catch (error) {
    const cause = (error as { cause?: { message?: unknown } }).cause; // the parser's error carries JSON.parse's words there
    if (typeof cause?.message === "string") throw malformed(text);
    throw refusal(422, "The body holds a key that is not allowed.");
  }
}

/** Says where the text stops being JSON. The errors of the parsers quote the body, so they are no cause of it. */
function malformed(text: string): HttpError {
  const offset = findJsonBreak(text);
  const before = text.slice(0, offset);
  const line = before.split("\n").length;
  const column = offset - before.lastIndexOf("\n");
  return refusal(400, `The body is not valid JSON: it breaks at line ${line}, column ${column}.`);
}

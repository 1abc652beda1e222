// The id of a message that cannot be taken: whoever sent it wants to hear so at once.

const tokens = /\s*("(?:[^"\\]|\\.)*"|[{}[\]:,]|[^\s"{}[\]:,]+)/gy;

/**
 * Finds the `id` of a JSON object as far as its text can be read, which may break off or hold what is not allowed.
 *
 * Only the object's own `id` counts, and only where it is a text.
 */
export function findId(text: string): string | undefined {
  let depth = 0;
  let last: readonly string[] = [];
  for (const [, token = ""] of text.matchAll(tokens)) {
    if (token === "{" || token === "[") depth += 1;
    if (token === "}" || token === "]") depth -= 1;
    const [before, name, colon] = last;
    const isName = (before === "{" || before === ",") && name === '"id"' && colon === ":";
    if (depth === 1 && isName) return readText(token);
    last = [...last.slice(-2), token];
  }
  return undefined;
}

function readText(token: string): string | undefined {
  if (!token.startsWith('"')) return undefined;
  try {
    return JSON.parse(token) as string; // what begins with a quotation mark is a text
  } catch {
    return undefined;
  }
}

// What JSON.parse lets pass and a token must not have: a name that is there twice, nesting without end, names of JavaScript's own.

/** Deeper than any claim that an issuer writes. */
const deepest = 16;

/** Names that no claim has: whoever merges objects by hand would write them into a prototype. */
const refusedNames = ["__proto__", "constructor"];

/** A colon after each kind of white space that JSON knows. */
const spaced = [" :", "\t:", "\n:", "\r:"];

const quote = 0x22;
const backslash = 0x5c;

/** Names seen in each object that is open; `undefined` for an open list. */
type Open = Set<string> | undefined;

/**
 * Whether a text of one flat object clearly has as many names as the object that it became: most tokens are like that,
 * and need no closer look. A colon after white space, or inside of a text, is reason enough for one.
 */
export function isPlain(json: string, value: object): boolean {
  if (json.includes("{", 1) || spaced.some((colon) => json.includes(colon))) return false;
  if (refusedNames.some((name) => Object.hasOwn(value, name))) return false;
  let names = 0;
  let lists = 0;
  for (let at = json.indexOf('":'); at >= 0; at = json.indexOf('":', at + 2)) names += 1;
  for (let at = json.indexOf("["); at >= 0; at = json.indexOf("[", at + 1)) lists += 1;
  return lists <= deepest && names === Object.keys(value).length;
}

/** What is wrong with a text that is JSON all the same. */
export type JsonFault = "duplicate" | "too-deep" | "name-refused";

/**
 * Looks once through a JSON text. What is not JSON at all is left to the parser.
 *
 * @see https://www.rfc-editor.org/rfc/rfc8259#section-4
 */
export function findJsonFault(json: string): JsonFault | undefined {
  const open: Open[] = [];
  for (let at = 0; at < json.length; at += 1) {
    const character = json.charCodeAt(at);
    if (character === quote) {
      const end = endOfText(json, at);
      const names = open.at(-1);
      if (names && isName(json, end + 1)) {
        const name = readName(json, at, end);
        if (names.has(name)) return "duplicate";
        if (refusedNames.includes(name)) return "name-refused";
        names.add(name);
      }
      at = end;
    } else if (character === 0x7b || character === 0x5b) {
      if (open.length === deepest) return "too-deep";
      open.push(character === 0x7b ? new Set() : undefined);
    } else if (character === 0x7d || character === 0x5d) open.pop();
  }
  return undefined;
}

/** The closing quote of the text that opens at `start`. */
function endOfText(json: string, start: number): number {
  let end = json.indexOf('"', start + 1);
  while (end > 0) {
    let slashes = 0;
    while (json.charCodeAt(end - 1 - slashes) === backslash) slashes += 1;
    if (slashes % 2 === 0) return end;
    end = json.indexOf('"', end + 1);
  }
  return json.length;
}

/** Whether a colon follows: in JSON, only after a name. */
function isName(json: string, from: number): boolean {
  let at = from;
  while (json.charCodeAt(at) <= 0x20) at += 1;
  return json.charCodeAt(at) === 0x3a;
}

/** Escapes are undone, since `"\u0073ub"` is `sub`. */
function readName(json: string, start: number, end: number): string {
  const raw = json.slice(start + 1, end);
  if (!raw.includes("\\")) return raw;
  try {
    return String(JSON.parse(`"${raw}"`));
  } catch {
    return raw; // no JSON: the parser will say so
  }
}

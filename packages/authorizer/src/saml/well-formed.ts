// What stands where in XML that is well-formed, before a parser sees it that would mend it and write what it mended to the console.

const name = "[A-Za-z_][\\w.-]*(?::[A-Za-z_][\\w.-]*)?";
const tag = new RegExp(
  `<(?:/(${name})\\s*|(${name})(?:\\s+${name}\\s*=\\s*(?:"[^"<]*"|'[^'<]*'))*\\s*(/?))>`,
  "g",
);
const reference = /&(?!(?:amp|lt|gt|quot|apos|#\d{1,7}|#x[0-9a-fA-F]{1,6});)/;
/** Control characters but tab and line ends, and what stands for bytes that were no text. */
const forbidden = /[^\P{Cc}\t\n\r]|[\ufffd-\uffff]/u;

/** No SAML document nests deeper. */
const deepest = 64;

/** One element: its name without a prefix, and the names of those that it is in, outermost first. */
export interface Place {
  readonly name: string;
  readonly above: readonly string[];
}

/**
 * Every element of a text without declaration, document type, comments and sections; `undefined` where it is not one
 * well-formed element.
 *
 * @see https://www.w3.org/TR/xml/#sec-well-formed
 */
export function readPlaces(xml: string): readonly Place[] | undefined {
  if (reference.test(xml) || forbidden.test(xml)) return undefined;
  const places: Place[] = [];
  const open: string[] = [];
  let end = 0;
  let roots = 0;
  for (const found of xml.matchAll(tag)) {
    const between = xml.slice(end, found.index);
    if (between.includes("<") || (open.length === 0 && between.trim() !== "")) return undefined;
    end = found.index + found[0].length;
    const [, closes, opens, empty] = found;
    if (closes !== undefined) {
      if (open.pop() !== closes) return undefined;
    } else if (opens !== undefined) {
      if (open.length === 0) roots += 1;
      places.push({ name: localOf(opens), above: open.map(localOf) });
      if (empty !== "/") open.push(opens);
      if (open.length > deepest) return undefined;
    }
  }
  return roots === 1 && open.length === 0 && xml.slice(end).trim() === "" ? places : undefined;
}

const localOf = (tagName: string): string => tagName.slice(tagName.indexOf(":") + 1);

// Whether XML is well-formed, before a parser sees it that would mend it, and write what it mended to the console.

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

/**
 * Whether a text without declaration, document type, comments and sections is one well-formed element.
 *
 * @see https://www.w3.org/TR/xml/#sec-well-formed
 */
export function isWellFormed(xml: string): boolean {
  if (reference.test(xml) || forbidden.test(xml)) return false;
  const open: string[] = [];
  let end = 0;
  let roots = 0;
  for (const found of xml.matchAll(tag)) {
    const between = xml.slice(end, found.index);
    if (between.includes("<") || (open.length === 0 && between.trim() !== "")) return false;
    end = found.index + found[0].length;
    const [, closes, opens, empty] = found;
    if (closes !== undefined) {
      if (open.pop() !== closes) return false;
    } else {
      if (open.length === 0) roots += 1;
      if (opens !== undefined && empty !== "/") open.push(opens);
      if (open.length > deepest) return false;
    }
  }
  return roots === 1 && open.length === 0 && xml.slice(end).trim() === "";
}

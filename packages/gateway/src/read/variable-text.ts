// The grammar of ${source(argument):address, default}: text to its literal and variable parts.

/** Text with variables in it: literal pieces and variables in turn. */
export type Text = readonly (string | Variable)[];

export interface Variable {
  /** As written, for errors. */
  readonly written: string;
  /** Tried in turn until one has a value. */
  readonly alternatives: readonly Alternative[];
}

export type Alternative =
  | { readonly kind: "literal"; readonly value: null | boolean | number }
  | { readonly kind: "text"; readonly text: Text }
  | {
      readonly kind: "source";
      readonly source: string;
      readonly argument?: Text;
      readonly address?: Text;
    };

/** What is wrong with a variable's text. Caught and put into a failure by who knows the place. */
export class VariableSyntaxError extends Error {}

// A source's name, then an address or an argument. `${AWS::Region}` and `${stageVariables.x}` are not ours.
const opening = /\$\{\s*[a-z][a-zA-Z0-9]*\s*(?:\(|:(?!:))/y;
const maximumNesting = 20;

/** Whether text holds a variable of ours. */
export function hasVariables(text: string): boolean {
  for (let at = text.indexOf("${"); at >= 0; at = text.indexOf("${", at + 2)) {
    opening.lastIndex = at;
    if (opening.test(text)) return true;
  }
  return false;
}

/**
 * Splits text into its literal pieces and its variables. `\${` writes a plain `${`.
 *
 * @throws {VariableSyntaxError} where a variable has no end or an alternative is not understood.
 */
export function parseText(text: string, nesting = 0): Text {
  if (nesting > maximumNesting) throw new VariableSyntaxError("variables are nested too deeply");
  const parts: (string | Variable)[] = [];
  let literal = "";
  let from = 0;
  for (let at = text.indexOf("${"); at >= 0; at = text.indexOf("${", from)) {
    opening.lastIndex = at;
    const escaped = text[at - 1] === "\\" && at > from;
    if (escaped || !opening.test(text)) {
      literal += `${text.slice(from, escaped ? at - 1 : at)}\${`;
      from = at + 2;
      continue;
    }
    const end = endOf(text, at + 2, "}");
    literal += text.slice(from, at);
    if (literal !== "") parts.push(literal);
    literal = "";
    const written = text.slice(at, end + 1);
    parts.push({ written, alternatives: toAlternatives(text.slice(at + 2, end), nesting) });
    from = end + 1;
  }
  literal += text.slice(from);
  if (literal !== "" || parts.length === 0) parts.push(literal);
  return parts;
}

/** Index of the `closing` that ends what began before `from`, outside of quotes and of inner variables. */
function endOf(text: string, from: number, closing: string): number {
  const end = scan(text, from, (character, depth) => depth === 0 && character === closing);
  if (end < 0) throw new VariableSyntaxError(`a "${closing}" is missing`);
  return end;
}

function scan(text: string, from: number, stop: (character: string, depth: number) => boolean): number {
  const open: string[] = [];
  for (let at = from; at < text.length; at++) {
    const character = text.charAt(at);
    if (stop(character, open.length)) return at;
    if (character === open.at(-1)) open.pop();
    else if ((character === "'" || character === '"') && startsWord(text, at)) open.push(character);
    else if (isQuoted(open)) continue;
    else if (character === "(") open.push(")");
    else if (character === "{" && text[at - 1] === "$") open.push("}");
  }
  return -1;
}

function isQuoted(open: readonly string[]): boolean {
  return open.at(-1) === "'" || open.at(-1) === '"';
}

/** A quote opens only where an alternative or an argument begins; elsewhere it is an apostrophe. */
function startsWord(text: string, at: number): boolean {
  return /(?:^|[,({:])\s*$/.test(text.slice(Math.max(0, at - 20), at));
}

function toAlternatives(text: string, nesting: number): Alternative[] {
  const alternatives: Alternative[] = [];
  let from = 0;
  while (from <= text.length) {
    const comma = scan(text, from, (character, depth) => depth === 0 && character === ",");
    const end = comma < 0 ? text.length : comma;
    alternatives.push(toAlternative(text.slice(from, end).trim(), nesting + 1));
    from = end + 1;
    if (comma < 0) break;
  }
  return alternatives;
}

const words: Readonly<Record<string, null | boolean>> = { null: null, true: true, false: false };

function toAlternative(text: string, nesting: number): Alternative {
  const quoted = /^(['"])(.*)\1$/s.exec(text);
  if (quoted !== null) return { kind: "text", text: parseText(quoted[2] ?? "", nesting) };
  if (Object.hasOwn(words, text)) return { kind: "literal", value: words[text] ?? null };
  if (/^-?\d+(?:\.\d+)?$/.test(text)) return { kind: "literal", value: Number(text) };
  if (text.startsWith("${")) return { kind: "text", text: parseText(text, nesting) };
  const head = /^([a-z][a-zA-Z0-9]*)\s*([(:])/.exec(text);
  if (head === null) {
    throw new VariableSyntaxError(
      `"${text.slice(0, 40)}" is neither a source such as self: nor a default; text needs quotes`,
    );
  }
  return toSource(text, { source: head[1] ?? "", after: head[0].length, opens: head[2] ?? "" }, nesting);
}

function toSource(
  text: string,
  head: { readonly source: string; readonly after: number; readonly opens: string },
  nesting: number,
): Alternative {
  if (head.opens === ":") {
    return { kind: "source", source: head.source, address: parseText(text.slice(head.after), nesting) };
  }
  const end = endOf(text, head.after, ")");
  const argument = parseText(text.slice(head.after, end).trim(), nesting);
  const rest = text.slice(end + 1).trim();
  if (rest === "") return { kind: "source", source: head.source, argument };
  if (!rest.startsWith(":")) throw new VariableSyntaxError(`a ":" must follow ${head.source}(…)`);
  return { kind: "source", source: head.source, argument, address: parseText(rest.slice(1), nesting) };
}

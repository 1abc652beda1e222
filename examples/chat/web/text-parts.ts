// A message's text, taken apart into what is shown as a link, as code, and as it stands.

/** A piece of text; the pieces in order make the whole, without the backticks around code. */
export interface TextPart {
  readonly is: "text" | "link" | "code" | "block";
  readonly text: string;
}

const marks = /```(?:[\w+-]*\n)?([\s\S]+?)```|(?<!`)`([^`\n]+)`(?!`)|(https?:\/\/[^\s<>"`]+)/g;

/** Takes a text apart. Only http and https addresses become links. */
export function toParts(text: string): readonly TextPart[] {
  const parts: TextPart[] = [];
  const add = (is: TextPart["is"], piece: string): void => {
    if (piece !== "") parts.push({ is, text: piece });
  };
  let from = 0;
  for (const { index, 0: all, 1: block, 2: code, 3: address } of text.matchAll(marks)) {
    const link = address === undefined ? undefined : trimAddress(address);
    if (link !== undefined && !URL.canParse(link)) continue;
    const before = text.slice(from, index);
    // a block stands on lines of its own: the breaks around it are not empty lines
    add("text", block === undefined ? before : before.replace(/\n$/, ""));
    if (block !== undefined) add("block", block.replace(/^\n+|\s+$/g, ""));
    else if (code !== undefined) add("code", code);
    else if (link !== undefined) add("link", link);
    from = index + (link ?? all).length;
    if (block !== undefined && text[from] === "\n") from += 1;
  }
  add("text", text.slice(from));
  return parts;
}

/** Whether a text is one to three emoji and nothing else. */
export function isEmojiOnly(text: string): boolean {
  return /^(?:(?:\p{Extended_Pictographic}(?:\uFE0F|\p{Emoji_Modifier}|\u200D\p{Extended_Pictographic})*|\p{RI}{2})\s?){1,3}$/u.test(
    text,
  );
}

/** What ends a sentence does not belong to the address; a closing bracket does where it was opened in it. */
function trimAddress(address: string): string {
  let end = address.length;
  for (; end > 0; end -= 1) {
    const last = address.charAt(end - 1);
    const isUnopened = last === ")" && !address.slice(0, end).includes("(");
    if (!".,;:!?'*_".includes(last) && !isUnopened) break;
  }
  return address.slice(0, end);
}

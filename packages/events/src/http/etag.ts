// Entity tags: made from a body, and compared with what the caller has already.

/** A strong tag of what is sent, whatever it says. */
export function etagOf(body: string): string {
  const { hash } = process.getBuiltinModule("node:crypto"); // loaded only where tags are made
  return `"${hash("sha1", body, "base64url")}"`;
}

/**
 * Whether the caller has this already. Tags are compared weakly, as is right for GET and HEAD.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-13.1.2
 */
export function hasAlready(ifNoneMatch: string | undefined, etag: string): boolean {
  if (ifNoneMatch === undefined) return false;
  if (ifNoneMatch.trim() === "*") return true;
  const wanted = opaque(etag);
  return (ifNoneMatch.match(/(?:W\/)?"[^"]*"/g) ?? []).some((tag) => opaque(tag) === wanted);
}

function opaque(tag: string): string {
  return tag.startsWith("W/") ? tag.slice(2) : tag;
}

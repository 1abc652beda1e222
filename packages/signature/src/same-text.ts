// Whether two secrets are equal, without telling by the time it takes.

const { hash, timingSafeEqual } = process.getBuiltinModule("node:crypto");

/** Compares two texts in a time that does not depend on where they differ. */
export function sameText(a: string, b: string): boolean {
  return timingSafeEqual(digest(a), digest(b));
}

function digest(text: string): Buffer {
  return hash("sha256", text, "buffer");
}

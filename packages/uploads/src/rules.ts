// What may be uploaded: how large, of which types.
import { failures } from "./failures.ts";

/** What may be uploaded. */
export interface UploadRules {
  /** At most 5 GB, which is the most that S3 takes in one piece; 5 TB where tickets are remembered. */
  readonly maxBytes: number;
  /**
   * Content types, exact or as `image/*`. A pattern never means a type that a browser runs scripts of
   * (`image/svg+xml`, `text/html` …): name such a type if you want it.
   */
  readonly types: readonly string[];
}

/** The largest file of one piece: 5 GB. */
export const largestPiece: number = 5 * 1024 ** 3;
/** The largest object of all: 5 TB. */
export const largestObject: number = 5 * 1024 ** 4;

const scripted = new Set(
  "image/svg+xml text/html application/xhtml+xml text/xml application/xml text/javascript application/javascript".split(
    " ",
  ),
);

/** Type and subtype as RFC 6838 allows them; parameters are not taken. */
const typePattern = /^[a-z0-9][a-z0-9!#$&^_.+-]{0,126}\/[a-z0-9][a-z0-9!#$&^_.+-]{0,126}$/;

/** @throws `RULES_INVALID` for rules that could not hold or would allow nothing. */
export function assertRules({ maxBytes, types }: UploadRules, most: number): void {
  if (!Number.isInteger(maxBytes) || maxBytes < 1 || maxBytes > most) {
    throw failures.create("RULES_INVALID", { rule: "maxBytes", because: `${maxBytes} is out of range` });
  }
  if (types.length === 0) throw failures.create("RULES_INVALID", { rule: "types", because: "it is empty" });
  const strange = types.find(
    (type) => !typePattern.test(type.replace(/\/\*$/, "/any")) || type.startsWith("*"),
  );
  if (strange !== undefined) {
    throw failures.create("RULES_INVALID", { rule: "types", because: `"${strange}" is not a content type` });
  }
}

/** Holds a file against the rules. @throws `SIZE_INVALID`, `TOO_LARGE`, `TYPE_NOT_ALLOWED` */
export function assertAllowed(
  { size, contentType }: { readonly size: number; readonly contentType: string },
  { maxBytes, types }: UploadRules,
): void {
  if (!Number.isSafeInteger(size) || size < 1) throw failures.create("SIZE_INVALID", { size });
  if (size > maxBytes) throw failures.create("TOO_LARGE", { size, maxBytes });
  if (!types.some((allowed) => matches(allowed, contentType))) {
    throw failures.create("TYPE_NOT_ALLOWED", {
      contentType: typePattern.test(contentType) ? contentType : "?",
      types,
    });
  }
}

function matches(allowed: string, contentType: string): boolean {
  if (allowed === contentType) return true;
  if (!allowed.endsWith("/*") || !typePattern.test(contentType)) return false;
  return contentType.startsWith(allowed.slice(0, -1)) && !scripted.has(contentType);
}

// What can go wrong with an upload, for the programmer: every code with its fix.
import { defineFailures, type Failures } from "@gatewright/contract";

const table = {
  RULES_INVALID: {
    says: (at: { readonly rule: string; readonly because: string }): string =>
      `The upload rule ${at.rule} cannot be kept: ${at.because}.`,
    fix: 'Give `maxBytes` from 1 to 5368709120 (5 GB) and `types` as in ["image/*", "application/pdf"].',
    blame: "user",
  },
  PREFIX_INVALID: {
    says: (at: { readonly prefix: string }): string => `"${at.prefix}" cannot stand before an object's key.`,
    fix: "Use letters, digits, dots, hyphens and underscores, in folders with one slash between them.",
    blame: "user",
  },
  REGION_MISSING: {
    says: (_at: { readonly bucket: string }): string => "The bucket's region is not known.",
    fix: "Pass `region`, or run where AWS_REGION is set: AWS Lambda and `gatewright dev` set it.",
    blame: "user",
  },
  TYPE_NOT_ALLOWED: {
    says: (at: { readonly contentType: string; readonly types: readonly string[] }): string =>
      `Files of type ${at.contentType} are not taken; allowed are ${at.types.join(", ")}.`,
    fix: "Tell the caller which types are taken (415 Unsupported Media Type).",
    blame: "user",
  },
  TOO_LARGE: {
    says: (at: { readonly size: number; readonly maxBytes: number }): string =>
      `A file of ${at.size} bytes is too large; the limit is ${at.maxBytes}.`,
    fix: "Tell the caller the limit (413 Content Too Large).",
    blame: "user",
  },
  SIZE_INVALID: {
    says: (at: { readonly size: number }): string => `${at.size} is not a file's size.`,
    fix: "Give the file's size in whole bytes, at least 1 (400 Bad Request).",
    blame: "user",
  },
  FILENAME_INVALID: {
    says: (at: { readonly because: string }): string => `The file's name cannot be kept: ${at.because}.`,
    fix: "Ask for another name (400 Bad Request).",
    blame: "user",
  },
  METADATA_INVALID: {
    says: (at: { readonly name: string; readonly because: string }): string =>
      `The metadata "${at.name}" cannot be kept: ${at.because}.`,
    fix: "Use names of lower-case letters, digits and hyphens, and together at most 2 KB.",
    blame: "user",
  },
  ID_INVALID: {
    says: (at: { readonly prefix: string }): string =>
      `This is not the id of an upload below "${at.prefix}".`,
    fix: "Use the id of a ticket that the same `uploadTo` gave out (404 Not Found).",
    blame: "user",
  },
  NOT_ARRIVED: {
    says: (at: { readonly key: string }): string => `Nothing has arrived at ${at.key}.`,
    fix: "Upload the file with its ticket first (409 Conflict).",
    blame: "user",
  },
  NOT_AS_PROMISED: {
    says: (at: { readonly key: string; readonly because: string }): string =>
      `What has arrived at ${at.key} is not what was promised: ${at.because}.`,
    fix: "Refuse the file and remove it; ask for another upload (422 Unprocessable Content).",
    blame: "user",
  },
  STORE_REFUSED: {
    says: (at: { readonly key: string; readonly status: number }): string =>
      `S3 refused to show ${at.key}: status ${at.status}.`,
    fix: "Allow the function s3:GetObject below the prefix, and s3:ListBucket, without which S3 hides that an object is missing.",
    blame: "user",
  },
  STORE_UNREACHABLE: {
    says: (at: { readonly host: string }): string => `S3 at ${at.host} could not be reached.`,
    fix: "Try again; check the region, AWS_ENDPOINT_URL_S3 and the way out of the function's network.",
    blame: "system",
  },
} as const;

/** The failures of `@gatewright/uploads`; map their codes to your API's errors. */
export const failures: Failures<typeof table> = defineFailures("uploads", table);

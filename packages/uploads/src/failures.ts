// What can go wrong with an upload, for the programmer: every code with its fix.
import { defineFailures, type Failures } from "@gatewright/contract";

const table = {
  RULES_INVALID: {
    says: (at: { readonly rule: string; readonly because: string }): string =>
      `The upload rule ${at.rule} cannot be kept: ${at.because}.`,
    fix: 'Give `maxBytes` from 1 to 5 GB, or to 5 TB with `proof.tickets`, and `types` as in ["image/*", "application/pdf"].',
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
  CHECKSUM_INVALID: {
    says: (at: { readonly because: string }): string => `The checksum cannot be kept: ${at.because}.`,
    fix: 'Give it as in { algorithm: "sha256", value: "BASE64" } (400 Bad Request).',
    blame: "user",
  },
  TICKETS_MISSING: {
    says: (at: { readonly what: string }): string => `${at.what} needs a memory of tickets.`,
    fix: "Give `proof: { tickets }` to uploadTo: dynamoTickets({ table }), or memoryTickets() in tests.",
    blame: "user",
  },
  TICKET_UNKNOWN: {
    says: (_at: { readonly id: string }): string => "No ticket of this id is remembered.",
    fix: "Ask for a new ticket; ids are remembered for some days after their end (404 Not Found).",
    blame: "user",
  },
  TICKET_EXPIRED: {
    says: (at: { readonly id: string }): string => `Nothing arrived for the ticket ${at.id} before it ended.`,
    fix: "Ask for a new ticket (410 Gone).",
    blame: "user",
  },
  NOT_PROVEN: {
    says: (at: { readonly key: string }): string => `${at.key} has not been proven to be what was promised.`,
    fix: "Confirm the upload first; nothing unproven is handed out (409 Conflict).",
    blame: "user",
  },
  NOT_SCANNED: {
    says: (at: { readonly key: string }): string => `The scan of ${at.key} has no result yet.`,
    fix: "Ask again later; an event of the scanner or the sweep goes on with it (409 Conflict).",
    blame: "user",
  },
  PROOF_RUNNING: {
    says: (at: { readonly key: string }): string =>
      `${at.key} is being proven by somebody else, or has just changed.`,
    fix: "Ask again in a few seconds (409 Conflict).",
    blame: "user",
  },
  COMMAND_INVALID: {
    says: (at: { readonly because: string }): string =>
      `This cannot be asked of an upload in parts: ${at.because}.`,
    fix: "Pass on what the browser's half says, unchanged (400 Bad Request).",
    blame: "user",
  },
  PARTS_MISSING: {
    says: (at: { readonly key: string; readonly missing: readonly number[] }): string =>
      `${at.key} cannot be completed: ${at.missing.length} parts are missing or of another size, the first is ${at.missing[0]}.`,
    fix: "Upload these parts again, then complete (409 Conflict).",
    blame: "user",
  },
  EVENT_FAILED: {
    says: (at: { readonly failed: number; readonly of: number }): string =>
      `${at.failed} of ${at.of} records of an S3 event could not be acted upon; the causes are in \`cause\`.`,
    fix: "Let the function fail: Lambda sends the event again, and records that are done are passed over.",
    blame: "system",
  },
  RESPONSE_TOO_LARGE: {
    says: (at: { readonly bytes: number; readonly limit: number }): string =>
      `The response has ${at.bytes} bytes as encoded, more than the ${at.limit} that Lambda returns.`,
    fix: "Give `largeResponses` a bucket, stream the response, or send less.",
    blame: "user",
  },
  BAD_TABLE: {
    says: (at: { readonly table: string }): string => `"${at.table}" cannot be the name of a DynamoDB table.`,
    fix: "Give the table's name, as in process.env.TICKETS_TABLE.",
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

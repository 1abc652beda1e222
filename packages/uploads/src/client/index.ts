// The front door of the browser's half.
export { startUpload, upload } from "./upload.ts";
export type { UploadRun, UploadWatch } from "./upload.ts";
export { UploadError } from "./upload-error.ts";
export { checksumOf } from "./checksum.ts";
export type { Ask } from "./send-parts.ts";
export type { PartsTicket, PostTicket, PutTicket, UploadTicket } from "../ticket.ts";
export type { PartsAnswer, PartsCommand } from "../parts-command.ts";

// The front door of uploads: a safe way into a bucket, proof of arrival, and a link out.
export { uploadTo } from "./upload-to.ts";
export type { UploadOptions, Uploads } from "./upload-to.ts";
export type { PlaceOptions } from "./place.ts";
export type { UploadRules } from "./rules.ts";
export type { FileToUpload, UploadTicket } from "./ticket.ts";
export type { UploadProof } from "./confirm.ts";
export type { DownloadOptions } from "./download-url.ts";
export { failures } from "./failures.ts";

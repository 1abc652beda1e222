// The front door of uploads: a safe way into a bucket, proof of arrival, and a link out.
export { uploadTo } from "./upload-to.ts";
export type { Uploads } from "./upload-to.ts";
export type { UploadTickets } from "./tickets-to.ts";
export type { ProofOptions, TicketOf, UploadOptions } from "./upload-options.ts";
export type { PlaceOptions } from "./place.ts";
export type { UploadRules } from "./rules.ts";
export type { FileChecksum } from "./checksum.ts";
export type { FileToUpload, PartsTicket, PostTicket, PutTicket, UploadTicket } from "./ticket.ts";
export type { UploadProof } from "./inspect.ts";
export type { DownloadOptions } from "./download-url.ts";
export type { PartsAnswer, PartsCommand, PartToSign } from "./parts-command.ts";
export type { EventTally, S3Event } from "./receive-event.ts";
export type { SweepTally } from "./sweep.ts";
export { guardDutyVerdict } from "./scan.ts";
export type { FileToScan, Scan, ScanVerdict } from "./scan.ts";
export { memoryTickets } from "./tickets/memory.ts";
export type { TicketChange, TicketRow, Tickets } from "./tickets/tickets.ts";
export { failures } from "./failures.ts";

// The front door for functions that give tickets and links, and leave the proof to another.
export { ticketsTo } from "./tickets-to.ts";
export type { UploadTickets } from "./tickets-to.ts";
export type { ProofOptions, TicketOf, UploadOptions } from "./upload-options.ts";
export type { PlaceOptions } from "./place.ts";
export type { UploadRules } from "./rules.ts";
export type { FileChecksum } from "./checksum.ts";
export type { FileToUpload, PartsTicket, PostTicket, PutTicket, UploadTicket } from "./ticket.ts";
export type { UploadProof } from "./inspect.ts";
export type { DownloadOptions } from "./download-url.ts";
export type { PartsAnswer, PartsCommand, PartToSign } from "./parts-command.ts";
export { failures } from "./failures.ts";

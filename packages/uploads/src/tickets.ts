// The front door for functions that give tickets and links, and leave the proof to another.
export { ticketsTo } from "./tickets-to.ts";
export type { UploadTickets } from "./tickets-to.ts";
export type { ProofOptions, TicketOf, UploadOptions } from "./upload-options.ts";
export type { UploadProof } from "./inspect.ts";
export { failures } from "./failures.ts";

// What `uploadTo` and `ticketsTo` are told, and the tickets that it leads to.
import type { UploadProof } from "./inspect.ts";
import type { PlaceOptions } from "./place.ts";
import type { UploadRules } from "./rules.ts";
import type { Scan } from "./scan.ts";
import type { PostTicket, PutTicket, UploadTicket } from "./ticket.ts";
import type { Tickets } from "./tickets/tickets.ts";

/** Where uploads go and what they may be. */
export interface UploadOptions extends PlaceOptions {
  readonly rules: UploadRules;
  /** How long a ticket lasts, in seconds, 1 to 604800; one in parts lasts at least a day. @default 900 */
  readonly expires?: number;
  /** Folder of the bucket, as in `rooms/42`; ids of one prefix are not good for another. @default "" */
  readonly prefix?: string;
  /**
   * How files are sent: a form, a URL that is good for one PUT, in parts, or by their size: a form up to 100 MB, in
   * parts above where tickets are remembered.
   * @default "by-size"
   */
  readonly method?: "by-size" | "post" | "put" | "parts";
  /** Remembers tickets, so that each file is proven, moved and told of once. @default nothing is remembered */
  readonly proof?: ProofOptions;
}

/** How files are proven. */
export interface ProofOptions {
  readonly tickets: Tickets;
  /** Folder where files wait until they are proven; `null` leaves them where they arrive. @default "quarantine" */
  readonly quarantine?: string | null;
  /** Looks into a file before it leaves the quarantine. @default nobody does */
  readonly scan?: Scan;
  /** Runs once for each file that is proven; again only where it threw or its process ended. */
  readonly onUploaded?: (proof: UploadProof) => void | Promise<void>;
  /** Milliseconds since the epoch. @default Date.now */
  readonly now?: () => number;
}

/** The tickets that options lead to. */
export type TicketOf<Options extends UploadOptions> = Options extends { readonly method: "put" }
  ? PutTicket
  : Options extends { readonly method: "post" }
    ? PostTicket
    : Options extends { readonly proof: object }
      ? UploadTicket
      : PostTicket;

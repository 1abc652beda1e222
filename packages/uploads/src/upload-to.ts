// The whole way into a bucket and out of it: tickets, proof, links.
import { inspect, type UploadProof } from "./inspect.ts";
import { readId } from "./key.ts";
import { findPlace } from "./place.ts";
import { type EventTally, receiveEvent, type S3Event } from "./receive-event.ts";
import { settle } from "./settle.ts";
import { sweep, type SweepTally } from "./sweep.ts";
import type { UploadTicket } from "./ticket.ts";
import { createTickets, needed, toDesk, toQuarantine, type UploadTickets } from "./tickets-to.ts";
import type { TicketOf, UploadOptions } from "./upload-options.ts";

/** The way into a bucket, and out. */
export interface Uploads<Ticket extends UploadTicket = UploadTicket> extends UploadTickets<Ticket> {
  /**
   * Proves that the file of a ticket is in the bucket, by its headers and first bytes.
   *
   * With `proof` the file also leaves the quarantine, `onUploaded` runs, and the same proof comes at every later call.
   *
   * @throws `ID_INVALID`, `NOT_ARRIVED`, `NOT_AS_PROMISED`, `STORE_REFUSED`, `STORE_UNREACHABLE`; with `proof` also
   * `TICKET_UNKNOWN`, `TICKET_EXPIRED`, `NOT_SCANNED`, `PROOF_RUNNING`
   */
  confirm(id: string): Promise<UploadProof>;
  /** Acts upon an S3 event: a handler is `(event) => uploads.receiveEvent(event)`. @throws `EVENT_FAILED` */
  receiveEvent(event: S3Event): Promise<EventTally>;
  /** Makes good what was lost, and ends what nobody used; run it every few minutes. */
  sweep(): Promise<SweepTally>;
}

/**
 * Makes a safe way for browsers to upload straight into a bucket.
 *
 * Build it once, outside the handler: no network, no AWS SDK, and the environment is read at each call.
 *
 * @example
 * const uploads = uploadTo({ bucket: "cats", rules: { maxBytes: 5_000_000, types: ["image/*"] } });
 * const ticket = await uploads.ticket({ filename: "cat.png", contentType: "image/png", size: 1234, owner: "ada" });
 * const proof = await uploads.confirm(ticket.id);
 *
 * @throws `RULES_INVALID`, `PREFIX_INVALID`, `TICKETS_MISSING`
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-HTTPPOSTConstructPolicy.html
 */
export function uploadTo<const Options extends UploadOptions>(options: Options): Uploads<TicketOf<Options>> {
  return createUploads(options) as Uploads<TicketOf<Options>>; // `TicketOf` says what `ticket` does
}

function createUploads(options: UploadOptions): Uploads {
  const { rules, prefix = "" } = options;
  const desk = toDesk(options);
  return {
    ...createTickets(options),
    async confirm(id) {
      const key = readId(id, prefix);
      if (desk) return settle(id, desk);
      return (await inspect({ place: await findPlace(options), rules, key, at: key })).proof;
    },
    async receiveEvent(event) {
      const quarantine = toQuarantine(options);
      return receiveEvent(event, { ...needed(desk, "Acting upon events"), prefix, quarantine });
    },
    async sweep() {
      return sweep(needed(desk, "A sweep"));
    },
  };
}

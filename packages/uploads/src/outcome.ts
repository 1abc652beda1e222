// How a ticket stands: done, over, or with work left.
import { failures } from "./failures.ts";
import type { UploadProof } from "./inspect.ts";
import type { TicketRow } from "./tickets/tickets.ts";

/** The proof of a ticket that is done; `undefined` where there is work left. @throws `NOT_AS_PROMISED`, `TICKET_EXPIRED` */
export function toOutcome({ id, key, state, because, proof, told }: TicketRow): UploadProof | undefined {
  if (state === "refused")
    throw failures.create("NOT_AS_PROMISED", { key, because: because ?? "it was refused" });
  if (state === "expired") throw failures.create("TICKET_EXPIRED", { id });
  return state === "proven" && told ? proof : undefined;
}

/** The proof of a ticket whose file is proven, told of or not. @throws `TICKET_UNKNOWN`, `NOT_PROVEN` */
export function toProof(row: TicketRow | undefined, id: string): UploadProof {
  if (!row) throw failures.create("TICKET_UNKNOWN", { id });
  if (row.state !== "proven" || !row.proof) throw failures.create("NOT_PROVEN", { key: row.key });
  return row.proof;
}

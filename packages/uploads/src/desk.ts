// What is needed to settle tickets.
import type { UploadProof } from "./inspect.ts";
import type { PlaceOptions } from "./place.ts";
import type { UploadRules } from "./rules.ts";
import type { Scan } from "./scan.ts";
import type { Tickets } from "./tickets/tickets.ts";

/** What is needed to settle tickets. */
export interface Desk {
  readonly place: PlaceOptions;
  readonly rules: UploadRules;
  readonly tickets: Tickets;
  readonly scan?: Scan | undefined;
  readonly onUploaded?: ((proof: UploadProof) => void | Promise<void>) | undefined;
  readonly now: () => number;
}

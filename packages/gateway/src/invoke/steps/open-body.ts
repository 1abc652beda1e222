// Step: is the body packed, and can it be opened?
import type { RestPlan } from "../../deploy/rest-plan.ts";
import { openBody } from "../compression.ts";
import type { Admitted, Opened } from "../exchange.ts";

/** Opens the body where the API has compression switched on; all other APIs get bodies as they come. */
export function openRequest(admitted: Admitted, plan: RestPlan): Opened {
  if (plan.api.minimumCompressionSize === undefined) return admitted as Opened; // nothing is to be opened
  return { ...admitted, http: openBody(admitted.http) } as Opened; // opened on this line
}

// Step: is it a preflight that the gateway answers by itself?
import type { HttpPlan } from "../../deploy/http-plan.ts";
import type { Ended } from "../application.ts";
import { answerPreflight, isPreflight } from "../cors.ts";
import type { HttpPassed, HttpStaged } from "../http-exchange.ts";

/** Answers a preflight where the API has CORS switched on, whatever routes there are. */
export function passPreflight(staged: HttpStaged, { api: { cors } }: HttpPlan): HttpPassed | Ended {
  if (cors && isPreflight(staged.http)) return { ended: answerPreflight(cors, staged.http) };
  return staged as HttpPassed; // proven on the line above
}

// Step: which stage of a REST API is meant, and does its canary take the request?
import type { RestPlan } from "../../deploy/rest-plan.ts";
import type { RestStages } from "../../deploy/rest-stages.ts";
import type { Filtered, Staged } from "../exchange.ts";
import { toPlaceInApi } from "../place-in-api.ts";
import { Rejection } from "../rejection.ts";

/** What choosing a stage needs. */
export interface StageChoice {
  readonly stages: Pick<RestStages, "find" | "names">;
  /** From 0 up to 1, evenly: which requests a canary gets. */
  readonly random: () => number;
  /** The trace header of a request to a stage that traces actively. */
  readonly activeTraceId: (traceId: string) => string;
}

/**
 * Finds the stage by the first segment of the path, or by the mapping of a custom domain. A canary takes its
 * percentage of the requests, each by chance.
 *
 * @throws Rejection `INVALID_API_KEY` (403 Forbidden) for an unknown stage, as API Gateway answers it, and for an API
 *   that is closed but on its custom domains.
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/canary-release.html
 */
export function matchStage(
  filtered: Filtered,
  to: StageChoice,
): { readonly staged: Staged; readonly plan: RestPlan } {
  const { http, trace } = filtered;
  const place = toPlaceInApi(http);
  const stage = to.stages.find(place.stage);
  if (!stage) {
    throw new Rejection("INVALID_API_KEY", {
      why: `The stage is ${to.stages.names().join(" or ")}; the path names another.`,
    });
  }
  const { canary } = stage;
  const plan = canary && to.random() * 100 < canary.percentTraffic ? canary.plan : stage.plan;
  if (plan.api.disableExecuteApiEndpoint === true && !http.mapping) {
    throw new Rejection("INVALID_API_KEY", { why: "The API is open on its custom domains only." });
  }
  trace.notes.plan = plan;
  const staged = { ...filtered, path: place.path };
  if (plan.stage.tracingEnabled !== true) return { staged, plan };
  return { staged: { ...staged, traceId: to.activeTraceId(filtered.traceId) }, plan };
}

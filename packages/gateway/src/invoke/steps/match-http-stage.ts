// Step: which stage of an HTTP API is meant?
import type { HttpPlan } from "../../deploy/http-plan.ts";
import type { HttpStages } from "../../deploy/http-stages.ts";
import type { ArrivedMapping } from "../application.ts";
import type { HttpSized, HttpStaged } from "../http-exchange.ts";
import { withoutBasePath } from "../place-in-api.ts";
import { HttpRejection } from "../rejection.ts";

/**
 * Finds the stage: the one that the first segment of the path names, otherwise `$default`, which takes the whole path.
 *
 * @throws HttpRejection `NOT_FOUND`.
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-stages.html
 */
export function matchHttpStage(
  sized: HttpSized,
  stages: Pick<HttpStages, "find" | "names">,
): { readonly staged: HttpStaged; readonly plan: HttpPlan } {
  const { path, mapping } = sized.http;
  if (mapping) return matchMapping(sized, mapping, stages);
  const slash = path.indexOf("/", 1);
  const end = slash < 0 ? path.length : slash;
  const first = path.slice(1, end);
  const named = first === "$default" ? undefined : stages.find(first);
  const plan = named ?? stages.find("$default");
  if (!plan) {
    const names = stages.names().join(" or ");
    throw new HttpRejection("NOT_FOUND", `The stage is ${names}; the path names another.`);
  }
  if (plan.api.disableExecuteApiEndpoint === true) {
    throw new HttpRejection("NOT_FOUND", "The API is open on its custom domains only.");
  }
  sized.trace.notes.plan = plan;
  const rest = named ? path.slice(end) : path;
  return { staged: { ...sized, path: rest === "" ? "/" : rest }, plan };
}

/** On a custom domain the mapping knows the stage, and its base path goes. */
function matchMapping(
  sized: HttpSized,
  { stage, basePath }: ArrivedMapping,
  stages: Pick<HttpStages, "find">,
): { readonly staged: HttpStaged; readonly plan: HttpPlan } {
  const plan = stages.find(stage);
  if (!plan)
    throw new HttpRejection("NOT_FOUND", `The domain maps to the stage ${stage}, which there is not.`);
  sized.trace.notes.plan = plan;
  return { staged: { ...sized, path: withoutBasePath(sized.http.path, basePath) || "/" }, plan };
}

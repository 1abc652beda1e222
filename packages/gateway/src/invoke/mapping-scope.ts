// A REST request as its mappings see it.
import type { RestPlan } from "../deploy/rest-plan.ts";
import type { MappingScope } from "../mapping/mapping-source.ts";
import { type Parameters, toParameters } from "../mapping/request-parts.ts";
import type { Admitted, Routed } from "./exchange.ts";
import { addForwarded } from "./forwarded.ts";
import { readQuery } from "./query.ts";
import { toAdmittedContext, toShownName } from "./rest-event.ts";
import { toWafContext } from "./waf-context.ts";

/** What templates and parameter mappings can ask of a request that was let in. */
export function toMappingScope(admitted: Admitted, plan: RestPlan): MappingScope {
  return {
    request: toRequestParts(admitted),
    context: { ...toAdmittedContext(admitted, plan), ...toWafContext(admitted.waf) },
    stageVariables: plan.api.stageVariables,
  };
}

/** The parameters of a request by place. Header names keep the sender's case, except those that API Gateway spells. */
export function toRequestParts(routed: Routed): MappingScope["request"] {
  const { http, route } = routed;
  const headers = addForwarded(http, routed.traceId).map(
    ([name, value]) => [toShownName(name), value] as const,
  );
  const path: Parameters = new Map(
    Object.entries(route.pathParameters ?? {}).map(([name, value]) => [name, [value]] as const),
  );
  return {
    header: toParameters(headers),
    querystring: toParameters(readQuery(http.query, "&;")),
    path,
    body: http.body,
  };
}

// Step: is the answer in the stage's cache? If not, it is fetched and kept.
import { gatewayLimits } from "@gatewright/contract";
import type { CachePlan } from "../../deploy/cache-plan.ts";
import type { RestPlan } from "../../deploy/rest-plan.ts";
import type { ResponseCache } from "../../meters/response-cache.ts";
import type { ResponseCaches } from "../../meters/response-caches.ts";
import type { HttpAnswer } from "../application.ts";
import { toCacheKey } from "../cache-key.ts";
import type { Admitted, Validated } from "../exchange.ts";
import { headerValues } from "../headers.ts";
import { Rejection } from "../rejection.ts";

/** Whether a caller may refresh an entry: has the right to `execute-api:InvalidateCache` on the call. */
export type MayInvalidate = (admitted: Admitted, plan: RestPlan) => boolean;

/** What caching needs, and how to get an answer that is not kept. */
export interface Cached {
  readonly caches: ResponseCaches;
  readonly mayInvalidate: MayInvalidate;
  readonly fetch: () => Promise<HttpAnswer>;
}

/**
 * Answers from the cache of the stage, or fetches and keeps the answer, whatever its status. Requests that miss at the
 * same time all fetch. Refusals, streams and answers over 1 MB are not kept.
 *
 * @throws Rejection `ACCESS_DENIED` for `Cache-Control: max-age=0` without the right to it, where the method says so.
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-caching.html
 */
export function cached(validated: Validated, plan: RestPlan, to: Cached): Promise<HttpAnswer> {
  const { cache } = plan.methodPlans(validated.route.method, validated.http.method);
  return cache ? readOrFetch(validated, plan, { ...to, cachePlan: cache }) : to.fetch();
}

async function readOrFetch(
  validated: Validated,
  plan: RestPlan,
  { cachePlan, ...to }: Cached & { readonly cachePlan: CachePlan },
): Promise<HttpAnswer> {
  const cache = cacheOf(plan, to.caches);
  const key = toCacheKey(validated, plan, cachePlan);
  const wish = readWish(validated, plan, { cachePlan, mayInvalidate: to.mayInvalidate });
  const kept = wish === "refresh" ? undefined : cache.read(key);
  const { notes } = validated.trace;
  notes.cache = kept ? "hit" : "miss";
  const answer: HttpAnswer = kept ?? (await to.fetch());
  if (!kept && !answer.stream && answer.body.length <= gatewayLimits.cacheEntryBytes)
    cache.keep(key, toKept(answer), cachePlan);
  return wish === "ignored" ? { ...answer, headers: [...answer.headers, ignored] } : answer;
}

/** The text is ours: AWS documents only that there is such a header. */
const ignored = ["Warning", '199 - "Cache-Control max-age=0 is ignored: not authorized"'] as const;

/** The trace of one request is nothing to tell the next one. */
function toKept({ status, headers, body }: HttpAnswer): HttpAnswer {
  return { status, headers: headers.filter(([name]) => name !== "X-Amzn-Trace-Id"), body };
}

/** A canary has a cache of its own, unless it is to use the stage's. */
function cacheOf({ stage, isCanary }: RestPlan, caches: ResponseCaches): ResponseCache {
  const own = isCanary === true && stage.canary?.useStageCache !== true;
  return caches.of(own ? `${stage.name}/Canary` : stage.name, stage.cacheCluster?.sizeGb ?? 0.5);
}

type Wish = "none" | "refresh" | "ignored";

function readWish(
  admitted: Admitted,
  plan: RestPlan,
  { cachePlan, mayInvalidate }: Pick<Cached, "mayInvalidate"> & { readonly cachePlan: CachePlan },
): Wish {
  const asks = headerValues(admitted.http.headers, "cache-control").some((value) =>
    value.split(",").some((directive) => /^\s*max-age\s*=\s*"?0+"?\s*$/i.test(directive)),
  );
  if (!asks) return "none";
  if (cachePlan.refusal === undefined) return "refresh";
  if (mayInvalidate(admitted, plan)) return "refresh";
  if (cachePlan.refusal === "FAIL_WITH_403") {
    throw new Rejection("ACCESS_DENIED", {
      why: "Cache-Control: max-age=0 without execute-api:InvalidateCache",
    });
  }
  return cachePlan.refusal === "SUCCEED_WITH_RESPONSE_HEADER" ? "ignored" : "none";
}

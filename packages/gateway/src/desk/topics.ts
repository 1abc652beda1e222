// Everything that can be asked at the desk.
import { failures } from "../failures.ts";
import type { KeyImport } from "../keys/imported-keys.ts";
import type { ResponseCaches } from "../meters/response-caches.ts";
import { toDate, type Usage } from "../meters/usage.ts";
import { reportUsage, toUsageCsv } from "../meters/usage-report.ts";
import type { ApiKey, UsagePlan } from "../model/rest-api.ts";
import type { Clock } from "../ports.ts";
import type { Metrics } from "../records/metrics.ts";
import { toNamedMetrics, toPrometheus } from "../records/metrics-text.ts";
import type { SocketMetrics } from "../records/websocket-metrics.ts";
import { toNamedSocketMetrics, toSocketPrometheus } from "../records/websocket-metrics-text.ts";
import { type ApiDeployments, deploymentTopics } from "./deployment-topics.ts";
import type { Told, Topics, Visit } from "./desk.ts";

/** What the desk speaks for. */
export interface DeskParts {
  readonly deployments: ApiDeployments;
  readonly metrics: Metrics;
  readonly socketMetrics: SocketMetrics;
  readonly usage: Usage;
  readonly caches: () => ResponseCaches | undefined;
  /** Returns how many answers there were. */
  readonly forgetAuthorizers: () => number;
  readonly keys: () => { readonly apiKeys: readonly ApiKey[]; readonly usagePlans: readonly UsagePlan[] };
  readonly importKeys: (csv: string) => Promise<KeyImport>;
  readonly clock: Clock;
}

/** Gathers all topics. No value of a key is ever told. */
export function deskTopics(parts: DeskParts): Topics {
  return {
    "GET metrics": (visit) => tellMetrics(parts, visit),
    "GET usage": (visit) => tellUsage(parts, visit),
    "GET apikeys": () => tellKeys(parts),
    "POST apikeys": async ({ body }) => ({ json: await parts.importKeys(body) }),
    "GET cache": () => ({ json: { caches: parts.caches()?.list() ?? [] } }),
    "DELETE cache": ({ query }) => flush(parts, query),
    ...deploymentTopics(parts.deployments),
  };
}

/** A stage's answers or those of all, unless `what=authorizers` asks for what authorizers said. */
function flush({ caches, forgetAuthorizers }: DeskParts, query: URLSearchParams): Told {
  const what = query.get("what") ?? "answers";
  if (what === "authorizers") return { json: { flushed: forgetAuthorizers() } };
  if (what !== "answers") {
    throw failures.create("DESK_ORDER_INVALID", { why: "what is one of answers, authorizers" });
  }
  return { json: { flushed: caches()?.flush(query.get("stage") ?? undefined) ?? 0 } };
}

function tellMetrics({ metrics, socketMetrics }: DeskParts, visit: Visit): Told {
  const [series, sockets] = [metrics.series(), socketMetrics.series()];
  if (visit.wants("json")) {
    const named = [...toNamedMetrics(series), ...toNamedSocketMetrics(sockets)];
    return { json: { namespace: "AWS/ApiGateway", series: named } };
  }
  const text = `${toPrometheus(series)}${toSocketPrometheus(sockets)}`;
  return { type: "text/plain; version=0.0.4; charset=utf-8", text };
}

/** Of one plan or all, for today unless other days are asked for. */
function tellUsage({ keys, usage, clock }: DeskParts, visit: Visit): Told {
  const { query } = visit;
  const today = toDate(clock.now());
  const wanted = query.get("usagePlanId");
  const plans = keys().usagePlans.filter(
    ({ id, name }) => wanted === null || id === wanted || name === wanted,
  );
  if (wanted !== null && plans.length === 0) {
    throw failures.create("USAGE_QUESTION_INVALID", { why: "Invalid Usage Plan ID specified" });
  }
  const keyId = query.get("keyId");
  const asked = {
    startDate: query.get("startDate") ?? today,
    endDate: query.get("endDate") ?? today,
    ...(keyId !== null && { keyId }),
  };
  const reports = plans.map((plan) => reportUsage(plan, usage, asked));
  if (visit.wants("csv")) return { type: "text/csv; charset=utf-8", text: toUsageCsv(reports) };
  return { json: { usage: reports } };
}

function tellKeys({ keys }: DeskParts): Told {
  const { apiKeys, usagePlans } = keys();
  const items = apiKeys.map(({ id, name, enabled }) => ({
    id,
    name,
    enabled,
    usagePlanIds: usagePlans.filter((plan) => plan.apiKeyIds.includes(id)).map((plan) => plan.id),
  }));
  return { json: { items } };
}

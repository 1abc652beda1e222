// Who used how much of a usage plan, day by day, as API Gateway reports it.
import { failures } from "../failures.ts";
import { writeCsv } from "../keys/csv.ts";
import type { UsagePlan } from "../model/rest-api.ts";
import { toDate, type Usage } from "./usage.ts";

/** What is asked for. Days are as in `2026-11-21`, in UTC. */
export interface UsageQuestion {
  readonly startDate: string;
  readonly endDate: string;
  readonly keyId?: string;
}

/** One usage plan's report: for each key, a pair of used and remaining requests for each day. */
export interface UsageReport {
  readonly usagePlanId: string;
  readonly usagePlanName: string;
  readonly startDate: string;
  readonly endDate: string;
  readonly items: Readonly<Record<string, readonly (readonly [used: number, remaining: number])[]>>;
}

const dayMs = 86_400_000;
/** AWS reports 90 days at most. */
const mostDays = 90;

/**
 * Reports a plan's usage.
 *
 * @throws failure `USAGE_QUESTION_INVALID`.
 * @see https://docs.aws.amazon.com/apigateway/latest/api/API_GetUsage.html
 */
export function reportUsage(plan: UsagePlan, usage: Usage, asked: UsageQuestion): UsageReport {
  const days = toDays(asked);
  const keys = asked.keyId === undefined ? plan.apiKeyIds : plan.apiKeyIds.filter((id) => id === asked.keyId);
  const items = keys.map((keyId) => {
    const client = { planId: plan.id, keyId };
    return [keyId, days.map((day) => usage.dayOf(client, plan.quota, day))] as const;
  });
  const { startDate, endDate } = asked;
  return {
    usagePlanId: plan.id,
    usagePlanName: plan.name,
    startDate,
    endDate,
    items: Object.fromEntries(items),
  };
}

/** Reports as a table: one row for each plan, key and day. */
export function toUsageCsv(reports: readonly UsageReport[]): string {
  const rows = reports.flatMap(({ usagePlanName, startDate, items }) =>
    Object.entries(items).flatMap(([keyId, days]) =>
      days.map(([used, remaining], index) => {
        return [usagePlanName, keyId, toDate(Date.parse(startDate) + index * dayMs), used, remaining];
      }),
    ),
  );
  return writeCsv([["UsagePlan", "ApiKeyId", "Date", "Used", "Remaining"], ...rows]);
}

function toDays({ startDate, endDate }: UsageQuestion): readonly number[] {
  const [start, end] = [startDate, endDate].map(toDay);
  if (start === undefined || end === undefined) {
    throw failures.create("USAGE_QUESTION_INVALID", { why: "a date is written as in 2026-11-21" });
  }
  const count = Math.round((end - start) / dayMs) + 1;
  if (count < 1 || count > mostDays) {
    throw failures.create("USAGE_QUESTION_INVALID", {
      why: `it spans ${count} days; 1 to ${mostDays} can be told`,
    });
  }
  return Array.from({ length: count }, (_, index) => start + index * dayMs);
}

function toDay(text: string): number | undefined {
  const at = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(at) ? undefined : at;
}

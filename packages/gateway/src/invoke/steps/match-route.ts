// Step: which stage, resource and method of a REST API is meant?
import type { RestPlan } from "../../deploy/rest-plan.ts";
import type { Routed, Sized } from "../exchange.ts";
import { Rejection } from "../rejection.ts";

/**
 * Finds the method. The first segment of the path is the stage; slashes that lead after it count as one.
 *
 * @throws Rejection `INVALID_API_KEY` (403 Forbidden) for an unknown stage, as API Gateway answers it;
 *   `MISSING_AUTHENTICATION_TOKEN` for an unknown path or verb.
 */
export function matchRoute(sized: Sized, plan: RestPlan): Routed {
  const [, stage, rest] = /^\/+([^/]*)(.*)$/s.exec(sized.http.path) ?? [];
  if (stage !== plan.api.stage) {
    throw new Rejection("INVALID_API_KEY", {
      why: `The stage is ${plan.api.stage}; the path names another.`,
    });
  }
  const path = `/${(rest ?? "").replace(/^\/+/, "")}`;
  const route = plan.route(sized.http.method, path);
  if (!route) throw new Rejection("MISSING_AUTHENTICATION_TOKEN");
  sized.trace.write("match-route", `${route.method.method} ${route.method.path}`);
  const routed = { ...sized, path, route };
  sized.progress.furthest = routed;
  return routed;
}

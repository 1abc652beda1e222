// Step: does the web ACL in front of the stage let the request through?
import type { RestPlan } from "../../deploy/rest-plan.ts";
import type { Filtered, Staged } from "../exchange.ts";
import { Rejection } from "../rejection.ts";

/**
 * Asks the stage's web ACL, before every other control of access.
 *
 * @throws Rejection `WAF_FILTERED`, with the web ACL's own answer where it has one.
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-control-access-aws-waf.html
 */
export function filterByWaf(staged: Staged, plan: RestPlan): Filtered {
  const { webAcls } = plan;
  if (webAcls.size === 0) return { ...staged, waf: null };
  const judge = webAcls.get(plan.stage.name);
  if (!judge) return { ...staged, waf: null };
  const { rule, answer, ...waf } = judge(staged.http);
  staged.trace.write("filter-by-waf", waf.responseCode);
  if (waf.responseCode === "WAF_ALLOW") return { ...staged, waf };
  const why =
    rule === undefined ? "the web ACL's default action blocks" : `the web ACL's rule ${rule} blocks`;
  throw new Rejection("WAF_FILTERED", { why, ...(answer && { answer }) });
}

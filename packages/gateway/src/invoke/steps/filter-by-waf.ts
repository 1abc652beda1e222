// Step: does the web ACL in front of the stage let the request through?
import type { RestStages } from "../../deploy/rest-stages.ts";
import type { DeployedWebAcl } from "../../waf/web-acl.ts";
import type { Filtered, Sized } from "../exchange.ts";
import { toPlaceInApi } from "../place-in-api.ts";
import { Rejection } from "../rejection.ts";

/** What stands in front of the stages. */
export interface Firewall {
  /** By stage. */
  readonly webAcls: ReadonlyMap<string, DeployedWebAcl>;
  readonly stages: Pick<RestStages, "find">;
}

/**
 * Asks the stage's web ACL, before every other control of access.
 *
 * @throws Rejection `WAF_FILTERED`, with the web ACL's own answer where it has one.
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-control-access-aws-waf.html
 */
export function filterByWaf(sized: Sized, { webAcls, stages }: Firewall): Filtered {
  if (webAcls.size === 0) return { ...sized, waf: null };
  const { stage } = toPlaceInApi(sized.http);
  const judge = webAcls.get(stage);
  if (!judge) return { ...sized, waf: null };
  const { notes, now } = sized.trace;
  const startedAt = now();
  const { rule, answer, ...waf } = judge(sized.http);
  notes.wafMs = now() - startedAt;
  notes.waf = waf;
  if (waf.responseCode === "WAF_ALLOW") return { ...sized, waf };
  const plan = stages.find(stage)?.plan;
  if (plan) notes.plan = plan; // it words the refusal, and its logs tell of it
  const why =
    rule === undefined ? "the web ACL's default action blocks" : `the web ACL's rule ${rule} blocks`;
  throw new Rejection("WAF_FILTERED", { why, ...(answer && { answer }) });
}

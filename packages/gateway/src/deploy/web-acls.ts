// The web ACLs in front of a REST API's stages, made ready.
import { failures } from "../failures.ts";
import type { Service } from "../model/service.ts";
import type { Clock } from "../ports.ts";
import { type DeployedWebAcl, deployWebAcl } from "../waf/web-acl.ts";

/**
 * Makes the web ACLs of a service ready, by the stage that each protects.
 *
 * @throws failure `WEB_ACL_INVALID`, `WEB_ACL_TAKEN`.
 */
export function deployWebAcls(service: Service, clock: Clock): ReadonlyMap<string, DeployedWebAcl> {
  const byStage = new Map<string, DeployedWebAcl>();
  const names = new Map<string, string>();
  for (const acl of service.webAcls ?? []) {
    const deployed = deployWebAcl(acl, service, clock);
    for (const stage of acl.stages) {
      const first = names.get(stage);
      if (first !== undefined) throw failures.create("WEB_ACL_TAKEN", { stage, first, second: acl.name });
      names.set(stage, acl.name);
      byStage.set(stage, deployed);
    }
  }
  return byStage;
}

// The web ACLs in front of a REST API's stages, made ready.
import type { Service } from "../model/service.ts";
import type { Clock } from "../ports.ts";
import { type DeployedWebAcl, deployWebAcl } from "../waf/web-acl.ts";

/**
 * Makes the web ACLs of a service ready, by the stage that each protects.
 *
 * @throws failure `WEB_ACL_INVALID`.
 */
export function deployWebAcls(service: Service, clock: Clock): ReadonlyMap<string, DeployedWebAcl> {
  return new Map(
    (service.webAcls ?? []).flatMap((acl) => {
      const deployed = deployWebAcl(acl, service, clock);
      return acl.stages.map((stage) => [stage, deployed] as const);
    }),
  );
}

// May this HTTP API request enter? Its signature and the signer's policies say so.
import type { HttpPlan } from "../../deploy/http-plan.ts";
import { toCallArn } from "../../deploy/place.ts";
import { authenticate } from "../../identities/authenticate.ts";
import { askPolicy } from "../../policy/policy.ts";
import type { Authorizers } from "../ask-authorizer.ts";
import type { HttpAuthorized, HttpRouted } from "../http-exchange.ts";
import { HttpRejection } from "../rejection.ts";
import { invokeAction, toRequestKeys } from "../request-keys.ts";
import { toSignedRequest } from "../signed-request.ts";

/**
 * Checks the signature, and that the signer's own policies allow the call. HTTP APIs have no resource policies, so
 * that callers of another account never come in.
 *
 * @throws HttpRejection `FORBIDDEN`, whatever is wrong.
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-access-control-iam.html
 */
export function authorizeHttpByIam(routed: HttpRouted, plan: HttpPlan, to: Authorizers): HttpAuthorized {
  const { http, path, at } = routed;
  const { region, accountId } = plan.place;
  const { identities, clock } = to;
  const signed = authenticate(toSignedRequest(http), { identities, region, now: clock.now() });
  if (!signed.ok) throw new HttpRejection("FORBIDDEN", signed.errorType);
  const { caller } = signed;
  const resource = toCallArn(plan.place, http.method, path);
  const keys = toRequestKeys({ http, at, caller });
  const verdict = askPolicy(caller.policy, { action: invokeAction, resource, principal: caller, keys });
  if (verdict !== "allow" || caller.accountId !== accountId) {
    throw new HttpRejection("FORBIDDEN", `${caller.arn} may not make this call`);
  }
  routed.trace.write("authorize", caller.arn);
  return { ...routed, authorizer: { kind: "iam", caller } };
}

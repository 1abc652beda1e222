// May this REST request enter? Its signature, the signer's policies and the resource policy say so.
import type { GatewayResponseType } from "@gatewright/contract";
import { toCallArn } from "../../deploy/place.ts";
import type { RestPlan } from "../../deploy/rest-plan.ts";
import { authenticate, type Unauthenticated } from "../../identities/authenticate.ts";
import type { IamCaller } from "../../identities/identities.ts";
import { askPolicy, type PolicyVerdict } from "../../policy/policy.ts";
import { tableA, tableB } from "../../policy/tables.ts";
import type { Authorizers } from "../ask-authorizer.ts";
import type { Authorized, Permitted } from "../exchange.ts";
import { refuseAccess } from "../refuse-access.ts";
import { Rejection } from "../rejection.ts";
import { invokeAction, toRequestKeys } from "../request-keys.ts";
import { toSignedRequest } from "../signed-request.ts";

/**
 * Checks the signature, then weighs the signer's policies against the resource policy: by table A in the API's own
 * account, by table B from another.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/permissions.html
 */
export function authorizeByIam(permitted: Permitted, plan: RestPlan, to: Authorizers): Authorized {
  const { http, path } = permitted;
  const { identities, clock } = to;
  const { region } = plan.place;
  const signed = authenticate(toSignedRequest(http), { identities, region, now: clock.now() });
  if (!signed.ok) throw toRejection(signed);
  const { caller } = signed;
  const resource = toCallArn(plan.place, http.method, path);
  const { identity, resourceBased } = ask(permitted, plan, { caller, resource });
  const table = caller.accountId === plan.place.accountId ? tableA : tableB;
  const verdict = table[identity][resourceBased];
  permitted.trace.write("authorize", `${caller.arn}: ${verdict}`);
  if (verdict !== "allow") {
    const policy = identity === verdict ? "identity-based" : "resource-based";
    throw refuseAccess({ user: caller.arn, resource, verdict, policy });
  }
  return {
    ...permitted,
    identityPolicy: caller.policy,
    iamCaller: caller,
    authorizer: null,
    usageIdentifierKey: undefined,
  };
}

function ask(
  { http, at }: Permitted,
  { resourcePolicy, api }: RestPlan,
  { caller, resource }: { readonly caller: IamCaller; readonly resource: string },
): { readonly identity: PolicyVerdict; readonly resourceBased: PolicyVerdict } {
  const keys = toRequestKeys({ http, at, caller, isPrivate: api.endpointType === "PRIVATE" });
  const question = { action: invokeAction, resource, principal: caller, keys };
  return {
    identity: askPolicy(caller.policy, question),
    resourceBased: resourcePolicy ? askPolicy(resourcePolicy, question) : "implicit-deny",
  };
}

const types: Readonly<Record<Unauthenticated["errorType"], GatewayResponseType>> = {
  MissingAuthenticationTokenException: "MISSING_AUTHENTICATION_TOKEN",
  IncompleteSignatureException: "INVALID_SIGNATURE",
  InvalidSignatureException: "INVALID_SIGNATURE",
  UnrecognizedClientException: "INVALID_SIGNATURE",
  ExpiredTokenException: "EXPIRED_TOKEN",
};

/** What the client is told may hold what it sent, tokens too: logs get the type only. */
function toRejection({ errorType, message }: Unauthenticated): Rejection {
  return new Rejection(types[errorType], { message, errorType, why: errorType });
}

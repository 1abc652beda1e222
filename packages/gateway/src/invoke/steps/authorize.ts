// Step: may this REST request enter?
import type { RestPlan } from "../../deploy/rest-plan.ts";
import type { Authorizers } from "../ask-authorizer.ts";
import type { Authorized, Permitted } from "../exchange.ts";
import { Rejection } from "../rejection.ts";
import { timeAccess } from "../trace.ts";
import { authorizeByCognito } from "./authorize-by-cognito.ts";
import { authorizeByIam } from "./authorize-by-iam.ts";
import { authorizeByLambda } from "./authorize-by-lambda.ts";

/**
 * Finds out who calls, in the way that the method asks for, and whether they may.
 *
 * @throws Rejection `UNAUTHORIZED`, `ACCESS_DENIED`, `AUTHORIZER_CONFIGURATION_ERROR`, `MISSING_AUTHENTICATION_TOKEN`,
 *   `INVALID_SIGNATURE`, `EXPIRED_TOKEN`, or 414 for an ARN that is too long.
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-authorization-flow.html
 */
export function authorize(
  permitted: Permitted,
  plan: RestPlan,
  to: Authorizers,
): Authorized | Promise<Authorized> {
  const { authorizerId, iam } = permitted.route.method;
  if (iam !== true && authorizerId === undefined) {
    return {
      ...permitted,
      identityPolicy: null,
      iamCaller: null,
      authorizer: null,
      usageIdentifierKey: undefined,
    };
  }
  if (!plan.logFormat) return ask(permitted, plan, to);
  return timeAccess(permitted.trace, () => ask(permitted, plan, to));
}

function ask(permitted: Permitted, plan: RestPlan, to: Authorizers): Promise<Authorized> | Authorized {
  const { authorizerId = "", iam } = permitted.route.method;
  if (iam === true) return authorizeByIam(permitted, plan, to);
  const cognito = plan.cognito.get(authorizerId);
  if (cognito) return authorizeByCognito(permitted, cognito, { plan, to });
  const lambda = plan.authorizers.get(authorizerId);
  if (lambda) return authorizeByLambda(permitted, lambda, { plan, to });
  throw new Rejection("AUTHORIZER_CONFIGURATION_ERROR", { why: `no authorizer ${authorizerId}` });
}

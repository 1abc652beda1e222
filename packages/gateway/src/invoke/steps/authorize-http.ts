// Step: may this HTTP API request enter?
import type { HttpPlan } from "../../deploy/http-plan.ts";
import type { Authorizers } from "../ask-authorizer.ts";
import type { HttpAuthorized, HttpRouted } from "../http-exchange.ts";
import { HttpRejection } from "../rejection.ts";
import { timeAccess } from "../trace.ts";
import { authorizeHttpByIam } from "./authorize-http-by-iam.ts";
import { authorizeHttpByJwt } from "./authorize-http-by-jwt.ts";
import { authorizeHttpByLambda } from "./authorize-http-by-lambda.ts";

/**
 * Finds out who calls, in the way that the route asks for, and whether they may.
 *
 * @throws HttpRejection `UNAUTHORIZED`, `FORBIDDEN`, `INTERNAL_SERVER_ERROR`.
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-access-control.html
 */
export function authorizeHttp(
  routed: HttpRouted,
  plan: HttpPlan,
  to: Authorizers,
): HttpAuthorized | Promise<HttpAuthorized> {
  const { authorizerId, iam } = routed.route;
  if (iam !== true && authorizerId === undefined) return { ...routed, authorizer: null };
  if (!plan.logFormat) return ask(routed, plan, to);
  return timeAccess(routed.trace, () => ask(routed, plan, to));
}

function ask(routed: HttpRouted, plan: HttpPlan, to: Authorizers): Promise<HttpAuthorized> | HttpAuthorized {
  const { authorizerId = "", iam } = routed.route;
  if (iam === true) return authorizeHttpByIam(routed, plan, to);
  const jwt = plan.jwt.get(authorizerId);
  if (jwt) return authorizeHttpByJwt(routed, jwt, { plan, to });
  const lambda = plan.authorizers.get(authorizerId);
  if (lambda) return authorizeHttpByLambda(routed, lambda, { plan, to });
  throw new HttpRejection("INTERNAL_SERVER_ERROR", `no authorizer ${authorizerId}`);
}

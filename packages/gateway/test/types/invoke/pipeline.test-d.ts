// The order of the steps is held by their types: swapping two lines does not compile.
import { expectTypeOf, test } from "vitest";
import type {
  Admitted,
  Arrived,
  Authorized,
  Filtered,
  Keyed,
  Permitted,
  Routed,
  Sized,
} from "../../../src/invoke/exchange.ts";
import type { HttpAuthorized, HttpRouted, HttpStaged } from "../../../src/invoke/http-exchange.ts";
import type { RestGateway } from "../../../src/invoke/pipeline.ts";
import { authorize } from "../../../src/invoke/steps/authorize.ts";
import { authorizeHttp } from "../../../src/invoke/steps/authorize-http.ts";
import { checkPolicy } from "../../../src/invoke/steps/check-policy.ts";
import { checkSize } from "../../../src/invoke/steps/check-size.ts";
import { filterByWaf } from "../../../src/invoke/steps/filter-by-waf.ts";
import { integrate } from "../../../src/invoke/steps/integrate.ts";
import { integrateHttp } from "../../../src/invoke/steps/integrate-http.ts";
import { matchHttpRoute } from "../../../src/invoke/steps/match-http-route.ts";
import { matchRoute } from "../../../src/invoke/steps/match-route.ts";
import { takeApiKey } from "../../../src/invoke/steps/take-api-key.ts";
import { throttle } from "../../../src/invoke/steps/throttle.ts";

declare const to: RestGateway;
declare const http: { readonly plan: Parameters<typeof matchHttpRoute>[1] };
declare const stages: {
  readonly arrived: Arrived;
  readonly sized: Sized;
  readonly filtered: Filtered;
  readonly routed: Routed;
  readonly authorized: Authorized;
  readonly keyed: Keyed;
  readonly staged: HttpStaged;
  readonly httpRouted: HttpRouted;
};

test("each step of a REST API gives what the next one needs", () => {
  expectTypeOf(checkSize).returns.toEqualTypeOf<Sized>();
  expectTypeOf(filterByWaf).returns.toEqualTypeOf<Filtered>();
  expectTypeOf(checkPolicy).returns.toEqualTypeOf<Permitted>();
  expectTypeOf(matchRoute).returns.toEqualTypeOf<Routed>();
  expectTypeOf(authorize).returns.resolves.toEqualTypeOf<Authorized>();
  expectTypeOf(takeApiKey).returns.toEqualTypeOf<Keyed>();
  expectTypeOf(throttle).returns.toEqualTypeOf<Admitted>();
  expectTypeOf(authorizeHttp).returns.resolves.toEqualTypeOf<HttpAuthorized>();
});

test("no step takes an exchange that has not come so far", () => {
  const wrong = () => [
    // @ts-expect-error its size was not checked
    filterByWaf(stages.arrived, to.plan),
    // @ts-expect-error no web ACL was asked
    matchRoute(stages.sized, to.plan),
    // @ts-expect-error its method is not known
    checkPolicy(stages.filtered, to.plan),
    // @ts-expect-error the resource policy was not asked
    authorize(stages.routed, to.plan, to.authorizers),
    // @ts-expect-error it was not authorized
    takeApiKey(stages.routed, to.plan),
    // @ts-expect-error its key was not taken
    throttle(stages.authorized, to.meters),
    // @ts-expect-error it was not throttled
    integrate(stages.keyed, to.plan, to.functions),
    // @ts-expect-error its route is not known
    authorizeHttp(stages.staged, http.plan, to.authorizers),
    // @ts-expect-error it was not authorized
    integrateHttp(stages.httpRouted, http.plan, to.functions),
  ];
  expectTypeOf(wrong).toBeFunction();
});

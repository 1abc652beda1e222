// The order of the steps is held by their types: swapping two lines does not compile.
import { expectTypeOf, test } from "vitest";
import type { HttpPlan } from "../../../src/deploy/http-plan.ts";
import type { RestPlan } from "../../../src/deploy/rest-plan.ts";
import type {
  Admitted,
  Arrived,
  Authorized,
  Filtered,
  Integrated,
  Keyed,
  Mapped,
  Opened,
  Permitted,
  Routed,
  Sized,
  Staged,
  Validated,
} from "../../../src/invoke/exchange.ts";
import type {
  HttpAdmitted,
  HttpAuthorized,
  HttpMapped,
  HttpRouted,
  HttpStaged,
} from "../../../src/invoke/http-exchange.ts";
import type { HttpGateway } from "../../../src/invoke/http-pipeline.ts";
import type { RestGateway } from "../../../src/invoke/pipeline.ts";
import { authorize } from "../../../src/invoke/steps/authorize.ts";
import { authorizeHttp } from "../../../src/invoke/steps/authorize-http.ts";
import { checkPolicy } from "../../../src/invoke/steps/check-policy.ts";
import { checkSize } from "../../../src/invoke/steps/check-size.ts";
import { filterByWaf } from "../../../src/invoke/steps/filter-by-waf.ts";
import { integrate } from "../../../src/invoke/steps/integrate.ts";
import { integrateHttp } from "../../../src/invoke/steps/integrate-http.ts";
import { mapHttpRequest } from "../../../src/invoke/steps/map-http-request.ts";
import { mapRequest } from "../../../src/invoke/steps/map-request.ts";
import { matchRoute } from "../../../src/invoke/steps/match-route.ts";
import { matchStage } from "../../../src/invoke/steps/match-stage.ts";
import { openRequest } from "../../../src/invoke/steps/open-body.ts";
import { takeApiKey } from "../../../src/invoke/steps/take-api-key.ts";
import { throttle } from "../../../src/invoke/steps/throttle.ts";
import { validate } from "../../../src/invoke/steps/validate.ts";

declare const to: RestGateway;
declare const toHttp: HttpGateway;
declare const plan: RestPlan;
declare const httpPlan: HttpPlan;
declare const stages: {
  readonly sized: Sized;
  readonly filtered: Filtered;
  readonly staged: Staged;
  readonly routed: Routed;
  readonly permitted: Permitted;
  readonly authorized: Authorized;
  readonly keyed: Keyed;
  readonly admitted: Admitted;
  readonly opened: Opened;
  readonly validated: Validated;
  readonly arrived: Arrived;
  readonly httpStaged: HttpStaged;
  readonly httpRouted: HttpRouted;
  readonly httpAdmitted: HttpAdmitted;
};

test("each step of a REST API gives what the next one needs", () => {
  expectTypeOf(checkSize).returns.toEqualTypeOf<Sized>();
  expectTypeOf(filterByWaf).returns.toEqualTypeOf<Filtered>();
  expectTypeOf(checkPolicy).returns.toEqualTypeOf<Permitted>();
  expectTypeOf(matchRoute).returns.toEqualTypeOf<Routed>();
  expectTypeOf(authorize).returns.resolves.toEqualTypeOf<Authorized>();
  expectTypeOf(takeApiKey).returns.toEqualTypeOf<Keyed>();
  expectTypeOf(throttle).returns.toEqualTypeOf<Admitted>();
  expectTypeOf(openRequest).returns.toEqualTypeOf<Opened>();
  expectTypeOf(validate).returns.toEqualTypeOf<Validated>();
  expectTypeOf(mapRequest).returns.toEqualTypeOf<Mapped>();
  expectTypeOf(integrate).returns.resolves.toEqualTypeOf<Integrated>();
  expectTypeOf(authorizeHttp).returns.resolves.toEqualTypeOf<HttpAuthorized>();
  expectTypeOf(mapHttpRequest).returns.toEqualTypeOf<HttpMapped>();
});

test("no step takes an exchange that has not come so far", () => {
  const wrong = () => [
    // @ts-expect-error its stage is not known
    matchRoute(stages.sized, plan),
    // @ts-expect-error its size was not checked
    filterByWaf(stages.arrived, to.webAcls),
    // @ts-expect-error no web ACL was asked
    matchStage(stages.sized, to),
    // @ts-expect-error its method is not known
    checkPolicy(stages.staged, plan),
    // @ts-expect-error the resource policy was not asked
    authorize(stages.routed, plan, to.authorizers),
    // @ts-expect-error it was not authorized
    takeApiKey(stages.permitted, plan),
    // @ts-expect-error its key was not taken
    throttle(stages.authorized, plan, to.meters),
    // @ts-expect-error it was not throttled
    openRequest(stages.keyed, plan),
    // @ts-expect-error its body was not opened
    validate(stages.admitted, plan),
    // @ts-expect-error it was not validated
    mapRequest(stages.opened, plan, to),
    // @ts-expect-error it was not mapped
    integrate(stages.validated, plan, to),
    // @ts-expect-error its route is not known
    authorizeHttp(stages.httpStaged, httpPlan, toHttp.authorizers),
    // @ts-expect-error it was not authorized
    mapHttpRequest(stages.httpRouted, httpPlan),
    // @ts-expect-error it was not mapped
    integrateHttp(stages.httpAdmitted, httpPlan, toHttp),
  ];
  expectTypeOf(wrong).toBeFunction();
});

test("a step takes an exchange that has come so far", () => {
  const right = () => [
    filterByWaf(stages.sized, to),
    matchStage(stages.filtered, to),
    matchRoute(stages.staged, plan),
    checkPolicy(stages.routed, plan),
    authorize(stages.permitted, plan, to.authorizers),
    takeApiKey(stages.authorized, plan),
    throttle(stages.keyed, plan, to.meters),
    openRequest(stages.admitted, plan),
    validate(stages.opened, plan),
    mapRequest(stages.validated, plan, to),
    mapHttpRequest(stages.httpAdmitted, httpPlan),
  ];
  expectTypeOf(right).toBeFunction();
});

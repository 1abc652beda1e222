// The order of the steps is held by their types: swapping two lines does not compile.
import { expectTypeOf, test } from "vitest";
import type { HttpPlan } from "../../../src/deploy/http-plan.ts";
import type { RestPlan } from "../../../src/deploy/rest-plan.ts";
import type { Ended } from "../../../src/invoke/application.ts";
import type {
  Admitted,
  Arrived,
  Authorized,
  Filtered,
  Integrated,
  Keyed,
  Mapped,
  Meant,
  Opened,
  Permitted,
  Routed,
  Sized,
  Staged,
  Validated,
} from "../../../src/invoke/exchange.ts";
import type {
  HttpAdmitted,
  HttpArrived,
  HttpAuthorized,
  HttpIntegrated,
  HttpMapped,
  HttpPassed,
  HttpRouted,
  HttpSized,
  HttpStaged,
} from "../../../src/invoke/http-exchange.ts";
import type { HttpGateway } from "../../../src/invoke/http-pipeline.ts";
import type { RestGateway } from "../../../src/invoke/pipeline.ts";
import { answerHealthCheck } from "../../../src/invoke/steps/answer-health-check.ts";
import { authorize } from "../../../src/invoke/steps/authorize.ts";
import { authorizeHttp } from "../../../src/invoke/steps/authorize-http.ts";
import { type Cached, cached } from "../../../src/invoke/steps/cached.ts";
import { checkHttpSize } from "../../../src/invoke/steps/check-http-size.ts";
import { checkPolicy } from "../../../src/invoke/steps/check-policy.ts";
import { checkSize } from "../../../src/invoke/steps/check-size.ts";
import { filterByWaf } from "../../../src/invoke/steps/filter-by-waf.ts";
import { integrate } from "../../../src/invoke/steps/integrate.ts";
import { integrateHttp } from "../../../src/invoke/steps/integrate-http.ts";
import { mapHttpRequest } from "../../../src/invoke/steps/map-http-request.ts";
import { mapHttpResponse } from "../../../src/invoke/steps/map-http-response.ts";
import { mapRequest } from "../../../src/invoke/steps/map-request.ts";
import { mapResponse } from "../../../src/invoke/steps/map-response.ts";
import { matchHttpRoute } from "../../../src/invoke/steps/match-http-route.ts";
import { matchHttpStage } from "../../../src/invoke/steps/match-http-stage.ts";
import { matchRoute } from "../../../src/invoke/steps/match-route.ts";
import { matchStage } from "../../../src/invoke/steps/match-stage.ts";
import { openRequest } from "../../../src/invoke/steps/open-body.ts";
import { passPreflight } from "../../../src/invoke/steps/pass-preflight.ts";
import { takeApiKey } from "../../../src/invoke/steps/take-api-key.ts";
import { throttle } from "../../../src/invoke/steps/throttle.ts";
import { throttleHttp } from "../../../src/invoke/steps/throttle-http.ts";
import { validate } from "../../../src/invoke/steps/validate.ts";

declare const to: RestGateway;
declare const toCache: Cached;
declare const plan: RestPlan;
declare const rest: {
  readonly arrived: Arrived;
  readonly meant: Meant;
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
  readonly mapped: Mapped;
  readonly integrated: Integrated;
};
declare const toHttp: HttpGateway;
declare const httpPlan: HttpPlan;
declare const http: {
  readonly arrived: HttpArrived;
  readonly sized: HttpSized;
  readonly staged: HttpStaged;
  readonly passed: HttpPassed;
  readonly routed: HttpRouted;
  readonly authorized: HttpAuthorized;
  readonly admitted: HttpAdmitted;
  readonly mapped: HttpMapped;
  readonly integrated: HttpIntegrated;
};

test("each step of a REST API gives what the next one needs", () => {
  expectTypeOf(answerHealthCheck).returns.toEqualTypeOf<Meant | Ended>();
  expectTypeOf(checkSize).returns.toEqualTypeOf<Sized>();
  expectTypeOf(filterByWaf).returns.toEqualTypeOf<Filtered>();
  expectTypeOf(matchStage).returns.toHaveProperty("staged").toEqualTypeOf<Staged>();
  expectTypeOf(matchRoute).returns.toEqualTypeOf<Routed>();
  expectTypeOf(checkPolicy).returns.toEqualTypeOf<Permitted>();
  expectTypeOf(authorize).returns.resolves.toEqualTypeOf<Authorized>();
  expectTypeOf(takeApiKey).returns.toEqualTypeOf<Keyed>();
  expectTypeOf(throttle).returns.toEqualTypeOf<Admitted>();
  expectTypeOf(openRequest).returns.toEqualTypeOf<Opened>();
  expectTypeOf(validate).returns.toEqualTypeOf<Validated>();
  expectTypeOf(mapRequest).returns.toEqualTypeOf<Mapped>();
  expectTypeOf(integrate).returns.resolves.toEqualTypeOf<Integrated>();
});

test("each step of an HTTP API gives what the next one needs", () => {
  expectTypeOf(checkHttpSize).returns.toEqualTypeOf<HttpSized>();
  expectTypeOf(matchHttpStage).returns.toHaveProperty("staged").toEqualTypeOf<HttpStaged>();
  expectTypeOf(passPreflight).returns.toEqualTypeOf<HttpPassed | Ended>();
  expectTypeOf(matchHttpRoute).returns.toEqualTypeOf<HttpRouted>();
  expectTypeOf(authorizeHttp).returns.resolves.toEqualTypeOf<HttpAuthorized>();
  expectTypeOf(throttleHttp).returns.toEqualTypeOf<HttpAdmitted>();
  expectTypeOf(mapHttpRequest).returns.toEqualTypeOf<HttpMapped>();
  expectTypeOf(integrateHttp).returns.resolves.toEqualTypeOf<HttpIntegrated>();
});

test("no step of a REST API takes what its predecessor did not see", () => {
  const wrong = () => [
    // @ts-expect-error it may be a health check
    checkSize(rest.arrived, to.sizes),
    // @ts-expect-error its size was not checked
    filterByWaf(rest.meant, to),
    // @ts-expect-error no web ACL was asked
    matchStage(rest.sized, to),
    // @ts-expect-error its stage is not known
    matchRoute(rest.filtered, plan),
    // @ts-expect-error its method is not known
    checkPolicy(rest.staged, plan),
    // @ts-expect-error the resource policy was not asked
    authorize(rest.routed, plan, to.authorizers),
    // @ts-expect-error it was not authorized
    takeApiKey(rest.permitted, plan),
    // @ts-expect-error its key was not taken
    throttle(rest.authorized, plan, to.meters),
    // @ts-expect-error it was not throttled
    openRequest(rest.keyed, plan),
    // @ts-expect-error its body was not opened
    validate(rest.admitted, plan),
    // @ts-expect-error it was not validated
    cached(rest.opened, plan, toCache),
    // @ts-expect-error it was not validated
    mapRequest(rest.opened, plan, to),
    // @ts-expect-error it was not mapped
    integrate(rest.validated, plan, to),
    // @ts-expect-error nothing was called
    mapResponse(rest.mapped, plan, to.ids),
  ];
  expectTypeOf(wrong).toBeFunction();
});

test("no step of an HTTP API takes what its predecessor did not see", () => {
  const wrong = () => [
    // @ts-expect-error its size was not checked
    matchHttpStage(http.arrived, toHttp.stages),
    // @ts-expect-error its stage is not known
    passPreflight(http.sized, httpPlan),
    // @ts-expect-error it may be a preflight
    matchHttpRoute(http.staged, httpPlan),
    // @ts-expect-error its route is not known
    authorizeHttp(http.passed, httpPlan, toHttp.authorizers),
    // @ts-expect-error it was not authorized
    throttleHttp(http.routed, httpPlan, toHttp.meters),
    // @ts-expect-error it was not throttled
    mapHttpRequest(http.authorized, httpPlan),
    // @ts-expect-error it was not mapped
    integrateHttp(http.admitted, httpPlan, toHttp),
    // @ts-expect-error nothing was called
    mapHttpResponse(http.mapped, httpPlan),
  ];
  expectTypeOf(wrong).toBeFunction();
});

test("a step takes an exchange that has come so far", () => {
  const right = () => [
    answerHealthCheck(rest.arrived),
    checkSize(rest.meant, to.sizes),
    filterByWaf(rest.sized, to),
    matchStage(rest.filtered, to),
    matchRoute(rest.staged, plan),
    checkPolicy(rest.routed, plan),
    authorize(rest.permitted, plan, to.authorizers),
    takeApiKey(rest.authorized, plan),
    throttle(rest.keyed, plan, to.meters),
    openRequest(rest.admitted, plan),
    validate(rest.opened, plan),
    cached(rest.validated, plan, toCache),
    mapRequest(rest.validated, plan, to),
    integrate(rest.mapped, plan, to),
    mapResponse(rest.integrated, plan, to.ids),
    checkHttpSize(http.arrived),
    matchHttpStage(http.sized, toHttp.stages),
    passPreflight(http.staged, httpPlan),
    matchHttpRoute(http.passed, httpPlan),
    authorizeHttp(http.routed, httpPlan, toHttp.authorizers),
    throttleHttp(http.authorized, httpPlan, toHttp.meters),
    mapHttpRequest(http.admitted, httpPlan),
    integrateHttp(http.mapped, httpPlan, toHttp),
    mapHttpResponse(http.integrated, httpPlan),
  ];
  expectTypeOf(right).toBeFunction();
});

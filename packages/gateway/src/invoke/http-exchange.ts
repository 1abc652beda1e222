// What travels through the HTTP API pipeline: one type per stage of knowledge.
import type { IamCaller } from "../identities/identities.ts";
import type { IntegrationReply, NoReply } from "../integrations/integration.ts";
import type { HttpRoute } from "../model/http-api.ts";
import type { Invocation } from "../ports.ts";
import type { ArrivedHttp } from "./application.ts";
import type { Trace } from "./trace.ts";

/** A request that came through the door and got its names. */
export interface HttpArrived {
  readonly http: ArrivedHttp;
  /** 15 characters and `=`; also the value of `Apigw-Requestid`. */
  readonly requestId: string;
  /** Value of `X-Amzn-Trace-Id`. */
  readonly traceId: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly trace: Trace;
}

/** Its URL and headers are not too long. The mark is a proof for the compiler, not a field, here and below. */
export type HttpSized = HttpArrived & { readonly [sized]: true };
declare const sized: unique symbol;

/** Its stage is known. */
export type HttpStaged = HttpSized & {
  /** Without the stage, percent-encoding kept. */
  readonly path: string;
};

/** It is no preflight that the gateway answers by itself. */
export type HttpPassed = HttpStaged & { readonly [passed]: true };
declare const passed: unique symbol;

/** Its route is known. */
export type HttpRouted = HttpPassed & {
  readonly route: HttpRoute;
  /** Decoded; empty where the route has none. */
  readonly pathParameters: Readonly<Record<string, string>>;
};

/** It may enter. */
export type HttpAuthorized = HttpRouted & { readonly authorizer: HttpAuthorizer | null };

/** How a caller of an HTTP API was let in. */
export type HttpAuthorizer =
  | {
      readonly kind: "lambda";
      /** Only where the function answered with a policy. */
      readonly principalId?: string;
      readonly context: Readonly<Record<string, unknown>>;
    }
  | {
      readonly kind: "jwt";
      /** Every value as text. */
      readonly claims: Readonly<Record<string, string>>;
      /** The route's scopes; `null` where it asks for none. */
      readonly scopes: readonly string[] | null;
    }
  | { readonly kind: "iam"; readonly caller: IamCaller };

/** It is within the limits of its route and of the account. */
export type HttpAdmitted = HttpAuthorized & { readonly [admitted]: true };
declare const admitted: unique symbol;

/** Its parameters are as the route's mapping wants them. */
export type HttpMapped = HttpAdmitted & {
  readonly [mapped]: true;
  /** The path for the back end, where a mapping gave one. */
  readonly mappedPath?: string;
};
declare const mapped: unique symbol;

/** The integration was called. */
export type HttpIntegrated = HttpMapped & { readonly outcome: HttpOutcome };

/** What came of it. */
export type HttpOutcome =
  | { readonly from: "lambda"; readonly invocation: Invocation; readonly requestId: string }
  | { readonly from: "reply"; readonly reply: IntegrationReply }
  | { readonly from: "no-reply"; readonly failure: NoReply };

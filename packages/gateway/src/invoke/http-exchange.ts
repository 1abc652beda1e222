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

/** Its stage is known. */
export type HttpStaged = HttpArrived & {
  /** Without the stage, percent-encoding kept. */
  readonly path: string;
};

/** Its route is known. */
export type HttpRouted = HttpStaged & {
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
export type HttpAdmitted = HttpAuthorized & { readonly isAdmitted: true };

/** Its parameters are as the route's mapping wants them. The mark is a proof for the compiler, not a field. */
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
  | { readonly from: "lambda"; readonly invocation: Invocation }
  | { readonly from: "reply"; readonly reply: IntegrationReply }
  | { readonly from: "no-reply"; readonly failure: NoReply };

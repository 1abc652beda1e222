// A REST API: methods on resources, its keys and usage plans.
import type { LambdaAuthorizer } from "./authorizer.ts";

export interface RestApi {
  readonly id: string;
  readonly name: string;
  readonly stage: string;
  readonly stageVariables: Readonly<Record<string, string>>;
  readonly deploymentId: string;
  readonly binaryMediaTypes: readonly string[];
  readonly apiKeySource: "HEADER" | "AUTHORIZER";
  readonly methods: readonly RestMethod[];
  readonly authorizers: readonly LambdaAuthorizer[];
}

export interface RestMethod {
  /** `GET` … or `ANY`. */
  readonly method: string;
  /** As API Gateway prints it: `/rooms/{room}`, `/{proxy+}`, `/`. */
  readonly path: string;
  readonly resourceId: string;
  readonly operationName?: string;
  readonly authorizerId?: string;
  readonly apiKeyRequired: boolean;
  readonly integration: RestIntegration;
}

export type RestIntegration =
  | {
      readonly type: "AWS_PROXY";
      readonly functionKey: string;
      readonly timeoutMs: number;
      /** `STREAM` hands the function's answer on as it is written. @default `BUFFERED` */
      readonly responseTransferMode?: "BUFFERED" | "STREAM";
      /** The longest silence of a stream. @default as of a regional API: 5 minutes */
      readonly streamIdleMs?: number;
    }
  /** The preflight answer that `cors: true` declares: an OPTIONS method with a MOCK integration. */
  | {
      readonly type: "MOCK_CORS";
      readonly headers: Readonly<Record<string, string>>;
      /**
       * Several allowed origins, `*` within one standing for any text: the request's own origin is answered
       * where one matches it, otherwise the origin in `headers`.
       */
      readonly origins?: readonly string[];
    };

export interface ApiKey {
  readonly id: string;
  readonly name: string;
  /** Left out when API Gateway is to make one up; the gateway then makes and keeps one. */
  readonly value?: string;
  readonly enabled: boolean;
}

export interface UsagePlan {
  readonly id: string;
  readonly name: string;
  readonly apiKeyIds: readonly string[];
  readonly stages: readonly { readonly apiId: string; readonly stage: string }[];
  readonly throttle?: { readonly rateLimit: number; readonly burstLimit: number };
  readonly quota?: {
    readonly limit: number;
    readonly offset: number;
    readonly period: "DAY" | "WEEK" | "MONTH";
  };
}

// A REST API: methods on resources, its keys and usage plans.
import type { CognitoAuthorizer, LambdaAuthorizer } from "./authorizer.ts";
import type { GatewayResponse, MappedIntegration, MethodResponse } from "./integration.ts";
import type { RestStage, ThrottleSettings } from "./stage.ts";

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
  readonly cognitoAuthorizers?: readonly CognitoAuthorizer[];
  /** JSON Schemas (draft 4) by model name. */
  readonly models?: Readonly<Record<string, unknown>>;
  readonly gatewayResponses?: readonly GatewayResponse[];
  /** Answers of at least so many bytes are compressed for those who ask; nothing is when left out. */
  readonly minimumCompressionSize?: number;
  /** A policy document; the abbreviated `execute-api:/stage/VERB/path` is allowed in it. */
  readonly resourcePolicy?: unknown;
  /** @default "EDGE", as API Gateway has it */
  readonly endpointType?: "EDGE" | "REGIONAL" | "PRIVATE";
  readonly vpcEndpointIds?: readonly string[];
  readonly disableExecuteApiEndpoint?: boolean;
  /** Settings of every stage; `stage` names the one that the definition is about. */
  readonly stages?: readonly RestStage[];
}

export interface RestMethod {
  /** `GET` … or `ANY`. */
  readonly method: string;
  /** As API Gateway prints it: `/rooms/{room}`, `/{proxy+}`, `/`. */
  readonly path: string;
  readonly resourceId: string;
  readonly operationName?: string;
  readonly authorizerId?: string;
  /** Callers sign their requests (SigV4). Never beside `authorizerId`. */
  readonly iam?: boolean;
  /** One of these must be in the token; Cognito authorizers only. */
  readonly authorizationScopes?: readonly string[];
  readonly apiKeyRequired: boolean;
  /** Whether required, by `method.request.querystring.page` and the like. */
  readonly requestParameters?: Readonly<Record<string, boolean>>;
  /** Model names by content type. */
  readonly requestModels?: Readonly<Record<string, string>>;
  readonly requestValidator?: { readonly body: boolean; readonly parameters: boolean };
  readonly methodResponses?: readonly MethodResponse[];
  readonly integration: RestIntegration;
}

export type RestIntegration =
  | MappedIntegration
  | {
      readonly type: "AWS_PROXY";
      readonly functionKey: string;
      readonly timeoutMs: number;
      readonly cacheKeyParameters?: readonly string[];
      /** @default the resource's id */
      readonly cacheNamespace?: string;
      /** `STREAM` hands the function's answer on as it is written. @default `BUFFERED` */
      readonly responseTransferMode?: "BUFFERED" | "STREAM";
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
  readonly stages: readonly PlanStage[];
  readonly throttle?: ThrottleSettings;
  readonly quota?: {
    readonly limit: number;
    readonly offset: number;
    readonly period: "DAY" | "WEEK" | "MONTH";
  };
}

/** A stage that a usage plan opens. */
export interface PlanStage {
  readonly apiId: string;
  readonly stage: string;
  /** By `/path/VERB` as API Gateway writes it. */
  readonly throttle?: Readonly<Record<string, ThrottleSettings>>;
}

// What `defineApi` takes for a REST API: the properties of CloudFormation's resources, each begun with a small letter.
import type { Handler, InlineHandler, Text } from "./handlers.ts";

type Texts = Readonly<Record<string, string>>;

/**
 * A REST API.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/AWS_ApiGateway.html
 */
export interface RestSettings<Authorizer extends string> {
  readonly binaryMediaTypes?: readonly string[];
  readonly minimumCompressionSize?: number;
  /** @default "HEADER" */
  readonly apiKeySourceType?: "HEADER" | "AUTHORIZER";
  /** A policy document. */
  readonly policy?: unknown;
  readonly endpointConfiguration?: {
    readonly types?: readonly ["EDGE" | "REGIONAL" | "PRIVATE"];
    readonly vpcEndpointIds?: readonly string[];
  };
  readonly disableExecuteApiEndpoint?: boolean;
  /** By the name that routes use. */
  readonly authorizers?: Readonly<Record<Authorizer, RestAuthorizerSettings>>;
  /** JSON Schemas (draft 4) by the name that routes use. */
  readonly models?: Readonly<Record<string, { readonly schema: unknown }>>;
  /** By type, as in `UNAUTHORIZED`. */
  readonly gatewayResponses?: Readonly<Record<string, GatewayResponseSettings>>;
  /** By name; the first is the API's own. @default one, named as the definition's stage */
  readonly stages?: Readonly<Record<string, RestStageSettings>>;
  /** By `GET /rooms/{room}`, or `ANY /{proxy+}`. */
  readonly routes: Readonly<Record<string, InlineHandler | RestRouteSettings<NoInfer<Authorizer>>>>;
}

/** A route of a REST API. With a handler and no integration it is a Lambda proxy. */
export interface RestRouteSettings<Authorizer extends string> {
  /** The function that an `AWS_PROXY` or `AWS` integration calls, unless its `uri` names something else. */
  readonly handler?: Handler;
  /** The key of one of `authorizers`, or `aws_iam` where callers sign their requests. */
  readonly authorizer?: Authorizer | "aws_iam";
  /** One of these must be in the token of a user pool. */
  readonly authorizationScopes?: readonly string[];
  readonly apiKeyRequired?: boolean;
  readonly operationName?: string;
  /** Whether required, by `method.request.querystring.page` and the like. */
  readonly requestParameters?: Readonly<Record<string, boolean>>;
  /** Names of `models` by content type. */
  readonly requestModels?: Texts;
  /** @default what `requestModels` and required `requestParameters` ask for */
  readonly requestValidator?: {
    readonly validateRequestBody?: boolean;
    readonly validateRequestParameters?: boolean;
  };
  readonly methodResponses?: readonly {
    readonly statusCode: string;
    readonly responseParameters?: Readonly<Record<string, boolean>>;
    readonly responseModels?: Texts;
  }[];
  readonly integration?: RestIntegrationSettings;
  /** A preflight answer for the path, as `cors` of an `http` event has it. */
  readonly cors?:
    | boolean
    | {
        readonly origin?: string;
        readonly origins?: readonly string[];
        readonly headers?: readonly string[];
        readonly methods?: readonly string[];
        readonly allowCredentials?: boolean;
        readonly maxAge?: number;
        readonly cacheControl?: string;
      };
}

/** @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-apigateway-method-integration.html */
export interface RestIntegrationSettings {
  /** @default "AWS_PROXY" where there is a handler */
  readonly type?: "AWS_PROXY" | "AWS" | "HTTP" | "HTTP_PROXY" | "MOCK";
  /** @default "POST" where there is a handler */
  readonly integrationHttpMethod?: string;
  /** An address, or an ARN such as `arn:aws:apigateway:us-east-1:dynamodb:action/PutItem`. @default the handler's */
  readonly uri?: Text;
  /** By `integration.request.header.x` and the like. */
  readonly requestParameters?: Texts;
  /** VTL by content type. */
  readonly requestTemplates?: Texts;
  /** @default "WHEN_NO_MATCH" */
  readonly passthroughBehavior?: "WHEN_NO_MATCH" | "WHEN_NO_TEMPLATES" | "NEVER";
  readonly contentHandling?: "CONVERT_TO_BINARY" | "CONVERT_TO_TEXT";
  readonly integrationResponses?: readonly {
    readonly statusCode: string;
    readonly selectionPattern?: string;
    readonly responseParameters?: Texts;
    readonly responseTemplates?: Texts;
    readonly contentHandling?: "CONVERT_TO_BINARY" | "CONVERT_TO_TEXT";
  }[];
  /** @default 29000 */
  readonly timeoutInMillis?: number;
  readonly cacheKeyParameters?: readonly string[];
  readonly cacheNamespace?: string;
  readonly responseTransferMode?: "BUFFERED" | "STREAM";
  readonly tlsConfig?: { readonly insecureSkipVerification?: boolean };
}

/** Asks a function, or looks at tokens of user pools itself. */
export type RestAuthorizerSettings =
  | {
      readonly type: "TOKEN" | "REQUEST";
      readonly handler: Handler;
      /** With commas between them. @default "method.request.header.Authorization" */
      readonly identitySource?: string;
      /** @default 300 */
      readonly authorizerResultTtlInSeconds?: number;
      /** TOKEN only. */
      readonly identityValidationExpression?: string;
    }
  | {
      readonly type: "COGNITO_USER_POOLS";
      readonly providerARNs: readonly Text[];
      readonly identitySource?: string;
      readonly identityValidationExpression?: string;
    };

/** @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-apigateway-gatewayresponse.html */
export interface GatewayResponseSettings {
  readonly statusCode?: string;
  readonly responseParameters?: Texts;
  readonly responseTemplates?: Texts;
}

/** @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-apigateway-stage.html */
export interface RestStageSettings {
  readonly variables?: Texts;
  readonly cacheClusterEnabled?: boolean;
  readonly cacheClusterSize?: string;
  readonly methodSettings?: readonly MethodSettingsOfStage[];
  readonly canarySetting?: {
    readonly percentTraffic?: number;
    readonly stageVariableOverrides?: Texts;
    readonly useStageCache?: boolean;
  };
  readonly accessLogSetting?: { readonly format?: string; readonly destinationArn?: string };
  readonly tracingEnabled?: boolean;
}

/** What a stage says of one method, or of all: without a path and verb. */
export interface MethodSettingsOfStage {
  /** @default every path */
  readonly resourcePath?: string;
  /** @default every verb */
  readonly httpMethod?: string;
  readonly throttlingRateLimit?: number;
  readonly throttlingBurstLimit?: number;
  readonly cachingEnabled?: boolean;
  readonly cacheTtlInSeconds?: number;
  readonly cacheDataEncrypted?: boolean;
  readonly requireAuthorizationForCacheControl?: boolean;
  readonly unauthorizedCacheControlHeaderStrategy?:
    | "FAIL_WITH_403"
    | "SUCCEED_WITH_RESPONSE_HEADER"
    | "SUCCEED_WITHOUT_RESPONSE_HEADER";
  readonly metricsEnabled?: boolean;
  readonly loggingLevel?: "OFF" | "ERROR" | "INFO";
  readonly dataTraceEnabled?: boolean;
}

/** A value of 20 to 128 characters, or settings; a key without a value gets one that is kept. */
export type ApiKeySettings = string | { readonly value?: string; readonly enabled?: boolean };

/** Limits of those who have a key. */
export interface UsagePlanSettings {
  readonly throttle?: { readonly rateLimit: number; readonly burstLimit: number };
  readonly quota?: {
    readonly limit: number;
    readonly period: "DAY" | "WEEK" | "MONTH";
    readonly offset?: number;
  };
  /** Names of keys. @default all */
  readonly apiKeys?: readonly string[];
  /** @default the main stage of the REST API */
  readonly apiStages?: readonly {
    /** @default "rest" */
    readonly api?: "rest" | "websocket";
    readonly stage: string;
    /** By `/rooms/{room}/GET`. */
    readonly throttle?: Readonly<Record<string, { readonly rateLimit: number; readonly burstLimit: number }>>;
  }[];
}

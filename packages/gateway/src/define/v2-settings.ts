// What `defineApi` takes for HTTP and WebSocket APIs: the properties of CloudFormation's resources, each begun with a small letter.
import type { Handler, InlineHandler, Text } from "./handlers.ts";

type Texts = Readonly<Record<string, string>>;

/**
 * An HTTP API.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/AWS_ApiGatewayV2.html
 */
export interface HttpSettings<Authorizer extends string> {
  readonly corsConfiguration?: {
    readonly allowOrigins?: readonly string[];
    readonly allowMethods?: readonly string[];
    readonly allowHeaders?: readonly string[];
    readonly exposeHeaders?: readonly string[];
    readonly allowCredentials?: boolean;
    readonly maxAge?: number;
  };
  readonly disableExecuteApiEndpoint?: boolean;
  /** By the name that routes use. */
  readonly authorizers?: Readonly<Record<Authorizer, HttpAuthorizerSettings>>;
  /** By name. @default `$default` */
  readonly stages?: Readonly<Record<string, HttpStageSettings>>;
  /** By `GET /rooms/{room}`, or `$default`. */
  readonly routes: Readonly<Record<string, InlineHandler | HttpRouteSettings<NoInfer<Authorizer>>>>;
}

/** A route of an HTTP API. With a handler and no integration it is a Lambda proxy. */
export interface HttpRouteSettings<Authorizer extends string> {
  readonly handler?: Handler;
  /** The key of one of `authorizers`, or `aws_iam` where callers sign their requests. */
  readonly authorizer?: Authorizer | "aws_iam";
  /** One of these must be in a JWT. */
  readonly authorizationScopes?: readonly string[];
  readonly operationName?: string;
  readonly integration?: HttpIntegrationSettings;
}

/** @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-apigatewayv2-integration.html */
export interface HttpIntegrationSettings {
  /** @default "AWS_PROXY" */
  readonly integrationType?: "AWS_PROXY" | "HTTP_PROXY";
  /** A service's action, as in `SQS-SendMessage`. */
  readonly integrationSubtype?: string;
  /** @default the handler's */
  readonly integrationUri?: Text;
  readonly integrationMethod?: string;
  /** @default "2.0" */
  readonly payloadFormatVersion?: "1.0" | "2.0";
  /** By `append:header.x`, `overwrite:path` and the like, or the parameters of a service's action. */
  readonly requestParameters?: Readonly<Record<string, Text>>;
  /** By status. */
  readonly responseParameters?: Readonly<
    Record<string, readonly { readonly destination: string; readonly source: string }[]>
  >;
  /** @default 30000 */
  readonly timeoutInMillis?: number;
  readonly tlsConfig?: { readonly serverNameToVerify?: string };
}

/** Asks a function, or looks at an issuer's tokens itself. */
export type HttpAuthorizerSettings =
  | {
      readonly authorizerType: "REQUEST";
      readonly handler: Handler;
      /** As in `$request.header.Authorization`. */
      readonly identitySource?: readonly string[];
      /** @default 0 */
      readonly authorizerResultTtlInSeconds?: number;
      /** @default "2.0" */
      readonly authorizerPayloadFormatVersion?: "1.0" | "2.0";
      readonly enableSimpleResponses?: boolean;
    }
  | {
      readonly authorizerType: "JWT";
      readonly jwtConfiguration: { readonly issuer: string; readonly audience: readonly string[] };
      /** @default `$request.header.Authorization` */
      readonly identitySource?: readonly string[];
    };

/** @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-apigatewayv2-stage.html */
export interface HttpStageSettings {
  readonly stageVariables?: Texts;
  readonly accessLogSettings?: { readonly format?: string; readonly destinationArn?: string };
  readonly defaultRouteSettings?: RouteThrottle;
  /** By route key. */
  readonly routeSettings?: Readonly<Record<string, RouteThrottle>>;
}

/** Requests a second, and how many may come at once. */
export interface RouteThrottle {
  readonly throttlingRateLimit?: number;
  readonly throttlingBurstLimit?: number;
}

/** A WebSocket API. */
export interface WebsocketSettings<Authorizer extends string> {
  /** @default "$request.body.action" */
  readonly routeSelectionExpression?: string;
  readonly apiKeySelectionExpression?: string;
  /** By the name that `$connect` uses. */
  readonly authorizers?: Readonly<Record<Authorizer, WebsocketAuthorizerSettings>>;
  /** JSON Schemas (draft 4) by the name that routes use. */
  readonly models?: Readonly<Record<string, { readonly schema: unknown }>>;
  /** By name; the first is the API's own. @default one, named as the definition's stage */
  readonly stages?: Readonly<Record<string, WebsocketStageSettings>>;
  /** By `$connect`, `$disconnect`, `$default`, or the action that clients send. */
  readonly routes: Readonly<Record<string, InlineHandler | WebsocketRouteSettings<NoInfer<Authorizer>>>>;
}

/** @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-apigatewayv2-stage.html */
export interface WebsocketStageSettings extends Pick<
  HttpStageSettings,
  "stageVariables" | "accessLogSettings"
> {
  readonly defaultRouteSettings?: WebsocketRouteOfStage;
  /** By route key. */
  readonly routeSettings?: Readonly<Record<string, WebsocketRouteOfStage>>;
}

/** What a stage says of one route, or of all. */
export interface WebsocketRouteOfStage extends RouteThrottle {
  readonly loggingLevel?: "OFF" | "ERROR" | "INFO";
  readonly dataTraceEnabled?: boolean;
  readonly detailedMetricsEnabled?: boolean;
}

/** A route of a WebSocket API. With a handler and no integration it is a Lambda proxy. */
export interface WebsocketRouteSettings<Authorizer extends string> {
  readonly handler?: Handler;
  /** Of `$connect` alone: the key of one of `authorizers`, or `aws_iam`. */
  readonly authorizer?: Authorizer | "aws_iam";
  /** Of `$connect` alone. */
  readonly apiKeyRequired?: boolean;
  readonly modelSelectionExpression?: string;
  /** Names of `models` by what the expression gives. */
  readonly requestModels?: Texts;
  /** Sends what the function or back end answers back to the client. */
  readonly routeResponseSelectionExpression?: "$default";
  readonly integration?: WebsocketIntegrationSettings;
}

/** @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-apigatewayv2-integration.html */
export interface WebsocketIntegrationSettings {
  /** @default "AWS_PROXY" */
  readonly integrationType?: "AWS_PROXY" | "AWS" | "HTTP" | "HTTP_PROXY" | "MOCK";
  /** @default the handler's */
  readonly integrationUri?: Text;
  readonly integrationMethod?: string;
  readonly requestParameters?: Texts;
  readonly requestTemplates?: Texts;
  readonly templateSelectionExpression?: string;
  readonly passthroughBehavior?: "WHEN_NO_MATCH" | "WHEN_NO_TEMPLATES" | "NEVER";
  readonly contentHandlingStrategy?: "CONVERT_TO_BINARY" | "CONVERT_TO_TEXT";
  /** @default 29000 */
  readonly timeoutInMillis?: number;
  readonly integrationResponses?: readonly {
    /** `$default`, or a pattern between slashes. */
    readonly integrationResponseKey: string;
    readonly responseParameters?: Texts;
    readonly responseTemplates?: Texts;
    readonly templateSelectionExpression?: string;
    readonly contentHandlingStrategy?: "CONVERT_TO_BINARY" | "CONVERT_TO_TEXT";
  }[];
}

/** Asks a function. */
export interface WebsocketAuthorizerSettings {
  readonly authorizerType: "REQUEST";
  readonly handler: Handler;
  /** As in `route.request.header.Authorization`. */
  readonly identitySource?: readonly string[];
}

// A WebSocket API: routes, what they call, stages, and the authorizer of $connect.
import type { LambdaAuthorizer } from "./authorizer.ts";
import type { ContentHandling, MappedIntegration } from "./integration.ts";
import type { AccessLogSettings, MethodSettings } from "./stage.ts";

/** A WebSocket API; its settings of a stage are those of `stage`. */
export interface WebsocketApi extends WebsocketStageSettings {
  readonly id: string;
  readonly name: string;
  readonly stage: string;
  readonly stageVariables: Readonly<Record<string, string>>;
  /** As in `$request.body.action`. */
  readonly routeSelectionExpression: string;
  readonly routes: readonly WebsocketRoute[];
  readonly authorizers: readonly LambdaAuthorizer[];
  /** Where `$connect` takes its API key from. @default "HEADER" */
  readonly apiKeySource?: "HEADER" | "AUTHORIZER";
  /** JSON Schemas (draft 4) by model name. */
  readonly models?: Readonly<Record<string, unknown>>;
  /** Stages beside `stage`, each with settings of its own. */
  readonly otherStages?: readonly WebsocketStage[];
}

/** What a stage of a WebSocket API says beside its name and variables. */
export interface WebsocketStageSettings {
  readonly accessLog?: AccessLogSettings;
  /** Of every route, unless `routeSettings` has its own. */
  readonly defaultSettings?: RouteSettings;
  /** By route key. */
  readonly routeSettings?: Readonly<Record<string, RouteSettings>>;
}

/** What a stage says of one route, or of all. What is left out is as AWS has it. */
export type RouteSettings = Pick<
  MethodSettings,
  "throttlingRateLimit" | "throttlingBurstLimit" | "metricsEnabled" | "loggingLevel" | "dataTraceEnabled"
>;

/** A stage beside the one that the API is about. */
export interface WebsocketStage extends WebsocketStageSettings {
  readonly name: string;
  readonly variables: Readonly<Record<string, string>>;
}

export interface WebsocketRoute {
  /** `$connect`, `$disconnect`, `$default` or the client's own. */
  readonly routeKey: string;
  /** Only `$connect` can have one. */
  readonly authorizerId?: string;
  /** Callers sign their upgrade request (SigV4); only `$connect` can ask for it. Never beside `authorizerId`. */
  readonly iam?: boolean;
  /** Whether callers show an API key; only that of `$connect` is looked at. */
  readonly apiKeyRequired?: boolean;
  /** Names the model that a message is held against; nothing is checked without it. */
  readonly modelSelection?: string;
  /** Model names by what `modelSelection` gives. */
  readonly requestModels?: Readonly<Record<string, string>>;
  /** Whether the integration's answer goes back to the sender (`routeResponseSelectionExpression: $default`). */
  readonly routeResponse: boolean;
  readonly integration: WebsocketIntegration;
}

export type WebsocketIntegration =
  | { readonly type: "AWS_PROXY"; readonly functionKey: string; readonly timeoutMs: number }
  | WebsocketMappedIntegration;

/** An integration whose requests and answers pass through templates and parameter mappings. */
export interface WebsocketMappedIntegration extends Omit<
  MappedIntegration,
  "responses" | "requestTemplates"
> {
  /** VTL by what `templateSelection` gives. */
  readonly requestTemplates: Readonly<Record<string, string>>;
  readonly templateSelection?: string;
  readonly responses: readonly WebsocketIntegrationResponse[];
}

/** What one kind of outcome becomes. */
export interface WebsocketIntegrationResponse {
  /** `$default`, or a pattern over the status or a function's error message, as in `/2\d\d/`. */
  readonly key: string;
  /** By `route.response.header.x`. */
  readonly responseParameters: Readonly<Record<string, string>>;
  /** VTL by what `templateSelection` gives. */
  readonly responseTemplates: Readonly<Record<string, string>>;
  readonly templateSelection?: string;
  readonly contentHandling?: ContentHandling;
}

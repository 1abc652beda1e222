// A stage of an API: its variables, and the settings that act at once, without a deployment.
import { gatewayLimits } from "@gatewright/contract";

/** Requests a second, and how many may come at once. */
export interface ThrottleSettings {
  readonly rateLimit: number;
  readonly burstLimit: number;
}

/** What AWS allows the account in most regions, for all APIs together. */
export const defaultAccountThrottle: ThrottleSettings = {
  rateLimit: gatewayLimits.accountRatePerSecond,
  burstLimit: gatewayLimits.accountBurst,
};

/** The key of `methodSettings` that speaks of every method. */
export const everyMethod = "*/*";

/** A stage of a REST API. */
export interface RestStage {
  readonly name: string;
  readonly variables: Readonly<Record<string, string>>;
  readonly deploymentId: string;
  /** By `/path/VERB` as API Gateway writes it (`/rooms/{room}/GET`), every method by the key that `everyMethod` holds. */
  readonly methodSettings?: Readonly<Record<string, MethodSettings>>;
  readonly cacheCluster?: { readonly enabled: boolean; /** 0.5 to 237 */ readonly sizeGb: number };
  readonly canary?: CanarySettings;
  readonly accessLog?: AccessLogSettings;
  readonly tracingEnabled?: boolean;
}

/** What a stage says of one method, or of all. What is left out is as AWS has it. */
export interface MethodSettings {
  readonly throttlingRateLimit?: number;
  readonly throttlingBurstLimit?: number;
  readonly cachingEnabled?: boolean;
  readonly cacheTtlSeconds?: number;
  readonly cacheDataEncrypted?: boolean;
  readonly requireAuthorizationForCacheControl?: boolean;
  readonly unauthorizedCacheControl?:
    | "FAIL_WITH_403"
    | "SUCCEED_WITH_RESPONSE_HEADER"
    | "SUCCEED_WITHOUT_RESPONSE_HEADER";
  readonly metricsEnabled?: boolean;
  readonly loggingLevel?: "OFF" | "ERROR" | "INFO";
  readonly dataTraceEnabled?: boolean;
}

/** Part of a stage's traffic goes to another deployment. */
export interface CanarySettings {
  /** 0 to 100. */
  readonly percentTraffic: number;
  readonly deploymentId: string;
  readonly stageVariableOverrides: Readonly<Record<string, string>>;
  readonly useStageCache: boolean;
}

/** One line for each request, written as `format` says with `$context` variables. */
export interface AccessLogSettings {
  readonly format: string;
  readonly destinationArn?: string;
}

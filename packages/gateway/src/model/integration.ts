// Integrations that are mapped: what a REST method calls with a request of its own making.

/** Request and answer pass through templates and parameter mappings. */
export interface MappedIntegration {
  readonly type: "AWS" | "HTTP" | "HTTP_PROXY" | "MOCK";
  /** Verb of the call; MOCK has none. */
  readonly httpMethod?: string;
  /** As written, `${stageVariables.x}` and `{placeholders}` included; MOCK has none. */
  readonly uri?: string;
  /** What the ARN in `uri` names; only AWS integrations have one. */
  readonly target?: AwsTarget;
  /** By `integration.request.header.x` and the like. */
  readonly requestParameters: Readonly<Record<string, string>>;
  /** VTL by content type. */
  readonly requestTemplates: Readonly<Record<string, string>>;
  readonly passthroughBehavior: "WHEN_NO_MATCH" | "WHEN_NO_TEMPLATES" | "NEVER";
  readonly contentHandling?: ContentHandling;
  readonly timeoutMs: number;
  readonly responses: readonly IntegrationResponse[];
  readonly cacheKeyParameters?: readonly string[];
  /** @default the resource's id */
  readonly cacheNamespace?: string;
  /** HTTP_PROXY only. */
  readonly responseTransferMode?: "BUFFERED" | "STREAM";
  readonly insecureSkipVerification?: boolean;
}

export type ContentHandling = "CONVERT_TO_BINARY" | "CONVERT_TO_TEXT";

/** The service that an AWS integration calls, from its ARN. */
export type AwsTarget =
  | { readonly service: "lambda"; readonly functionKey: string }
  /** `action` is as in `PutItem`; S3 is named by path: `/{bucket}/{key}`. */
  | {
      readonly service: string;
      readonly kind: "action" | "path";
      readonly value: string;
      readonly subdomain?: string;
    };

/** What one kind of outcome becomes. */
export interface IntegrationResponse {
  readonly statusCode: string;
  /** A regular expression over the status, or over a function's error message; the default has none. */
  readonly selectionPattern?: string;
  /** By `method.response.header.x`. */
  readonly responseParameters: Readonly<Record<string, string>>;
  /** VTL by content type. */
  readonly responseTemplates: Readonly<Record<string, string>>;
  readonly contentHandling?: ContentHandling;
}

/** A status that a method may answer with. */
export interface MethodResponse {
  readonly statusCode: string;
  /** By `method.response.header.x`; whether it is required has no effect. */
  readonly responseParameters: Readonly<Record<string, boolean>>;
  /** Model names by content type. */
  readonly responseModels: Readonly<Record<string, string>>;
}

/** How an API words the refusals of one type. */
export interface GatewayResponse {
  /** As in `DEFAULT_4XX`. */
  readonly type: string;
  readonly statusCode?: string;
  /** By `gatewayresponse.header.x`. */
  readonly responseParameters: Readonly<Record<string, string>>;
  /** By content type; not VTL, plain substitution. */
  readonly responseTemplates: Readonly<Record<string, string>>;
}

// What an HTTP API (payload 2.0) or a function URL gives a Lambda function, and takes back.

/** What authorized an HTTP API request, by kind of authorizer. */
export interface HttpAuthorizerContext {
  readonly jwt?: {
    readonly claims: { readonly [name: string]: string };
    readonly scopes: readonly string[] | null;
  };
  readonly lambda?: { readonly [name: string]: unknown } | null;
  readonly iam?: {
    readonly accessKey: string;
    readonly accountId: string;
    readonly callerId: string;
    readonly cognitoIdentity: {
      readonly amr: readonly string[];
      readonly identityId: string;
      readonly identityPoolId: string;
    } | null;
    readonly principalOrgId: string | null;
    readonly userArn: string;
    readonly userId: string;
  };
}

/** The request context of an HTTP API event. */
export interface HttpRequestContext {
  readonly accountId: string;
  readonly apiId: string;
  readonly authentication?: unknown;
  readonly authorizer?: HttpAuthorizerContext;
  readonly domainName: string;
  readonly domainPrefix: string;
  readonly http: {
    readonly method: string;
    /** Percent-decoded, with the stage unless it is `$default`. */
    readonly path: string;
    readonly protocol: string;
    readonly sourceIp: string;
    /** An empty string when the client sent none. */
    readonly userAgent: string;
  };
  readonly requestId: string;
  readonly routeKey: string;
  readonly stage: string;
  /** `dd/MMM/yyyy:HH:mm:ss +0000` */
  readonly time: string;
  /** Milliseconds. */
  readonly timeEpoch: number;
}

/**
 * A proxy event of an HTTP API, payload 2.0. Optional keys are left out, never `null`.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 */
export interface HttpEvent {
  readonly version: "2.0";
  readonly routeKey: string;
  /** Percent-decoded despite its name, with the stage unless it is `$default`. */
  readonly rawPath: string;
  /** As received, still encoded, without the question mark. */
  readonly rawQueryString: string;
  readonly cookies?: readonly string[];
  /** Lower-case names; repeated headers joined with a comma; no `cookie`. */
  readonly headers: { readonly [name: string]: string | undefined };
  /** Decoded; repeated keys joined with a comma. */
  readonly queryStringParameters?: { readonly [name: string]: string | undefined };
  /** Decoded. */
  readonly pathParameters?: { readonly [name: string]: string | undefined };
  readonly stageVariables?: { readonly [name: string]: string | undefined };
  readonly requestContext: HttpRequestContext;
  readonly body?: string;
  readonly isBase64Encoded: boolean;
}

/** What a function returns to an HTTP API that sets `statusCode`; anything else is taken for a 200 JSON body. */
export interface HttpResult {
  readonly statusCode: number;
  readonly headers?: { readonly [name: string]: string | number | boolean };
  readonly body?: string;
  readonly isBase64Encoded?: boolean;
  readonly cookies?: readonly string[];
}

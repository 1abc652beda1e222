// What a REST API (payload 1.0) gives a Lambda proxy integration, and takes back.

/**
 * The identity block of a REST API event. Every key is there; what is unknown is `null`.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html
 */
export interface RestIdentity {
  readonly accessKey: string | null;
  readonly accountId: string | null;
  readonly caller: string | null;
  readonly cognitoAuthenticationProvider: string | null;
  readonly cognitoAuthenticationType: string | null;
  readonly cognitoIdentityId: string | null;
  readonly cognitoIdentityPoolId: string | null;
  readonly principalOrgId: string | null;
  readonly sourceIp: string;
  readonly user: string | null;
  readonly userAgent: string | null;
  readonly userArn: string | null;
  /** The key that was used; only on methods that require one. */
  readonly apiKey?: string | null;
  readonly apiKeyId?: string | null;
  readonly clientCert?: {
    readonly clientCertPem: string;
    readonly subjectDN: string;
    readonly issuerDN: string;
    readonly serialNumber: string;
    readonly validity: { readonly notBefore: string; readonly notAfter: string };
  } | null;
  readonly vpcId?: string;
  readonly vpceId?: string;
}

/** What a Lambda authorizer of a REST or WebSocket API puts in the context: scalars, as strings. */
export interface RestAuthorizerContext {
  readonly principalId?: string;
  readonly integrationLatency?: number;
  readonly claims?: { readonly [name: string]: string };
  readonly [name: string]: unknown;
}

/** The request context of a REST API event. */
export interface RestRequestContext {
  readonly accountId: string;
  readonly apiId: string;
  readonly authorizer?: RestAuthorizerContext | null;
  readonly deploymentId?: string;
  readonly domainName?: string;
  readonly domainPrefix?: string;
  readonly extendedRequestId?: string;
  readonly httpMethod: string;
  readonly identity: RestIdentity;
  readonly isCanaryRequest?: boolean;
  readonly operationName?: string;
  /** Stage (or base path of a custom domain) and path, still percent-encoded. */
  readonly path: string;
  readonly protocol: string;
  readonly requestId: string;
  /** `dd/MMM/yyyy:HH:mm:ss +0000` */
  readonly requestTime?: string;
  /** Milliseconds. */
  readonly requestTimeEpoch: number;
  readonly resourceId: string;
  readonly resourcePath: string;
  readonly stage: string;
}

/** A proxy event of a REST API. Every top-level key is there; what is absent is `null`. */
export interface RestEvent {
  readonly resource: string;
  /** Without the stage, percent-encoding kept. */
  readonly path: string;
  readonly httpMethod: string;
  readonly headers: { readonly [name: string]: string | undefined } | null;
  readonly multiValueHeaders: { readonly [name: string]: readonly string[] | undefined } | null;
  readonly queryStringParameters: { readonly [name: string]: string | undefined } | null;
  readonly multiValueQueryStringParameters: { readonly [name: string]: readonly string[] | undefined } | null;
  /** Percent-encoding kept. */
  readonly pathParameters: { readonly [name: string]: string | undefined } | null;
  readonly stageVariables: { readonly [name: string]: string | undefined } | null;
  readonly requestContext: RestRequestContext;
  readonly body: string | null;
  readonly isBase64Encoded: boolean;
}

/** What a proxy function returns to a REST API. Any other key makes the answer malformed (502). */
export interface RestResult {
  readonly statusCode?: number | string;
  readonly headers?: { readonly [name: string]: string | number | boolean } | null;
  readonly multiValueHeaders?: { readonly [name: string]: readonly (string | number | boolean)[] } | null;
  readonly body?: string | null;
  readonly isBase64Encoded?: boolean;
}

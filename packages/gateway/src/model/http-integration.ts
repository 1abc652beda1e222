// What a route of an HTTP API calls, and how its request and answer are changed on the way.

/** An integration of an HTTP API. */
export type HttpIntegration =
  | {
      readonly type: "AWS_PROXY";
      readonly functionKey: string;
      readonly payloadVersion: "1.0" | "2.0";
      readonly timeoutMs: number;
      readonly requestParameters?: Readonly<Record<string, string>>;
      readonly responseParameters?: HttpResponseParameters;
    }
  | {
      readonly type: "HTTP_PROXY";
      readonly uri: string;
      readonly method: string;
      readonly timeoutMs: number;
      readonly requestParameters?: Readonly<Record<string, string>>;
      readonly responseParameters?: HttpResponseParameters;
      readonly serverNameToVerify?: string;
    }
  /** A first-class service integration, as in `SQS-SendMessage`. */
  | {
      readonly type: "AWS_SERVICE";
      readonly subtype: string;
      readonly timeoutMs: number;
      readonly requestParameters: Readonly<Record<string, string>>;
      readonly responseParameters?: HttpResponseParameters;
    };

/** By status, then `overwrite:header.x`, `append:header.x`, `remove:header.x`, `overwrite:statuscode`. */
export type HttpResponseParameters = Readonly<Record<string, Readonly<Record<string, string>>>>;

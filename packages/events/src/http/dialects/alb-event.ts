// What an Application Load Balancer gives a Lambda target, and takes back.

/**
 * An event of an Application Load Balancer. Names and values of the query arrive percent-encoded.
 * With multi-value headers turned on, the two `multiValue…` maps replace the single ones, both ways.
 *
 * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/lambda-functions.html
 */
export interface AlbEvent {
  readonly requestContext: { readonly elb: { readonly targetGroupArn: string } };
  readonly httpMethod: string;
  readonly path: string;
  readonly queryStringParameters?: { readonly [name: string]: string | undefined };
  readonly multiValueQueryStringParameters?: { readonly [name: string]: readonly string[] | undefined };
  readonly headers?: { readonly [name: string]: string | undefined };
  readonly multiValueHeaders?: { readonly [name: string]: readonly string[] | undefined };
  readonly body: string | null;
  readonly isBase64Encoded: boolean;
}

/** What a Lambda target returns to an Application Load Balancer. */
export interface AlbResult {
  readonly statusCode: number;
  readonly statusDescription: string;
  readonly headers?: { readonly [name: string]: string };
  readonly multiValueHeaders?: { readonly [name: string]: readonly string[] };
  readonly body: string;
  readonly isBase64Encoded: boolean;
}

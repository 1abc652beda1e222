// The name that API Gateway gives to one call of one API: read from an execute-api ARN, and written back.

/** The parts of an execute-api ARN. */
export interface MethodArn {
  /** `aws`, `aws-cn`, `aws-us-gov` … */
  readonly partition: string;
  readonly region: string;
  readonly accountId: string;
  readonly apiId: string;
  readonly stage: string;
  /** What follows the stage: `GET/rooms/42` for HTTP and REST, `$connect` for a WebSocket API. */
  readonly call: string;
}

/**
 * Reads the `methodArn` or `routeArn` of an authorizer event; `undefined` for anything else.
 *
 * The call part is the path that was requested, not the resource template, and may hold any character.
 *
 * @example
 * readMethodArn("arn:aws:execute-api:us-east-1:123456789012:abcdef1234/dev/GET/rooms/42")?.call; // "GET/rooms/42"
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-control-access-using-iam-policies-to-invoke-api.html
 */
export function readMethodArn(arn: string): MethodArn | undefined {
  const [scheme, partition = "", service, region = "", accountId = ""] = arn.split(":", 5);
  if (scheme !== "arn" || service !== "execute-api") return undefined;
  const resource = arn.slice(`arn:${partition}:execute-api:${region}:${accountId}:`.length);
  const [apiId = "", stage = ""] = resource.split("/", 2);
  const callAt = apiId.length + stage.length + 2;
  if (resource.length < callAt || apiId === "" || stage === "" || apiId.includes(":")) return undefined;
  if (!isName(partition) || !isName(region) || accountId.includes("/")) return undefined;
  return { partition, region, accountId, apiId, stage, call: resource.slice(callAt) };
}

const isName = (text: string): boolean => /^[a-z0-9-]+$/.test(text);

/**
 * Writes an execute-api ARN; the inverse of {@link readMethodArn}.
 *
 * @example
 * toMethodArn({ ...arn, call: "$connect" }); // "arn:aws:execute-api:us-east-1:123456789012:abcdef1234/dev/$connect"
 */
export function toMethodArn(arn: MethodArn): string {
  const { partition, region, accountId, apiId, stage, call } = arn;
  return `arn:${partition}:execute-api:${region}:${accountId}:${apiId}/${stage}/${call}`;
}

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
  const service = arn.indexOf(":execute-api:");
  const regionAt = service + ":execute-api:".length;
  const accountAt = arn.indexOf(":", regionAt) + 1;
  const apiAt = arn.indexOf(":", accountAt) + 1;
  const stageAt = arn.indexOf("/", apiAt) + 1;
  const callAt = arn.indexOf("/", stageAt) + 1;
  const found = service > 0 && accountAt > 0 && apiAt > accountAt && stageAt > 0 && callAt > 0;
  if (!found || !arn.startsWith("arn:")) return undefined;
  const partition = arn.slice("arn:".length, service);
  const region = arn.slice(regionAt, accountAt - 1);
  const accountId = arn.slice(accountAt, apiAt - 1);
  const apiId = arn.slice(apiAt, stageAt - 1);
  const stage = arn.slice(stageAt, callAt - 1);
  if (!isName(partition) || !isName(region) || accountId.includes("/")) return undefined;
  if (apiId === "" || apiId.includes(":") || stage === "") return undefined;
  return { partition, region, accountId, apiId, stage, call: arn.slice(callAt) };
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

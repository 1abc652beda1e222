// Where an API stands: account, region, id and stage, and the ARNs of calls to it.
import { toMethodArn } from "@gatewright/contract";
import type { Service } from "../model/service.ts";

/** Where one stage of one API stands. */
export interface Place {
  readonly accountId: string;
  readonly region: string;
  readonly apiId: string;
  readonly stage: string;
}

/** Says where an API of a service stands. */
export function toPlace(
  service: Pick<Service, "accountId" | "region">,
  api: { readonly id: string; readonly stage: string },
): Place {
  return { accountId: service.accountId, region: service.region, apiId: api.id, stage: api.stage };
}

/**
 * The ARN of one call: the verb and the path that was requested, without the stage.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-control-access-using-iam-policies-to-invoke-api.html
 */
export function toCallArn(place: Place, verb: string, path: string): string {
  const partition = partitionOf(place.region);
  return toMethodArn({ ...place, partition, call: `${verb}${path.startsWith("/") ? "" : "/"}${path}` });
}

function partitionOf(region: string): string {
  if (region.startsWith("cn-")) return "aws-cn";
  return region.startsWith("us-gov-") ? "aws-us-gov" : "aws";
}

// What a request answers to the condition keys of policies.
import type { IamCaller } from "../identities/identities.ts";
import type { ConditionKeys } from "../policy/condition-keys.ts";
import type { ArrivedHttp } from "./application.ts";
import { lastHeader } from "./headers.ts";

/** Whose keys they are. */
export interface Keyring {
  readonly http: Pick<ArrivedHttp, "headers" | "sourceIp" | "caller">;
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** Private APIs are reached through a VPC endpoint. */
  readonly isPrivate?: boolean;
  /** Who signed it. */
  readonly caller?: IamCaller | undefined;
}

type Reader = (of: Keyring) => string | readonly string[] | undefined;

const inVpc =
  (read: Reader): Reader =>
  (of) =>
    of.isPrivate === true ? read(of) : undefined;

/**
 * The keys that API Gateway fills, each looked at only when a policy asks.
 *
 * `aws:SecureTransport` is always true: API Gateway itself speaks TLS only. Through a VPC endpoint the caller's
 * address is in `aws:VpcSourceIp`.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-resource-policies-aws-condition-keys.html
 */
const readers: ReadonlyMap<string, Reader> = new Map<string, Reader>([
  ["aws:currenttime", ({ at }) => new Date(at).toISOString()],
  ["aws:epochtime", ({ at }) => String(Math.floor(at / 1000))],
  ["aws:referer", ({ http }) => lastHeader(http.headers, "referer")],
  ["aws:securetransport", () => "true"],
  ["aws:sourceip", ({ http, isPrivate }) => (isPrivate === true ? undefined : http.sourceIp)],
  ["aws:sourcevpc", inVpc(({ http }) => http.caller?.vpcId)],
  ["aws:sourcevpce", inVpc(({ http }) => http.caller?.vpceId)],
  ["aws:vpcsourceip", inVpc(({ http }) => http.sourceIp)],
  ["aws:useragent", ({ http }) => lastHeader(http.headers, "user-agent")],
  ["aws:principalaccount", ({ caller }) => caller?.accountId],
  ["aws:principalarn", ({ caller }) => caller?.roleArn ?? caller?.arn],
  ["aws:principalorgid", ({ caller }) => caller?.organizationId],
  ["aws:principalorgpaths", ({ caller }) => caller?.organizationPaths],
  ["aws:principaltype", ({ caller }) => caller?.type],
  ["aws:tokenissuetime", ({ caller }) => caller?.issuedAt],
  ["aws:userid", ({ caller }) => caller?.userId],
  ["aws:username", ({ caller }) => caller?.userName],
  ["aws:multifactorauthpresent", ({ caller }) => toMultiFactor(caller)],
  ["aws:multifactorauthage", ({ caller }) => caller?.multiFactorAgeSeconds?.toString()],
]);

/** Only temporary credentials say whether a second factor was shown. */
function toMultiFactor(caller: IamCaller | undefined): string | undefined {
  if (caller?.multiFactorAgeSeconds !== undefined) return "true";
  return caller?.temporary === true ? "false" : undefined;
}

const tag = "aws:principaltag/";

/** The keys of one request. */
export function toRequestKeys(of: Keyring): ConditionKeys {
  return (name) => {
    const value = name.startsWith(tag)
      ? of.caller?.tags.get(name.slice(tag.length))
      : readers.get(name)?.(of);
    return typeof value === "string" ? [value] : value;
  };
}

/** The question whether one call may be made, by its ARN. */
export const invokeAction = "execute-api:invoke";

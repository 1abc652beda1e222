// Whether a call of @connections is signed, and by somebody who may: Signature Version 4 and policies, really checked.
import { toMethodArn } from "@gatewright/contract";
import { createVerifier, payloadHash } from "@gatewright/signature";
import { expiredToken, skewMs, toSkew } from "../identities/authenticate.ts";
import type { IamCaller, Identities } from "../identities/identities.ts";
import type { ConditionKeys } from "../policy/condition-keys.ts";
import { askPolicy } from "../policy/policy.ts";
import { type Hearable, type HearCaller, saysWhere } from "../invoke/caller-headers.ts";
import { decodePercent } from "../invoke/query.ts";
import { toRequestKeys } from "../invoke/request-keys.ts";
import type { Clock } from "../ports.ts";
import type { PlainRequest } from "../websocket/wire.ts";

/** Who may call, and where. */
export interface Signatory {
  readonly identities: Identities;
  readonly region: string;
  readonly accountId: string;
  readonly apiId: string;
  readonly clock: Clock;
  /** Where a caller says that it calls from. @default nowhere */
  readonly hear?: HearCaller;
}

/**
 * Makes the check for the service `execute-api`: the signature, the body included, and the signer's policies for
 * `execute-api:ManageConnections`.
 *
 * It answers `ok` or says why not, in AWS's words. A broadcast posts the same body again and again: its hash is kept.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-how-to-call-websocket-api-connections.html
 */
export function createVerify(
  signatory: Signatory,
): (request: PlainRequest & { readonly body: Buffer }) => string {
  const { identities, region, clock } = signatory;
  const verify = createVerifier({
    findCredentials: (accessKeyId) => identities.find(accessKeyId)?.credentials,
    region,
    service: "execute-api",
    skewMs,
  });
  let last: { readonly body: Buffer; readonly hash: string } | undefined;
  const hashOf = (body: Buffer): string => {
    if (!last?.body.equals(body)) last = { body: Buffer.from(body), hash: payloadHash(body) };
    return last.hash;
  };
  return (request) => {
    const { method, target, headers, body } = request;
    const now = clock.now();
    const verdict = verify({ method, target, headers, payloadHash: hashOf(body) }, new Date(now));
    if (!verdict.ok) {
      const isSkewed = verdict.code === "RequestTimeTooSkewed";
      return isSkewed ? toSkew(String(headers["x-amz-date"] ?? ""), now) : verdict.message;
    }
    const known = identities.find(verdict.accessKeyId);
    if (!known || now >= known.expiresAt) return expiredToken;
    return mayManage(known.caller, request, { ...signatory, now });
  };
}

function mayManage(
  caller: IamCaller,
  { method, target, headers, remoteAddress }: PlainRequest,
  { region, accountId, apiId, hear, now }: Signatory & { readonly now: number },
): string {
  const [stage = "", ...rest] = (target.split("?", 1)[0] ?? "")
    .replace(/^\//, "")
    .split("/")
    .map(decodePercent);
  const call = `${method}/${rest.join("/")}`;
  const partition = caller.arn.split(":")[1] ?? "aws";
  const resource = toMethodArn({ partition, region, accountId, apiId, stage, call });
  const hearIt = (): Hearable => {
    const pairs = Object.entries(headers).map(([name, value]) => [name, String(value ?? "")] as const);
    const sent: Hearable = { headers: pairs, sourceIp: remoteAddress };
    return hear?.(sent) ?? sent;
  };
  // Few policies ask for more than the resource; words that are not believed are warned of all the same.
  let heard = Object.keys(headers).some(saysWhere) ? hearIt() : undefined;
  const keys: ConditionKeys = (name) => toRequestKeys({ http: (heard ??= hearIt()), at: now, caller })(name);
  const question = { action: "execute-api:manageconnections", resource, principal: caller, keys };
  const allowed = askPolicy(caller.policy, question) === "allow" && caller.accountId === accountId;
  return allowed
    ? "ok"
    : `User: ${caller.arn} is not authorized to perform: execute-api:ManageConnections on resource: ${resource}`;
}

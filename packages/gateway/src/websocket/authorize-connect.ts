// May this client connect? Asks the authorizer of $connect; nobody is let in because something went wrong.
import { limits, type WebsocketAuthorizerEvent } from "@gatewright/contract";
import { authenticate } from "../identities/authenticate.ts";
import type { Identities } from "../identities/identities.ts";
import { judgeAnswer, readAuthorizerResult } from "../invoke/authorizer-result.ts";
import { refuseAccess } from "../invoke/refuse-access.ts";
import { invokeAction, toRequestKeys } from "../invoke/request-keys.ts";
import { readContext } from "../mapping/context.ts";
import { askPolicy } from "../policy/policy.ts";
import type { IdentitySource, LambdaAuthorizer } from "../model/authorizer.ts";
import type { AuthorizerNote } from "../invoke/trace.ts";
import type { Functions, Ids, Log } from "../ports.ts";
import type { AdmittedCaller, Caller, WebsocketEvents } from "./events.ts";
import type { Handshake } from "./handshake.ts";
import { refuse, refuseWith } from "./refusals.ts";

/** What authorizing needs. */
export interface AuthorizePorts {
  readonly authorizer: LambdaAuthorizer | undefined;
  /** Where callers must sign: who can, and the API's own region and account. */
  readonly iam: ConnectIam | undefined;
  /** ARN of `$connect`. */
  readonly methodArn: string;
  readonly events: WebsocketEvents;
  readonly functions: Functions;
  readonly ids: Ids;
  readonly log: Log;
  /** Takes down how the authorizer was asked. */
  readonly note?: (asked: AuthorizerNote) => void;
  now(): number;
}

/** What checking signatures of `$connect` needs. */
export interface ConnectIam {
  readonly identities: Identities;
  readonly region: string;
  readonly accountId: string;
}

/**
 * Checks the signature or asks the authorizer, where there is one, and gives the caller with what it said.
 *
 * Every identity source is required; results are not kept, since a connection asks once.
 *
 * @throws HandshakeRefusal with status 401, 403 or 500.
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-lambda-auth.html
 */
export async function authorizeConnect(
  caller: Caller,
  handshake: Handshake,
  to: AuthorizePorts,
): Promise<AdmittedCaller> {
  const { authorizer, methodArn, iam } = to;
  if (iam) return authorizeBySignature(caller, handshake, { iam, methodArn, now: to.now() });
  if (!authorizer) return caller;
  const event = to.events.authorize(caller, handshake, methodArn);
  if (!authorizer.identitySources.every((source) => isPresent(event, source))) throw refuse("UNAUTHORIZED");

  const since = to.now();
  const timeoutMs = limits.authorizerTimeoutMs;
  const requestId = to.ids.uuid();
  const invocation = await to.functions.invoke(authorizer.functionKey, event, { timeoutMs, requestId });
  to.note?.({ latencyMs: to.now() - since, outcome: invocation, requestId });
  const result = readAuthorizerResult(invocation, "policy", { maxBytes: limits.authorizerResultBytes });
  if (result.kind === "unauthorized") throw refuse("UNAUTHORIZED");
  if (result.kind === "broken" || result.kind === "simple") {
    const why = result.kind === "broken" ? result.why : "it answered without a policy";
    to.log.error(`WebSocket authorizer ${authorizer.name} ${caller.connectionId}: ${why}`);
    throw refuse("AUTHORIZER_BROKEN");
  }
  const verdict = judgeAnswer(result, {
    action: invokeAction,
    resource: methodArn,
    keys: toRequestKeys({ http: { ...handshake.signed, sourceIp: handshake.sourceIp }, at: since }),
  });
  if (verdict !== "allow") throw refuse(verdict === "explicit-deny" ? "EXPLICIT_DENY" : "IMPLICIT_DENY");
  const { principalId, context, usageIdentifierKey } = result;
  const said = { ...context, principalId, integrationLatency: to.now() - since };
  return { ...caller, authorizer: said, ...(usageIdentifierKey !== undefined && { usageIdentifierKey }) };
}

function authorizeBySignature(
  caller: Caller,
  { signed, sourceIp }: Handshake,
  to: { readonly iam: ConnectIam; readonly methodArn: string; readonly now: number },
): AdmittedCaller {
  const { identities, region, accountId } = to.iam;
  const known = authenticate(signed, { identities, region, now: to.now });
  if (!known.ok) throw refuseWith(known.errorType, { message: known.message });
  const { caller: signer } = known;
  const keys = toRequestKeys({ http: { ...signed, sourceIp }, at: to.now, caller: signer });
  const question = { action: invokeAction, resource: to.methodArn, principal: signer, keys };
  const said = askPolicy(signer.policy, question);
  const verdict = said === "allow" && signer.accountId !== accountId ? "implicit-deny" : said;
  if (verdict !== "allow") {
    const { detail } = refuseAccess({
      user: signer.arn,
      resource: to.methodArn,
      verdict,
      policy: said === "allow" ? "resource-based" : "identity-based",
    });
    throw refuseWith("AccessDeniedException", { Message: detail.message ?? "" });
  }
  const { accessKeyId: accessKey, userId, arn } = signer;
  const identity = { accessKey, accountId: signer.accountId, caller: userId, user: userId, userArn: arn };
  return { ...caller, identity: { ...caller.identity, ...identity } };
}

function isPresent(event: WebsocketAuthorizerEvent, { from, name }: IdentitySource): boolean {
  if (from === "header") return isFilled(findHeader(event.headers, name));
  if (from === "querystring") return isFilled(own(event.queryStringParameters, name));
  if (from === "stageVariables") return isFilled(own(event.stageVariables, name));
  return isFilled(readContext(event.requestContext, name));
}

const isFilled = (value: unknown): boolean => value !== undefined && value !== null && value !== "";

function own(value: unknown, name: string): unknown {
  if (typeof value !== "object" || value === null || !Object.hasOwn(value, name)) return undefined;
  return (value as Record<string, unknown>)[name]; // an own property, as just seen
}

function findHeader(headers: WebsocketAuthorizerEvent["headers"], name: string): string | undefined {
  const lower = name.toLowerCase();
  return Object.entries(headers ?? {}).find(([given]) => given.toLowerCase() === lower)?.[1];
}

// May this client connect? Asks the authorizer of $connect; nobody is let in because something went wrong.
import { limits, type WebsocketAuthorizerEvent } from "@gatewright/contract";
import { judgeAnswer, readAuthorizerResult } from "../invoke/authorizer-result.ts";
import type { IdentitySource, LambdaAuthorizer } from "../model/authorizer.ts";
import type { Functions, Log } from "../ports.ts";
import type { AdmittedCaller, Caller, WebsocketEvents } from "./events.ts";
import type { Handshake } from "./handshake.ts";
import { refuse } from "./refusals.ts";

/** What authorizing needs. */
export interface AuthorizePorts {
  readonly authorizer: LambdaAuthorizer | undefined;
  /** ARN of `$connect`. */
  readonly methodArn: string;
  readonly events: WebsocketEvents;
  readonly functions: Functions;
  readonly log: Log;
  now(): number;
}

/**
 * Asks the authorizer, where there is one, and gives the caller with what it said.
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
  const { authorizer, methodArn } = to;
  if (!authorizer) return caller;
  const event = to.events.authorize(caller, handshake, methodArn);
  if (!authorizer.identitySources.every((source) => isPresent(event, source))) throw refuse("UNAUTHORIZED");

  const since = to.now();
  const timeoutMs = limits.authorizerTimeoutMs;
  const invocation = await to.functions.invoke(authorizer.functionKey, event, { timeoutMs });
  const result = readAuthorizerResult(invocation, "policy", { maxBytes: limits.authorizerResultBytes });
  if (result.kind === "unauthorized") throw refuse("UNAUTHORIZED");
  if (result.kind === "broken" || result.kind === "simple") {
    const why = result.kind === "broken" ? result.why : "it answered without a policy";
    to.log.error(`WebSocket authorizer ${authorizer.name} ${caller.connectionId}: ${why}`);
    throw refuse("AUTHORIZER_BROKEN");
  }
  const verdict = judgeAnswer(result, methodArn);
  if (verdict !== "allow") throw refuse(verdict === "explicit-deny" ? "EXPLICIT_DENY" : "IMPLICIT_DENY");
  const { principalId, context } = result;
  return { ...caller, authorizer: { ...context, principalId, integrationLatency: to.now() - since } };
}

function isPresent(event: WebsocketAuthorizerEvent, { from, name }: IdentitySource): boolean {
  if (from === "header") return isFilled(findHeader(event.headers, name));
  if (from === "querystring") return isFilled(own(event.queryStringParameters, name));
  if (from === "stageVariables") return isFilled(own(event.stageVariables, name));
  return isFilled(name.split(".").reduce<unknown>(own, event.requestContext));
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

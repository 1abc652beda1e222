// Whether one more connection or message may come: API keys, usage plans, the limits of routes, stages and the account.
import type { DeployedKey } from "../deploy/api-keys.ts";
import type { PlannedBucket } from "../deploy/method-plans.ts";
import { Rejection } from "../invoke/rejection.ts";
import { accountMeter, type Meters, takeFromPlan } from "../invoke/steps/throttle.ts";
import type { ThrottleSettings } from "../model/stage.ts";
import type { AdmittedCaller } from "./events.ts";
import type { Handshake } from "./handshake.ts";
import type { WebsocketPlan } from "./plan.ts";

/** What connections and messages are counted in: the buckets and usage plans of the whole account. */
export interface SocketMeters extends Meters {
  /** New connections of the account. */
  readonly connects: ThrottleSettings;
  /** The keys that may be used on a stage, by value. */
  keysOf(stage: { readonly id: string; readonly stage: string }): ReadonlyMap<string, DeployedKey>;
}

/** Takes a token of the account's new connections. @throws Rejection `THROTTLED`. */
export function admitKnock({ buckets, connects }: SocketMeters): void {
  if (!buckets.take("connects", connects)) throw throttled("the account's new connections");
}

/**
 * Takes the API key of a caller where `$connect` asks for one, then a token of its usage plan, of the route or the
 * stage, and of the account.
 *
 * @returns the caller, with the key in its identity.
 * @throws Rejection `INVALID_API_KEY`, `THROTTLED`, `QUOTA_EXCEEDED`.
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-apikey-selection-expressions.html
 */
export function admitConnect(
  caller: AdmittedCaller,
  handshake: Handshake,
  { plan, meters }: { readonly plan: WebsocketPlan; readonly meters: SocketMeters },
): AdmittedCaller {
  const key = plan.connect?.apiKeyRequired ? takeKey(caller, handshake, { plan, meters }) : undefined;
  if (key) takeFromPlan(key, { key: "$connect" }, meters);
  takeTokens(plan.connect ? plan.connect.throttle : plan.stageThrottle, meters);
  if (!key) return caller;
  return { ...caller, identity: { ...caller.identity, apiKey: key.value, apiKeyId: key.id } };
}

/**
 * Takes a token of a bucket, where there is one, and of the account's.
 *
 * @throws Rejection `THROTTLED`.
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html
 */
export function takeTokens(own: PlannedBucket | undefined, meters: SocketMeters): void {
  if (own && !meters.buckets.take(own.meter, own.size)) throw throttled("the stage's limit for the route");
  if (!mayCall(meters)) throw throttled("the account's limit");
}

/** Takes a token of the account's bucket; calls of `@connections` count there, too. */
export function mayCall({ buckets, account }: SocketMeters): boolean {
  return buckets.take(accountMeter, account);
}

function takeKey(
  { usageIdentifierKey }: AdmittedCaller,
  { headers }: Handshake,
  { plan, meters }: { readonly plan: WebsocketPlan; readonly meters: SocketMeters },
): DeployedKey {
  const shown = Object.entries(headers)
    .find(([name]) => name.toLowerCase() === "x-api-key")?.[1]
    .at(-1);
  const value = plan.apiKeySource === "HEADER" ? shown : usageIdentifierKey;
  if (value === undefined) {
    throw new Rejection("INVALID_API_KEY", { why: "$connect requires an API key, and there is none" });
  }
  const key = meters.keysOf({ id: plan.apiId, stage: plan.stage }).get(value);
  if (key) return key;
  const why = "The API key is unknown, disabled, or in no usage plan for this stage";
  throw new Rejection("INVALID_API_KEY", { why });
}

function throttled(what: string): Rejection {
  return new Rejection("THROTTLED", { why: `over ${what}` });
}

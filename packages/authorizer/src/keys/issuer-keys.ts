// The keys of one issuer as long as the function lives: fetched once, renewed aside, kept through an outage.
import type { OutOfReach } from "../wire/out-of-reach.ts";
import type { KeyFetch, KeySet } from "./key-set.ts";

/** The keys of one issuer, in the form that its check wants. Nothing here rejects. */
export interface IssuerKeys<Keys> {
  /** The keys at hand; the first caller waits for them to be fetched, and all who come meanwhile wait with it. */
  find(): Promise<Found<Keys>>;
  /** The same keys, without waiting, where they are at hand. */
  atHand(): Keys | undefined;
  /** Newer keys, for a token whose key is not among them; `undefined` where it is too soon to ask again. */
  renew(): Promise<Found<Keys> | undefined>;
}

/** Keys, or why there are none. */
export type Found<Keys> = { readonly kind: "keys"; readonly keys: Keys } | OutOfReach;

/** What a store of keys is made of. */
export interface IssuerKeysOptions<Keys> {
  readonly fetch: KeyFetch;
  /** Makes the form that the check wants, once for every set that is fetched. */
  readonly prepare: (set: KeySet) => Keys;
  /** Keys that came with the function: nothing is fetched before a token names another one. */
  readonly bundled?: KeySet | undefined;
  readonly now: () => number;
}

/** Asked for again at most so often, whatever key ids tokens name. */
const pauseMs = 10_000;
/** The same where there are no keys at all: nobody can be let in before it works again. */
const pauseWithoutKeysMs = 1000;
/** Keys of this age are renewed while the old ones go on serving. */
const freshMs = 15 * 60_000;
/** Keys of this age serve no longer, outage or not: a key that was withdrawn must end at some time. */
const lastMs = 24 * 3_600_000;

interface Held<Keys> {
  readonly keys: Keys;
  /** When they were fetched; bundled ones never grow old. */
  readonly at: number;
}

/** Creates the store of one issuer's keys. */
export function createIssuerKeys<Keys>(options: IssuerKeysOptions<Keys>): IssuerKeys<Keys> {
  const { fetch, prepare, bundled, now } = options;
  let held: Held<Keys> | undefined;
  let asking: Promise<Found<Keys>> | undefined;
  let asked = Number.NEGATIVE_INFINITY;
  let failure: OutOfReach | undefined;

  const ask = async (): Promise<Found<Keys>> => {
    const answer = await fetch();
    asked = now();
    if (!("keys" in answer)) return (failure = answer);
    failure = undefined;
    held = { keys: prepare(answer), at: asked };
    return { kind: "keys", keys: held.keys };
  };
  const askOnce = (): Promise<Found<Keys>> => (asking ??= ask().finally(() => (asking = undefined)));
  const mayAsk = (): boolean =>
    asking !== undefined || now() - asked >= (held ? pauseMs : pauseWithoutKeysMs);
  const atHand = (): Keys | undefined => {
    if (!held && bundled) held = { keys: prepare(bundled), at: Number.POSITIVE_INFINITY };
    if (!held || held.at === Number.POSITIVE_INFINITY) return held?.keys;
    const age = now() - held.at;
    if (age >= lastMs) return undefined;
    if (age >= freshMs && mayAsk()) void askOnce(); // aside: the old ones serve meanwhile
    return held.keys;
  };
  return {
    atHand,
    async find() {
      const keys = atHand();
      if (keys !== undefined) return { kind: "keys", keys };
      return failure && !mayAsk() ? failure : askOnce();
    },
    async renew() {
      return mayAsk() ? askOnce() : failure;
    },
  };
}

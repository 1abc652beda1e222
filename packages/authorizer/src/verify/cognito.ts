// Tokens of Amazon Cognito user pools, checked with their published keys.
import { failures } from "../failures.ts";
import { fetchKeySet, type KeySet } from "../keys/key-set.ts";
import { createIssuerKeys, type IssuerKeys } from "../keys/issuer-keys.ts";
import { toPorts, type VerifierPorts } from "../wire/ports.ts";
import type { CognitoCheck } from "./cognito-check.ts";
import type { CognitoClaims, CognitoOptions } from "./cognito-token.ts";
import { refuseHeader } from "./refuse-header.ts";
import { unauthenticated, type Verification, type Verifier } from "./verifier.ts";

/** A pool with what its checks need. */
interface Pool {
  readonly issuers: readonly string[];
  readonly keys: IssuerKeys<(library: Library) => CognitoCheck>;
}

type Library = typeof import("./cognito-check.ts");

/** Loaded with the first token, so that what never sees one does not pay for it. */
let library: Library | undefined;

const rules = { algorithms: ["RS256"] };

/**
 * Checks tokens of one or many Cognito user pools: signature (RS256 only), issuer, client, use and times.
 *
 * Keys are fetched with the first token, while the library is being loaded, and kept: they are renewed aside, serve
 * through an outage for a day, and an unknown key id fetches them again at most once in ten seconds.
 * With `AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER` set, as the local gateway does, they are fetched from there; the
 * issuer stays what it is on AWS.
 *
 * @example
 * cognito({ userPoolId: "us-east-1_AbCdEfGhI", clientId: "1example23456789", tokenUse: "access" })
 *
 * @throws Failure `COGNITO_SETTING_UNREADABLE` when it is made.
 * @see https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-tokens-verifying-a-jwt.html
 */
export function cognito<const Use extends "access" | "id">(
  options: CognitoOptions<Use> | readonly CognitoOptions<Use>[],
  ports: VerifierPorts = {},
): Verifier<CognitoClaims<Use>> {
  const pools = [options].flat().map((pool) => toPool(pool, toPorts(ports)));
  if (pools.length === 0) throw failures.create("COGNITO_SETTING_UNREADABLE", { name: "userPoolId" });
  return {
    issuers: pools.flatMap(({ issuers }) => issuers),
    verify(token) {
      const { text, unverified } = token;
      const refused = refuseHeader(token, rules);
      if (refused || !unverified) return refused ?? unauthenticated("TOKEN_MALFORMED");
      const { kid } = unverified.header as { readonly kid?: unknown }; // checked on the next lines
      if (kid === undefined) return unauthenticated("KEY_ID_MISSING");
      if (typeof kid !== "string") return unauthenticated("KEY_ID_MALFORMED");
      if (!["string", "undefined"].includes(typeof unverified.payload["scope"]))
        return unauthenticated("CLAIM_MALFORMED"); // the library splits it
      const pool = pools.find(({ issuers }) => issuers.includes(String(unverified.payload["iss"])));
      if (!pool) return unauthenticated("ISSUER_UNKNOWN");
      const ask = (check: CognitoCheck): Verification | undefined => check(text, unverified, kid);
      const check = library && pool.keys.atHand()?.(library);
      const found = (check && ask(check)) ?? verifyWaiting(pool.keys, ask);
      return found as Promise<Verification<CognitoClaims<Use>>>; // the use was checked
    },
  };
}

/** Waits for the library and for the keys, both on their way at once; a key that is not among them may be newer. */
async function verifyWaiting(
  keys: Pool["keys"],
  ask: (check: CognitoCheck) => Verification | undefined,
): Promise<Verification> {
  const [found, loaded] = await Promise.all([keys.find(), library ?? load()]);
  if (found.kind !== "keys") return found;
  const checked = ask(found.keys(loaded));
  if (checked) return checked;
  const renewed = await keys.renew();
  if (renewed && renewed.kind !== "keys") return renewed;
  return (renewed && ask(renewed.keys(loaded))) ?? unauthenticated("KEY_UNKNOWN");
}

async function load(): Promise<Library> {
  return (library = await import("./cognito-check.ts"));
}

function toPool(options: CognitoOptions<"access" | "id">, { now, http }: Required<VerifierPorts>): Pool {
  const { userPoolId, bundledKeys: bundled } = options;
  const region = /^((?:eusc-)?[a-z]{2}-(?:gov-)?[a-z]+-\d)_[A-Za-z0-9]+$/.exec(userPoolId)?.[1];
  const clients = [options.clientId].flat();
  if (region === undefined) throw failures.create("COGNITO_SETTING_UNREADABLE", { name: "userPoolId" });
  if (clients.length === 0 || clients.some((id) => typeof id !== "string" || id === ""))
    throw failures.create("COGNITO_SETTING_UNREADABLE", { name: "clientId" });
  const issuer = `https://cognito-idp.${region}.amazonaws.com/${userPoolId}`;
  const issuers = [issuer, issuer.replace("cognito-idp", "issuer-cognito-idp")];
  const prepare = (set: KeySet): ((loaded: Library) => CognitoCheck) => {
    let check: CognitoCheck | undefined;
    return (loaded) => (check ??= loaded.createCognitoCheck(options, issuers, set));
  };
  const fetch = (): ReturnType<typeof fetchKeySet> => fetchKeySet(addressOf(issuer, userPoolId), http);
  return { issuers, keys: createIssuerKeys({ fetch, prepare, bundled, now }) };
}

/** The one way to plain HTTP: whoever sets the function's environment sets where its keys are. */
function addressOf(issuer: string, userPoolId: string): string {
  const endpoint = process.env["AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER"];
  const base = endpoint ? `${endpoint.replace(/\/+$/, "")}/${userPoolId}` : issuer;
  return `${base}/.well-known/jwks.json`;
}

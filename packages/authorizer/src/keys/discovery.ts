// Where an issuer's keys are, by its own word.
import { isSafeAddress, type HttpPort } from "../wire/http-json.ts";
import { explainUnanswered, type OutOfReach } from "../wire/out-of-reach.ts";
import { fetchKeySet, isOk, keyTimeoutMs, type KeyFetch } from "./key-set.ts";

const codes = { unreachable: "KEYS_UNREACHABLE", refused: "KEYS_UNAVAILABLE" };

/**
 * Asks an issuer where its keys are, once, and then fetches them from there.
 *
 * The document must name the very issuer that was asked: another one's would bring another one's keys.
 *
 * @see https://openid.net/specs/openid-connect-discovery-1_0.html#ProviderConfigurationValidation
 */
export function discoverKeySet(issuer: string, http: HttpPort): KeyFetch {
  let uri: string | undefined;
  return async () => {
    const found = uri ?? (await askWhere(issuer, http));
    if (typeof found !== "string") return found;
    const keys = await fetchKeySet(found, http);
    uri = "keys" in keys ? found : undefined; // it may have moved
    return keys;
  };
}

async function askWhere(issuer: string, http: HttpPort): Promise<string | OutOfReach> {
  const url = new URL(`${issuer.replace(/\/$/, "")}/.well-known/openid-configuration`);
  const answer = await http({ url, timeoutMs: keyTimeoutMs });
  if (!isOk(answer)) return explainUnanswered(answer, url.host, codes);
  const says = (typeof answer.json === "object" && answer.json) || {};
  const { issuer: named, jwks_uri: uri } = says as { readonly issuer?: unknown; readonly jwks_uri?: unknown }; // checked below
  const wrong = (detail: string): OutOfReach => ({
    kind: "unavailable",
    code: "DISCOVERY_UNREADABLE",
    detail: `${url.host}: ${detail}`,
  });
  if (named !== issuer) return wrong("its configuration names another issuer, or none");
  return typeof uri === "string" && isSafeAddress(uri)
    ? uri
    : wrong("its configuration names no https jwks_uri");
}

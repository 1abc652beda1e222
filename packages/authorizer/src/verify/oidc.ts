// Tokens of any OAuth or OpenID issuer: found by discovery or at an address, checked with its published keys.
import type { StandardSchemaV1 } from "@standard-schema/spec";
import { failures } from "../failures.ts";
import { discoverKeySet } from "../keys/discovery.ts";
import { createIssuerKeys, type IssuerKeys } from "../keys/issuer-keys.ts";
import { fetchKeySet, type KeyFetch, type KeySet } from "../keys/key-set.ts";
import { isSafeAddress } from "../wire/http-json.ts";
import { toPorts, type VerifierPorts } from "../wire/ports.ts";
import { checkClaims } from "./check-claims.ts";
import type { OidcClaims, OidcOptions, SignatureAlgorithm } from "./oidc-options.ts";
import type { KeyName, SignatureCheck } from "./oidc-check.ts";
import { refuseHeader } from "./refuse-header.ts";
import { hasScope } from "./scopes.ts";
import { findSignatureFault } from "./signature-shape.ts";
import { unauthenticated, type Verification, type Verifier } from "./verifier.ts";

type Library = typeof import("./oidc-check.ts");
type Keys = IssuerKeys<(loaded: Library) => SignatureCheck>;
type AnyOptions = OidcOptions<StandardSchemaV1<unknown, object>>;

const known: ReadonlySet<string> = new Set<SignatureAlgorithm>([
  ...(["RS256", "RS384", "RS512", "PS256", "PS384", "PS512"] as const),
  ...(["ES256", "ES384", "ES512", "EdDSA"] as const),
]);

/** Loaded with the first token. */
let library: Library | undefined;

/**
 * Checks JWTs of one OAuth or OpenID issuer: signature by its keys, algorithm, issuer, audience, times, type, scopes.
 *
 * Keys are found by discovery (`/.well-known/openid-configuration`), at `keys.jwksUri`, or brought along; they are
 * fetched with the first token, renewed aside, and serve through an outage for a day.
 *
 * @example
 * oidc({ issuer: "https://login.example", audience: "https://api.example", type: "at+jwt", scopes: ["chat:send"] })
 *
 * @throws Failure `OIDC_SETTING_UNREADABLE` when it is made.
 * @see https://openid.net/specs/openid-connect-discovery-1_0.html
 * @see https://www.rfc-editor.org/rfc/rfc9068
 */
export function oidc<
  const Schema extends StandardSchemaV1<unknown, object> = StandardSchemaV1<unknown, OidcClaims>,
>(options: OidcOptions<Schema>, ports: VerifierPorts = {}): Verifier<StandardSchemaV1.InferOutput<Schema>> {
  assertSettings(options);
  const { now, http } = toPorts(ports);
  const rules = {
    algorithms: options.algorithms ?? ["RS256"],
    ignoreKeyHeaders: options.ignoreKeyHeaders,
  };
  const prepare = (set: KeySet): ((loaded: Library) => SignatureCheck) => {
    let check: SignatureCheck | undefined;
    return (loaded) => (check ??= loaded.createSignatureCheck({ ...options, ...rules, now }, set));
  };
  const bundled = options.keys && ("jwks" in options.keys ? options.keys.jwks : options.keys.bundled);
  const fetch = fetchOf(options, http);
  const keys: Keys = createIssuerKeys({ fetch, prepare, bundled, now });
  return {
    issuers: [options.issuer],
    async verify(token) {
      const refused = refuseHeader(token, rules);
      if (refused) return refused;
      const header: KeyName = token.unverified?.header ?? {};
      const fault = findSignatureFault(header.alg, signatureOf(token.text));
      if (fault) return unauthenticated(fault);
      if (header.kid !== undefined && typeof header.kid !== "string")
        return unauthenticated("KEY_ID_MALFORMED");
      const signed = await checkSignature(keys, token.text, header);
      if (signed.kind !== "verified") return signed;
      if (!hasScope(signed.claims, options.scopes)) return unauthenticated("SCOPE_MISSING");
      return checkClaims(signed.claims, options.claims);
    },
  };
}

const signatureOf = (text: string): string => text.slice(text.lastIndexOf(".") + 1);

async function checkSignature(keys: Keys, text: string, header: KeyName): Promise<Verification> {
  const [found, loaded] = await Promise.all([keys.find(), library ?? load()]);
  if (found.kind !== "keys") return found;
  const verdict = await found.keys(loaded)(text, header);
  if (verdict.kind !== "unauthenticated" || verdict.code !== "KEY_UNKNOWN") return verdict;
  const renewed = await keys.renew();
  if (!renewed) return verdict;
  return renewed.kind === "keys" ? renewed.keys(loaded)(text, header) : renewed;
}

async function load(): Promise<Library> {
  return (library = await import("./oidc-check.ts"));
}

function fetchOf({ issuer, keys }: AnyOptions, http: Required<VerifierPorts>["http"]): KeyFetch {
  if (!keys) return discoverKeySet(issuer, http);
  if ("jwksUri" in keys) return () => fetchKeySet(keys.jwksUri, http);
  return async () => keys.jwks;
}

function assertSettings(options: AnyOptions): void {
  const { issuer, audience, keys, algorithms = ["RS256"], clockToleranceSeconds = 0 } = options;
  const refuse = (name: string): never => {
    throw failures.create("OIDC_SETTING_UNREADABLE", { name });
  };
  const asked = !keys || ("jwksUri" in keys && keys.jwksUri);
  if (typeof issuer !== "string" || issuer === "") refuse("issuer");
  if (!keys && !isSafeAddress(issuer)) refuse("issuer");
  if (typeof asked === "string" && !isSafeAddress(asked)) refuse("keys.jwksUri");
  if (keys && "jwksUri" in keys && !asked) refuse("keys.jwksUri");
  const audiences = audience === null ? ["anybody"] : [audience].flat();
  if (audiences.length === 0 || audiences.some((one) => typeof one !== "string" || one === ""))
    refuse("audience");
  if (algorithms.length === 0 || !algorithms.every((one) => known.has(one))) refuse("algorithms");
  if (!(clockToleranceSeconds >= 0 && clockToleranceSeconds <= 300)) refuse("clockToleranceSeconds");
}

// Opaque tokens: the issuer itself is asked whether they are good, and not more often than needed.
import { failures } from "../failures.ts";
import { createCircuit, type Circuit, type CircuitOptions } from "../wire/circuit.ts";
import { toClientAuth, type ClientAuth, type OauthClient } from "../wire/client-auth.ts";
import { isSafeAddress, type HttpPort } from "../wire/http-json.ts";
import { explainUnanswered } from "../wire/out-of-reach.ts";
import { toPorts, type VerifierPorts } from "../wire/ports.ts";
import { createKeptVerdicts, type Verdict } from "./kept-verdicts.ts";
import { hasScope } from "./scopes.ts";
import { unauthenticated, type PresentedToken, type Verifier } from "./verifier.ts";

/** Whom to ask, and what the answer must say. */
export interface IntrospectionOptions {
  /** The issuer's introspection endpoint. */
  readonly endpoint: string;
  /** As whom this API asks. */
  readonly client: OauthClient;
  /** Where given, the answer must name this issuer, and JWTs of this issuer are asked about too. */
  readonly issuer?: string;
  /** Where given, one of them must be in the answer's `aud`. */
  readonly audience?: string | readonly string[];
  /** At least one of these. */
  readonly scopes?: readonly string[];
  readonly limits?: IntrospectionLimits;
}

/** How often, how long, how many. */
export interface IntrospectionLimits {
  /** For how long a yes is kept, at most until the token ends: a revoked token works for that long. @default 60 */
  readonly keepSeconds?: number;
  /** For how long a no is kept. @default 10 */
  readonly keepRefusedSeconds?: number;
  /** Answers that are kept. @default 1000 */
  readonly most?: number;
  /** For one question; at most 9000, since the authorizer itself has 10 s. @default 3000 */
  readonly timeoutMs?: number;
  readonly circuit?: CircuitOptions;
}

/** What an issuer says of a token that is good. @see https://www.rfc-editor.org/rfc/rfc7662#section-2.2 */
export interface IntrospectionClaims {
  readonly active: true;
  readonly sub?: string;
  readonly client_id?: string;
  readonly username?: string;
  /** Separated by spaces. */
  readonly scope?: string;
  /** Seconds. */
  readonly exp?: number;
  readonly [claim: string]: unknown;
}

interface Asking {
  readonly options: IntrospectionOptions;
  readonly auth: ClientAuth;
  readonly circuit: Circuit;
  readonly http: HttpPort;
  readonly now: () => number;
}

/**
 * Asks the issuer about tokens that say nothing themselves (RFC 7662).
 *
 * Answers are kept under the token's hash; the same token is asked about once at a time; after five failures in a row
 * the endpoint is left alone for ten seconds. It takes every token that is no JWT, and the JWTs of `issuer`.
 *
 * @example
 * introspection({ endpoint: "https://login.example/introspect", client: { id: "chat-api", secret } })
 *
 * @throws Failure `INTROSPECTION_SETTING_UNREADABLE` when it is made.
 * @see https://www.rfc-editor.org/rfc/rfc7662
 */
export function introspection(
  options: IntrospectionOptions,
  ports: VerifierPorts = {},
): Verifier<IntrospectionClaims> {
  assertSettings(options);
  const { now, http } = toPorts(ports);
  const circuit = createCircuit(now, options.limits?.circuit);
  const asking: Asking = { options, auth: toClientAuth(options.client, now), circuit, http, now };
  const kept = createKeptVerdicts<IntrospectionClaims>(now, options.limits?.most);
  return {
    ...(options.issuer === undefined ? {} : { issuers: [options.issuer] }),
    takes: isOpaque,
    verify: (token) => kept.find(token.text, () => ask(token.text, asking)),
  };
}

/** One or more characters of RFC 6750's `b64token`, and no JWT. */
function isOpaque({ text, unverified }: PresentedToken): boolean {
  return !unverified && /^[A-Za-z0-9._~+/-]+=*$/.test(text);
}

async function ask(token: string, asking: Asking): Promise<Verdict<IntrospectionClaims>> {
  const { options, auth, circuit, http } = asking;
  const url = new URL(options.endpoint);
  if (!circuit.mayCall()) {
    const detail = `${url.host}: left alone after it failed again and again`;
    return { verification: { kind: "unavailable", code: "INTROSPECTION_PAUSED", detail } };
  }
  const { headers, form } = await auth(options.endpoint);
  const body = new URLSearchParams({ token, token_type_hint: "access_token", ...form }).toString();
  const answer = await http({
    url,
    body,
    headers: { "content-type": "application/x-www-form-urlencoded", ...headers },
    timeoutMs: options.limits?.timeoutMs ?? 3000,
  });
  const said = answer.kind === "answered" && answer.status === 200 ? answer.json : undefined;
  if (typeof said === "object" && said !== null && "active" in said) {
    circuit.succeeded();
    return judge(said, asking);
  }
  circuit.failed();
  if (answer.kind === "answered" && answer.status === 200) {
    const detail = `${url.host}: not the answer of an introspection endpoint`;
    return { verification: { kind: "unavailable", code: "INTROSPECTION_UNREADABLE", detail } };
  }
  const refused =
    answer.kind === "answered" && [400, 401, 403].includes(answer.status)
      ? "INTROSPECTION_REFUSED"
      : "INTROSPECTION_UNAVAILABLE";
  const codes = { unreachable: "INTROSPECTION_UNREACHABLE", refused };
  return { verification: explainUnanswered(answer, url.host, codes) };
}

/** Nothing but `active: true` is a yes, and what the answer says besides must fit too. */
function judge(said: object, { options, now }: Asking): Verdict<IntrospectionClaims> {
  const claims = said as Record<string, unknown>; // an object that JSON.parse made; every member is looked at
  const { keepSeconds = 60, keepRefusedSeconds = 10 } = options.limits ?? {};
  const refuse = (code: string): Verdict<IntrospectionClaims> => ({
    verification: unauthenticated(code),
    until: now() + keepRefusedSeconds * 1000,
  });
  const { exp, nbf, iss } = claims as { exp?: unknown; nbf?: unknown; iss?: unknown }; // read below
  if (claims["active"] !== true) return refuse("TOKEN_INACTIVE");
  if (exp !== undefined && !(typeof exp === "number" && exp * 1000 > now())) return refuse("TOKEN_EXPIRED");
  if (nbf !== undefined && !(typeof nbf === "number" && nbf * 1000 <= now()))
    return refuse("TOKEN_NOT_YET_VALID");
  if (options.issuer !== undefined && iss !== options.issuer) return refuse("ISSUER_UNKNOWN");
  if (!isFor(claims["aud"], options.audience)) return refuse("AUDIENCE_WRONG");
  if (!hasScope(claims, options.scopes)) return refuse("SCOPE_MISSING");
  const ends = typeof exp === "number" ? exp * 1000 : Number.POSITIVE_INFINITY;
  return {
    verification: { kind: "verified", claims: { ...claims, active: true } },
    until: Math.min(ends, now() + keepSeconds * 1000),
  };
}

function isFor(said: unknown, audience: string | readonly string[] | undefined): boolean {
  if (audience === undefined) return true;
  const named = new Set<unknown>([said].flat());
  return [audience].flat().some((one) => named.has(one));
}

function assertSettings({ endpoint, client, limits = {} }: IntrospectionOptions): void {
  const refuse = (name: string): never => {
    throw failures.create("INTROSPECTION_SETTING_UNREADABLE", { name });
  };
  if (!isSafeAddress(endpoint)) refuse("endpoint");
  if (typeof client?.id !== "string" || client.id === "") refuse("client.id");
  if ("secret" in client && (typeof client.secret !== "string" || client.secret === ""))
    refuse("client.secret");
  const { timeoutMs = 3000 } = limits;
  if (!(timeoutMs > 0 && timeoutMs <= 9000)) refuse("limits.timeoutMs");
}

// The order of work, wherever it runs: token, check, decision. Whatever throws on the way lets nobody in.
import { isFailure } from "@gatewright/contract";
import { refuseToken } from "./context.ts";
import type { Allowed, Decision } from "./decision.ts";
import { failures } from "./failures.ts";
import type { AuthorizerKind, AuthorizerRequest } from "./request.ts";
import { takeToken, type TokenSource } from "./token-source.ts";
import { verifyToken, type ClaimsOf, type Verifier } from "./verify/verifier.ts";

/** Who may enter, and how they show it. */
export interface JudgeOptions<Verifiers extends readonly Verifier[]> {
  /** Where the token may be, in the order in which you would name them. All are looked at; two different tokens are refused. */
  readonly token: readonly TokenSource[];
  /** Who checks it: the first that takes it. */
  readonly verify: Verifiers;
  /** Decides about a caller whose token is good. */
  readonly decide: (checked: {
    readonly claims: ClaimsOf<Verifiers>;
    readonly request: AuthorizerRequest;
  }) => Decision | Promise<Decision>;
  /** Told once per call what came of it, for logs and metrics. When it throws, the call fails. */
  readonly onOutcome?: (outcome: AuthorizerOutcome) => void;
}

/** What came of one call. Holds nothing of the token. */
export interface AuthorizerOutcome {
  /** `unauthenticated`: no good token. `denied`: good token, no right. `unavailable`: could not be found out. */
  readonly kind: "allowed" | "denied" | "unauthenticated" | "unavailable";
  /** Stable, for metrics and alarms: `TOKEN_EXPIRED`, `KEYS_UNAVAILABLE`, `DENIED` … */
  readonly code: string;
  readonly api: AuthorizerKind;
  readonly principalId?: string;
  /** The reason given to `deny`, or what kept the token from being checked. */
  readonly detail?: string;
}

/** A verdict, with the answer of a yes already made: a grant that cannot be answered is no yes. */
export type Judgement<Answer> =
  | { readonly kind: "allowed"; readonly code: string; readonly principalId: string; readonly answer: Answer }
  | {
      readonly kind: "denied";
      readonly code: string;
      readonly principalId: string;
      readonly detail?: string | undefined;
    }
  | { readonly kind: "unauthenticated"; readonly code: string; readonly detail?: string }
  | {
      readonly kind: "unavailable";
      readonly code: string;
      readonly detail?: string;
      readonly error?: unknown;
    };

/** Refuses options that could let nobody in. @throws Failure `AUTHORIZER_INCOMPLETE`. */
export function assertComplete(options: {
  readonly token: readonly TokenSource[];
  readonly verify: readonly Verifier[];
}): void {
  if (options.token.length === 0) throw failures.create("AUTHORIZER_INCOMPLETE", { option: "token" });
  if (options.verify.length === 0) throw failures.create("AUTHORIZER_INCOMPLETE", { option: "verify" });
}

/**
 * Judges one request, and tells `onOutcome`.
 *
 * @param answer makes the answer of a grant; `undefined` where it does not cover what was asked.
 */
export async function judge<const Verifiers extends readonly Verifier[], Answer>(
  request: AuthorizerRequest,
  options: JudgeOptions<Verifiers>,
  answer: (granted: Allowed) => Answer | undefined,
): Promise<Judgement<Answer>> {
  const taken = takeToken(options.token, request);
  const checking = taken.kind === "taken" ? verifyToken(options.verify, taken.token, request) : taken;
  const checked = "then" in checking ? await checking : checking; // nothing waits that need not
  const grant = (granted: Allowed): Answer | undefined => {
    if (taken.kind === "taken") refuseToken(granted, taken.token);
    return answer(granted);
  };
  const judging =
    checked.kind === "verified" ? decide(checked.claims, { request, options, answer: grant }) : checked;
  const judgement = "then" in judging ? await judging : judging;
  options.onOutcome?.(toOutcome(judgement, request.kind));
  return judgement;
}

interface Deciding<Verifiers extends readonly Verifier[], Answer> {
  readonly request: AuthorizerRequest;
  readonly options: JudgeOptions<Verifiers>;
  readonly answer: (granted: Allowed) => Answer | undefined;
}

function decide<const Verifiers extends readonly Verifier[], Answer>(
  verified: object,
  { request, options, answer }: Deciding<Verifiers, Answer>,
): Judgement<Answer> | Promise<Judgement<Answer>> {
  try {
    const claims = verified as ClaimsOf<Verifiers>; // one of these verifiers made them
    const decision: unknown = options.decide({ claims, request });
    if (typeof decision !== "object" || decision === null || !("then" in decision))
      return readDecision(decision, claims, answer);
    return Promise.resolve(decision)
      .then((made) => readDecision(made, claims, answer))
      .catch(fail);
  } catch (error) {
    return fail(error);
  }
}

function fail(error: unknown): Judgement<never> {
  return { kind: "unavailable", code: isFailure(error) ? error.code : "DECIDE_FAILED", error };
}

/** What untyped code returned may be anything. */
function readDecision<Answer>(
  made: unknown,
  claims: object,
  answer: (granted: Allowed) => Answer | undefined,
): Judgement<Answer> {
  const decision = made as Decision | undefined; // looked at below
  switch (decision?.decision) {
    case "allow": {
      const { principalId } = decision;
      if (typeof principalId !== "string" || principalId === "")
        throw failures.create("PRINCIPAL_MISSING", undefined);
      const made = answer(decision);
      if (made === undefined) return { kind: "denied", code: "ROUTE_NOT_ALLOWED", principalId };
      return { kind: "allowed", code: "ALLOWED", principalId, answer: made };
    }
    case "deny":
      return { kind: "denied", code: "DENIED", principalId: subjectOf(claims), detail: decision.reason };
    default:
      throw failures.create("DECISION_UNREADABLE", undefined);
  }
}

function subjectOf(claims: object): string {
  return "sub" in claims && typeof claims.sub === "string" && claims.sub !== "" ? claims.sub : "anonymous";
}

function toOutcome(judgement: Judgement<unknown>, api: AuthorizerKind): AuthorizerOutcome {
  const { kind, code } = judgement;
  const detail = "detail" in judgement ? judgement.detail : undefined;
  return {
    kind,
    code,
    api,
    ...("principalId" in judgement ? { principalId: judgement.principalId } : {}),
    ...(detail === undefined ? {} : { detail }),
  };
}

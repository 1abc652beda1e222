// Asks a Lambda authorizer, or remembers what it said.
import { limits } from "@gatewright/contract";
import type { DeployedAuthorizer } from "../deploy/authorizers.ts";
import type { Identities } from "../identities/identities.ts";
import { createKeptAnswers, type KeptAnswers } from "../meters/kept-answers.ts";
import type { Clock, Functions, Ids } from "../ports.ts";
import { createTokenChecker, type TokenChecker } from "../tokens/check-token.ts";
import { createIssuerKeys } from "../tokens/issuer-keys.ts";
import {
  type AuthorizerAnswer,
  type AuthorizerForm,
  type AuthorizerResult,
  readAuthorizerResult,
} from "./authorizer-result.ts";
import type { Claims } from "./claims.ts";
import type { Trace } from "./trace.ts";

/** What asking goes through. */
export interface AskingPorts {
  readonly functions: Functions;
  readonly clock: Clock;
  readonly ids: Ids;
}

/** What authorizing needs. */
export interface Authorizers extends AskingPorts {
  readonly answers: KeptAnswers<AuthorizerAnswer>;
  /** Who can sign requests. */
  readonly identities: Identities;
  readonly tokens: TokenChecker;
  /** Tokens of user pools that were found good. */
  readonly goodTokens: KeptAnswers<Claims>;
  /** Forgets answers and good tokens, also what is being asked for meanwhile. Returns how many there were. */
  forget(): number;
}

/** How callers prove who they are. */
export interface Access {
  readonly identities: Identities;
  readonly tokens: TokenChecker;
}

/** Makes what authorizing needs; its memory is as long as an API's. */
export function createAuthorizers(
  { functions, clock, ids }: AskingPorts,
  access: Access = strangersOnly(clock),
): Authorizers {
  let answers = createKeptAnswers<AuthorizerAnswer>(clock);
  let goodTokens = createKeptAnswers<Claims>(clock);
  return {
    functions,
    clock,
    ids,
    ...access,
    get answers() {
      return answers;
    },
    get goodTokens() {
      return goodTokens;
    },
    forget() {
      const count = answers.size + goodTokens.size;
      answers = createKeptAnswers(clock);
      goodTokens = createKeptAnswers(clock);
      return count;
    },
  };
}

/** Nobody can sign; tokens are checked with their issuers' own keys. */
function strangersOnly(clock: Clock): Access {
  const keys = createIssuerKeys(clock, (issuer) => issuer);
  return { identities: { find: () => undefined }, tokens: createTokenChecker(keys, clock) };
}

/** One question to one authorizer. */
export interface Question {
  readonly authorizer: DeployedAuthorizer;
  readonly stage: string;
  readonly form: AuthorizerForm;
  /** Identity values in their order: the cache key. Nothing is kept where there are none. */
  readonly identity: readonly string[];
  readonly event: () => unknown;
  readonly trace: Trace;
}

/** What an authorizer said, and how long it took; a kept answer takes 0 ms. */
export interface Asked {
  readonly result: AuthorizerResult;
  readonly latencyMs: number;
}

/**
 * Asks an authorizer within 10 s. Answers are kept for the authorizer's TTL by authorizer, stage and identity
 * values; refusals by error are not kept.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/configure-api-gateway-lambda-authorization.html
 */
export function askAuthorizer(question: Question, to: Authorizers): Asked | Promise<Asked> {
  const { authorizer, stage, identity, trace } = question;
  const keeps = authorizer.ttlSeconds > 0 && identity.length > 0;
  const key = keeps ? JSON.stringify([authorizer.id, stage, ...identity]) : undefined;
  const kept = key === undefined ? undefined : to.answers.read(key);
  if (!kept) return ask(question, key, to);
  trace.write("authorize", `${authorizer.name}: answer kept from an earlier request`);
  return { result: kept, latencyMs: 0 };
}

async function ask(question: Question, key: string | undefined, to: Authorizers): Promise<Asked> {
  const { authorizer, trace } = question;
  const { answers } = to; // those of now: what is forgotten meanwhile stays forgotten
  const started = to.clock.now();
  const asking = { timeoutMs: limits.authorizerTimeoutMs, requestId: to.ids.uuid() };
  const invocation = await to.functions.invoke(authorizer.functionKey, question.event(), asking);
  const latencyMs = to.clock.now() - started;
  trace.notes.authorizer = { latencyMs, outcome: invocation, requestId: asking.requestId };
  const result = readAuthorizerResult(invocation, question.form);
  const understood = result.kind === "policy" || result.kind === "simple";
  if (key !== undefined && understood) answers.keep(key, result, authorizer.ttlSeconds);
  trace.write("authorize", `${authorizer.name}: ${result.kind} after ${latencyMs} ms`);
  return { result, latencyMs };
}

// IAM policies: compiled once, asked about many requests. Read this room from here.
import { failures } from "../failures.ts";
import { compileCondition, type Condition } from "./condition.ts";
import { type ConditionKeys, noKeys } from "./condition-keys.ts";
import { compilePattern, holdsControls, type Pattern } from "./pattern.ts";
import { compilePrincipal, type PolicyPrincipal, type PrincipalTest } from "./principal.ts";

/** What a policy says. An explicit deny wins over every allow; silence is an implicit deny. */
export type PolicyVerdict = "allow" | "explicit-deny" | "implicit-deny";

/** A policy that was compiled. */
export interface Policy {
  readonly statements: readonly PolicyStatement[];
  /** Condition keys that API Gateway does not know: they are taken for absent. */
  readonly unknownKeys: readonly string[];
}

interface PolicyStatement {
  readonly effect: "Allow" | "Deny";
  readonly action: Pattern;
  readonly resource: Pattern;
  readonly principal: PrincipalTest | undefined;
  readonly condition: Condition | undefined;
}

/** What a policy is asked about. */
export interface PolicyQuestion {
  /** In lower case, as in `execute-api:invoke`. */
  readonly action: string;
  readonly resource: string;
  /** Left out for somebody unknown. */
  readonly principal?: PolicyPrincipal | undefined;
  readonly keys: ConditionKeys;
}

/** Which policy is read. */
export interface PolicyKind {
  /** How the developer's errors name it, as in `The resource policy of the API chat`. */
  readonly of: string;
  /** Resource policies say whom they speak of; an identity's or an authorizer's own do not. */
  readonly principals?: "required" | "refused";
  /** Writes out abbreviated resources. */
  readonly expand?: (resource: string) => string;
}

const versions: ReadonlySet<unknown> = new Set<unknown>(["2012-10-17", "2008-10-17", undefined]);
const documentKeys: ReadonlySet<string> = new Set(["Version", "Id", "Statement"]);
const statementKeys: ReadonlySet<string> = new Set([
  "Sid",
  "Effect",
  "Principal",
  "NotPrincipal",
  "Action",
  "NotAction",
  "Resource",
  "NotResource",
  "Condition",
]);

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Refuses one policy by its name. */
type Refuse = (why: string) => Error;

/**
 * Reads a policy document once, so that it can be asked about many requests.
 *
 * Keys are capitalised as IAM writes them; what is not known is refused by name. Variables are filled in for
 * `Version: "2012-10-17"` only.
 *
 * @throws failure `POLICY_UNREADABLE`.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
 */
export function readPolicy(document: unknown, kind: PolicyKind): Policy {
  const refuse: Refuse = (why) => failures.create("POLICY_UNREADABLE", { of: kind.of, why });
  if (!isObject(document)) throw refuse("it is not an object");
  for (const key of Object.keys(document)) {
    if (!documentKeys.has(key)) throw refuse(`the key ${JSON.stringify(key)} is not known`);
  }
  const version = document["Version"];
  if (!versions.has(version)) throw refuse('Version is not "2012-10-17"');
  const statement = document["Statement"];
  if (!isObject(statement) && !Array.isArray(statement)) throw refuse("Statement is missing");
  const list: readonly unknown[] = Array.isArray(statement) ? statement : [statement];
  const unknownKeys = new Set<string>();
  const reader = { kind, unknownKeys, variables: version === "2012-10-17" };
  const statements = list.map((entry, index) => {
    return readStatement(entry, reader, (why) => refuse(`Statement[${index}]${why}`));
  });
  return { statements, unknownKeys: [...unknownKeys] };
}

interface Reader {
  readonly kind: PolicyKind;
  readonly variables: boolean;
  readonly unknownKeys: Set<string>;
}

function readStatement(value: unknown, reader: Reader, refuse: Refuse): PolicyStatement {
  if (!isObject(value)) throw refuse(" is not an object");
  for (const key of Object.keys(value)) {
    if (!statementKeys.has(key)) throw refuse(` has the key ${JSON.stringify(key)}`);
  }
  const effect = value["Effect"];
  if (effect !== "Allow" && effect !== "Deny") throw refuse('.Effect is not "Allow" or "Deny"');
  const { variables, kind } = reader;
  const expand = kind.expand ?? ((resource) => resource);
  return {
    effect,
    action: readNames(value, "Action", {
      compile: (name) => compilePattern(name.toLowerCase(), { wildcards: true, variables: false }),
      refuse,
    }),
    resource: readNames(value, "Resource", {
      compile: (name) => compilePattern(expand(name), { wildcards: true, variables }),
      refuse,
    }),
    principal: readPrincipal(value, kind, refuse),
    condition: readCondition(value, reader, refuse),
  };
}

/** `Action` or `NotAction`, `Resource` or `NotResource`: one of the two, never both. */
function readNames(
  statement: Readonly<Record<string, unknown>>,
  key: "Action" | "Resource",
  { compile, refuse }: { readonly compile: (name: string) => Pattern; readonly refuse: Refuse },
): Pattern {
  const not = `Not${key}`;
  const negated = Object.hasOwn(statement, not);
  if (negated && Object.hasOwn(statement, key)) throw refuse(` has both ${key} and ${not}`);
  const at = negated ? not : key;
  const value = statement[at];
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  const names = list.filter((entry) => typeof entry === "string");
  if (list.length === 0 || names.length !== list.length || names.some(holdsControls)) {
    throw refuse(`.${at} is not a string or a list of strings`);
  }
  const patterns = names.map(compile);
  const [only] = patterns;
  if (only && patterns.length === 1 && !negated) return only;
  return (text, keys) => patterns.some((pattern) => pattern(text, keys)) !== negated;
}

function readPrincipal(
  statement: Readonly<Record<string, unknown>>,
  { principals = "refused" }: PolicyKind,
  refuse: Refuse,
): PrincipalTest | undefined {
  const given = ["Principal", "NotPrincipal"].filter((key) => Object.hasOwn(statement, key));
  const [key, second] = given;
  if (principals === "refused") {
    if (key === undefined) return undefined;
    throw refuse(` has the key ${JSON.stringify(key)}, which only resource policies take`);
  }
  if (key === undefined) throw refuse(" has no Principal");
  if (second !== undefined) throw refuse(" has both Principal and NotPrincipal");
  const test = compilePrincipal(statement[key]);
  if (typeof test === "string") throw refuse(`.${key} ${test}`);
  return key === "Principal" ? test : (principal) => !test(principal);
}

function readCondition(
  statement: Readonly<Record<string, unknown>>,
  { variables, unknownKeys }: Reader,
  refuse: Refuse,
): Condition | undefined {
  const block = statement["Condition"];
  if (block === undefined) return undefined;
  const compiled = compileCondition(block, variables);
  if (typeof compiled === "string") throw refuse(`.${compiled}`);
  for (const key of compiled.unknownKeys) unknownKeys.add(key);
  return compiled.holds;
}

/** Asks a policy about one request. */
export function askPolicy(policy: Policy, question: PolicyQuestion): PolicyVerdict {
  let verdict: PolicyVerdict = "implicit-deny";
  for (const statement of policy.statements) {
    if (verdict === "allow" && statement.effect === "Allow") continue;
    if (!speaksOf(statement, question)) continue;
    if (statement.effect === "Deny") return "explicit-deny";
    verdict = "allow";
  }
  return verdict;
}

function speaksOf(statement: PolicyStatement, question: PolicyQuestion): boolean {
  const { action, resource, principal, condition } = statement;
  const { keys } = question;
  return (
    action(question.action, noKeys) &&
    resource(question.resource, keys) &&
    (principal === undefined || principal(question.principal)) &&
    (condition === undefined || condition(keys))
  );
}

/**
 * Says what a Lambda authorizer's `policyDocument` means for one call of somebody of whom nothing else is known.
 *
 * @example
 * const verdict = evaluatePolicy(
 *   { Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: "execute-api:Invoke", Resource: "*" }] },
 *   "arn:aws:execute-api:us-east-1:000000000000:abc/dev/GET/rooms",
 * );
 *
 * @throws failure `POLICY_UNREADABLE`.
 */
export function evaluatePolicy(policyDocument: unknown, arn: string): PolicyVerdict {
  const policy = readPolicy(policyDocument, { of: "The policyDocument" });
  return askPolicy(policy, { action: "execute-api:invoke", resource: arn, keys: noKeys });
}

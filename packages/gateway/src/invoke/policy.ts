// What an authorizer's IAM policy says about one ARN.
import { failures } from "../failures.ts";

/** What a policy says about one ARN. An explicit deny wins over every allow; silence is an implicit deny. */
export type PolicyVerdict = "allow" | "explicit-deny" | "implicit-deny";

/** A policy that was read: statements that speak of invoking, each with its resource patterns. */
export interface Policy {
  readonly statements: readonly PolicyStatement[];
}

/** One statement of a {@link Policy} whose action covers `execute-api:Invoke`. */
export interface PolicyStatement {
  readonly effect: "Allow" | "Deny";
  /** Resource ARNs with the wildcards `*` (any characters, slashes included) and `?` (one character). */
  readonly resources: readonly string[];
}

const versions: ReadonlySet<unknown> = new Set<unknown>(["2012-10-17", "2008-10-17", undefined]);
const documentKeys: ReadonlySet<string> = new Set(["Version", "Id", "Statement"]);
const statementKeys: ReadonlySet<string> = new Set(["Sid", "Effect", "Action", "Resource", "Condition"]);

const unreadable = (why: string) => failures.create("POLICY_UNREADABLE", { why });
const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/**
 * Reads an authorizer's `policyDocument` once, so that it can be asked about many ARNs.
 *
 * Statement keys are capitalised as IAM writes them. What would be evaluated wrongly if ignored
 * (`Condition`, `NotAction`, `NotResource`, unknown keys) is refused by name.
 *
 * @throws failure `POLICY_UNREADABLE`.
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-lambda-authorizer-output.html
 */
export function readPolicy(document: unknown): Policy {
  if (!isObject(document)) throw unreadable("it is not an object");
  for (const key of Object.keys(document)) {
    if (!documentKeys.has(key)) throw unreadable(`the key ${JSON.stringify(key)} is not known`);
  }
  if (!versions.has(document["Version"])) throw unreadable('Version is not "2012-10-17"');
  const statement = document["Statement"];
  if (!isObject(statement) && !Array.isArray(statement)) throw unreadable("Statement is missing");
  const list: readonly unknown[] = Array.isArray(statement) ? statement : [statement];
  return { statements: list.flatMap((entry, index) => readStatement(entry, index)) };
}

function readStatement(value: unknown, index: number): readonly PolicyStatement[] {
  const at = `Statement[${index}]`;
  if (!isObject(value)) throw unreadable(`${at} is not an object`);
  for (const key of Object.keys(value)) {
    if (!statementKeys.has(key)) throw unreadable(`${at} has the key ${JSON.stringify(key)}`);
  }
  const condition = value["Condition"];
  if (condition !== undefined && !(isObject(condition) && Object.keys(condition).length === 0)) {
    throw unreadable(`${at} has a Condition, which the local gateway does not evaluate`);
  }
  const effect = value["Effect"];
  if (effect !== "Allow" && effect !== "Deny") throw unreadable(`${at}.Effect is not "Allow" or "Deny"`);
  const actions = readNames(value["Action"], `${at}.Action`);
  const resources = readNames(value["Resource"], `${at}.Resource`);
  const invokes = actions.some((action) => matchesPattern(action.toLowerCase(), "execute-api:invoke"));
  return invokes ? [{ effect, resources }] : [];
}

function readNames(value: unknown, at: string): readonly string[] {
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  const names = list.filter((entry) => typeof entry === "string");
  if (list.length === 0 || names.length !== list.length) {
    throw unreadable(`${at} is not a string or a list of strings`);
  }
  return names;
}

/** Asks a policy about the ARN of one request. */
export function askPolicy(policy: Policy, arn: string): PolicyVerdict {
  let verdict: PolicyVerdict = "implicit-deny";
  for (const { effect, resources } of policy.statements) {
    if (!resources.some((resource) => matchesPattern(resource, arn))) continue;
    if (effect === "Deny") return "explicit-deny";
    verdict = "allow";
  }
  return verdict;
}

/**
 * Says what an authorizer's `policyDocument` means for `execute-api:Invoke` on one ARN.
 *
 * @example
 * const verdict = evaluatePolicy(
 *   { Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: "execute-api:Invoke", Resource: "*" }] },
 *   "arn:aws:execute-api:us-east-1:000000000000:abc/dev/GET/rooms",
 * );
 *
 * @throws failure `POLICY_UNREADABLE`.
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-authorization-flow.html
 */
export function evaluatePolicy(policyDocument: unknown, arn: string): PolicyVerdict {
  return askPolicy(readPolicy(policyDocument), arn);
}

/** Whether IAM's wildcards match: at most `pattern × text` steps, so no pattern can make it hang. */
function matchesPattern(pattern: string, text: string): boolean {
  let p = 0;
  let t = 0;
  let star = -1;
  let resume = 0;
  while (t < text.length) {
    if (pattern[p] === "*") {
      star = p;
      p += 1;
      resume = t;
    } else if (p < pattern.length && (pattern[p] === "?" || pattern[p] === text[t])) {
      p += 1;
      t += 1;
    } else if (star >= 0) {
      p = star + 1;
      resume += 1;
      t = resume;
    } else return false;
  }
  while (pattern[p] === "*") p += 1;
  return p === pattern.length;
}

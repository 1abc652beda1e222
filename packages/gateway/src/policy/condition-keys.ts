// What a request says for the condition keys of policies.

/**
 * The values of a condition key, by its name in lower case (`aws:sourceip`, `aws:principaltag/team`);
 * `undefined` where the request has none.
 */
export type ConditionKeys = (name: string) => readonly string[] | undefined;

/** A request that says nothing. */
export const noKeys: ConditionKeys = () => undefined;

/**
 * The keys that API Gateway knows; of tags, the part before the slash.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-resource-policies-aws-condition-keys.html
 */
const known: ReadonlySet<string> = new Set([
  "aws:currenttime",
  "aws:epochtime",
  "aws:multifactorauthage",
  "aws:multifactorauthpresent",
  "aws:principalaccount",
  "aws:principalarn",
  "aws:principalorgid",
  "aws:principalorgpaths",
  "aws:principaltag",
  "aws:principaltype",
  "aws:referer",
  "aws:securetransport",
  "aws:sourcearn",
  "aws:sourceip",
  "aws:sourcevpc",
  "aws:sourcevpce",
  "aws:tokenissuetime",
  "aws:useragent",
  "aws:userid",
  "aws:username",
  "aws:vpcsourceip",
]);

/** What a developer is told of a key that is never there. */
export function explainUnknownKey(of: string, key: string): string {
  return `${of}: API Gateway does not know the condition key ${key}; it is taken for absent.`;
}

/** Whether API Gateway knows a condition key. Those that it does not know are never there. */
export function isKnownKey(name: string): boolean {
  return known.has(name.toLowerCase().split("/", 1)[0] ?? "");
}

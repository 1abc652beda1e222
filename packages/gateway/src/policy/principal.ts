// Whom a resource policy speaks of: Principal and NotPrincipal.

/** A caller whom IAM knows. */
export interface PolicyPrincipal {
  /** As in `arn:aws:iam::123456789012:user/ada` or `arn:aws:sts::123456789012:assumed-role/app/session`. */
  readonly arn: string;
  readonly accountId: string;
  /** Of a role's session: the role itself. */
  readonly roleArn?: string;
}

/** Whether a policy speaks of a caller; `undefined` is anybody, unknown. */
export type PrincipalTest = (principal: PolicyPrincipal | undefined) => boolean;

const kinds: ReadonlySet<string> = new Set(["AWS", "Service", "Federated", "CanonicalUser"]);

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/**
 * Compiles `Principal`: `*`, or AWS accounts, users, roles and sessions. Services and federated users never call
 * an API here, so that a statement about them speaks of nobody.
 *
 * @returns the test, or why it cannot be read.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
 */
export function compilePrincipal(value: unknown): PrincipalTest | string {
  if (value === "*") return () => true;
  if (!isObject(value)) return "is neither * nor an object";
  const names = new Set<string>();
  for (const [kind, given] of Object.entries(value)) {
    if (!kinds.has(kind)) return `has the key ${JSON.stringify(kind)}`;
    const list: readonly unknown[] = Array.isArray(given) ? given : [given];
    for (const name of list) {
      if (typeof name !== "string") return `.${kind} is not a text or a list of texts`;
      if (kind === "AWS") names.add(name);
    }
  }
  for (const name of names) {
    if (name !== "*" && name.includes("*")) return "takes * only alone, not within a name";
  }
  if (names.has("*")) return () => true;
  return (principal) => principal !== undefined && namesOf(principal).some((name) => names.has(name));
}

/** Every name by which a policy can mean a caller. */
function namesOf({ arn, accountId, roleArn }: PolicyPrincipal): readonly string[] {
  const partition = arn.split(":")[1] ?? "aws";
  const root = `arn:${partition}:iam::${accountId}:root`;
  return roleArn === undefined ? [arn, accountId, root] : [arn, roleArn, accountId, root];
}

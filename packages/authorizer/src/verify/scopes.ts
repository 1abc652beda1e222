// The scopes that a token carries, in any of the spellings that issuers use.

/** Whether claims carry at least one of the scopes; without any asked for, they do. */
export function hasScope(claims: object, wanted: readonly string[] | undefined): boolean {
  if (!wanted) return true;
  const { scope, scp } = claims as { readonly scope?: unknown; readonly scp?: unknown }; // read below
  const carried = new Set([...listOf(scope), ...listOf(scp)]);
  return wanted.some((one) => carried.has(one));
}

/** `"a b"` (RFC 8693) or `["a", "b"]` (Microsoft, Okta). */
function listOf(value: unknown): readonly string[] {
  if (typeof value === "string") return value.split(" ").filter((one) => one !== "");
  return Array.isArray(value) ? value.filter((one) => typeof one === "string") : [];
}

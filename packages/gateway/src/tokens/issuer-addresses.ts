// Where the documents of an issuer are on this machine.

/**
 * User pools that are embedded here publish their keys at the local issuer, though their tokens name AWS; every
 * other issuer publishes at its own address.
 *
 * @param endpoint Address of the local issuer; left out where none runs.
 */
export function createAddressOf(
  region: string,
  poolIds: readonly string[],
  endpoint: string | undefined,
): (issuer: string) => string {
  const local = new Map(
    endpoint === undefined
      ? []
      : poolIds.map((id) => [toPoolIssuer(region, id), `${endpoint}/${id}`] as const),
  );
  return (issuer) => local.get(issuer) ?? issuer;
}

/** The issuer that a user pool's tokens name. */
export function toPoolIssuer(region: string, poolId: string): string {
  return `https://cognito-idp.${region}.amazonaws.com/${poolId}`;
}

// Interleaved rounds: A B C, A B C …, so that what else the machine does meets everybody alike.

/** What each contender measured, a value a round. */
export type Rounds<Name extends string, Measured> = ReadonlyMap<Name, readonly Measured[]>;

/** Lets every contender measure once a round, one at a time. */
export async function interleave<Name extends string, Measured>(
  names: readonly Name[],
  rounds: number,
  measure: (name: Name, round: number) => Promise<Measured>,
): Promise<Rounds<Name, Measured>> {
  const measured = new Map<Name, Measured[]>(names.map((name) => [name, []]));
  for (let round = 0; round < rounds; round += 1) {
    for (const name of names) measured.get(name)?.push(await measure(name, round));
  }
  return measured;
}

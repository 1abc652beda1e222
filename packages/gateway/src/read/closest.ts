// The known word that a mistyped one was probably meant to be.

/** How many letters must be replaced, removed, added or swapped with their neighbour. */
function distance(left: string, right: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (let row = 1; row <= left.length; row++) {
    const current = [row];
    for (let column = 1; column <= right.length; column++) {
      const isSame = left[row - 1] === right[column - 1];
      const isSwapped = left[row - 1] === right[column - 2] && left[row - 2] === right[column - 1];
      current.push(
        Math.min(
          (last[column - 1] ?? 0) + (isSame ? 0 : 1),
          (last[column] ?? 0) + 1,
          (current[column - 1] ?? 0) + 1,
          isSwapped && row > 1 && column > 1 ? (beforeLast[column - 2] ?? 0) + 1 : Infinity,
        ),
      );
    }
    [beforeLast, last] = [last, current];
  }
  return last[right.length] ?? 0;
}

/** The nearest of `known`, or nothing where none is near: at most a third of the letters may differ. */
export function closest(word: string, known: Iterable<string>): string | undefined {
  if (word.length > 64) return undefined;
  let best: { readonly name: string; readonly away: number } | undefined;
  for (const name of known) {
    const away = distance(word.toLowerCase(), name.toLowerCase());
    if (
      name !== word &&
      away <= Math.max(1, Math.floor(name.length / 3)) &&
      away < (best?.away ?? Infinity)
    ) {
      best = { name, away };
    }
  }
  return best?.name;
}

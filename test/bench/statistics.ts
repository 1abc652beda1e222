// The few numbers that a list of measurements comes down to.

/** The value in the middle; NaN of none. */
export function median(values: readonly number[]): number {
  return percentile(values, 50);
}

/** The value that `percent` of all do not exceed; between two values, the point between them. */
export function percentile(values: readonly number[], percent: number): number {
  const sorted = Float64Array.from(values).sort();
  const at = ((sorted.length - 1) * percent) / 100;
  const below = sorted[Math.floor(at)] ?? Number.NaN;
  const above = sorted[Math.ceil(at)] ?? Number.NaN;
  return below + (above - below) * (at - Math.floor(at));
}

/** How far the values lie apart: half the range between the smallest and the largest, in percent of the median. */
export function spread(values: readonly number[]): number {
  const half = (Math.max(...values) - Math.min(...values)) / 2;
  return (half / median(values)) * 100;
}

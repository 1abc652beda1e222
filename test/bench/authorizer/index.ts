// What the authorizer costs: a warm call, a cold start, a bundle.
import type { Bench, Effort, Table } from "../bench.ts";
import { measureCold } from "./cold.ts";
import { makeCandidates, type Candidate } from "./warm.ts";

/** The bench of `@gatewright/authorizer`, for the runner's registry. */
export const authorizer: Bench = {
  says: "An authorizer warm (verify and policy) and cold, against the libraries alone",
  async run(effort) {
    return [await measureWarm(effort), await measureCold(effort)];
  },
};

/**
 * Short turns, one candidate after another: what else the machine does falls on all of them alike, and the quietest
 * tenth of the turns tells what a call takes.
 */
async function measureWarm({ quick, say }: Effort): Promise<Table> {
  const candidates = await makeCandidates();
  const [turns, calls] = quick ? [20, 10] : [400, 50];
  const times = new Map(candidates.map((one): [Candidate, number[]] => [one, []]));
  for (const one of candidates) await timed(one, calls * 40);
  for (let turn = 0; turn < turns; turn += 1)
    for (const one of candidates) times.get(one)?.push(await timed(one, calls));
  say(`${turns} turns of ${calls} calls, interleaved`);
  const quiet = new Map([...times].map(([{ name }, all]) => [name, part(all, 0.1)]));
  const middle = new Map([...times].map(([{ name }, all]) => [name, part(all, 0.5)]));
  const library = quiet.get("aws-jwt-verify alone") ?? Number.NaN;
  return {
    title: "A warm call with a good RS256 token",
    columns: [
      { key: "name", head: "" },
      { key: "micros", head: "µs a call (p10)", digits: 1 },
      { key: "median", head: "(median)", digits: 1 },
      { key: "perSecond", head: "calls a second" },
      { key: "ratio", head: "times aws-jwt-verify alone", digits: 2 },
    ],
    rows: [...quiet].map(([name, micros]) => ({
      name,
      micros,
      median: middle.get(name),
      perSecond: 1_000_000 / micros,
      ratio: micros / library,
    })),
  };
}

/** Microseconds a call. */
async function timed(candidate: Candidate, calls: number): Promise<number> {
  const started = performance.now();
  for (let call = 0; call < calls; call += 1) await candidate.run();
  return ((performance.now() - started) * 1000) / calls;
}

/** The value that this part of all values is below. */
function part(values: readonly number[], share: number): number {
  return values.toSorted((a, b) => a - b).at(Math.floor(values.length * share)) ?? Number.NaN;
}

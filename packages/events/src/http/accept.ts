// In which language a refusal is told: JSON, unless the caller's Accept rules it out.

/** How a problem is written. */
export type ProblemType = "application/problem+json" | "text/plain; charset=utf-8";

const json = ["application/problem+json", "application/json", "application/*", "*/*"];
const text = ["text/plain", "text/html", "text/*"];

/**
 * Chooses how a problem is written.
 *
 * JSON, also for a caller that asks for `application/json`; plain text only for one that takes text and no JSON, or
 * likes plain text better.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-12.5.1
 */
export function problemTypeFor(accept: string | undefined): ProblemType {
  if (accept === undefined || accept === "*/*" || accept === "application/json")
    return "application/problem+json";
  const weights = readAccept(accept);
  const forJson = weightOf(json, weights);
  const forText = forJson > 0 ? weightOf(text.slice(0, 1), weights) : weightOf(text, weights);
  return forText > forJson ? "text/plain; charset=utf-8" : "application/problem+json";
}

/** The weight of the first of these ranges that is named: they are given from the narrowest to the widest. */
function weightOf(ranges: readonly string[], weights: ReadonlyMap<string, number>): number {
  for (const range of ranges) {
    const weight = weights.get(range);
    if (weight !== undefined) return weight;
  }
  return 0;
}

function readAccept(accept: string): ReadonlyMap<string, number> {
  const weights = new Map<string, number>();
  for (const part of accept.split(",")) {
    const [range = "", ...parameters] = part.split(";");
    const weight = parameters
      .map((one) => /^\s*q=([\d.]+)\s*$/i.exec(one)?.[1])
      .find((one) => one !== undefined);
    weights.set(range.trim().toLowerCase(), weight === undefined ? 1 : Number(weight) || 0);
  }
  return weights;
}

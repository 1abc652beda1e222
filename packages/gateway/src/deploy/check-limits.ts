// Is a definition within what API Gateway allows? Asked once, at start.
import { failures } from "../failures.ts";
import type { Service } from "../model/service.ts";
import { definitionLimits } from "./definition-limits.ts";
import { stageVariables } from "./measures.ts";

/**
 * Holds a definition against every limit that AWS raises for nobody; returns in words those that AWS raises on request.
 *
 * @throws failure `LIMIT_EXCEEDED`, with the number, what is over it and the page that says so; `STAGE_VARIABLE_INVALID`.
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html
 */
export function checkLimits(service: Service): readonly string[] {
  checkVariables(service);
  const raised: string[] = [];
  for (const { name, least = -Infinity, most, isAdjustable, source, measure } of definitionLimits) {
    for (const { what, value } of measure(service)) {
      if (value >= least && value <= most) continue;
      const bound = value > most ? `at most ${most}` : `at least ${least}`;
      if (!isAdjustable || value < least)
        throw failures.create("LIMIT_EXCEEDED", { name, what, value, bound, source });
      raised.push(
        `${name}: ${what} has ${value}; AWS allows ${bound} unless it is asked for more (${source})`,
      );
    }
  }
  return raised;
}

/**
 * Letters, digits and `_` in names, what may stand in a URL in values.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/stage-variables.html
 */
function checkVariables(service: Service): void {
  for (const { name: stage, variables } of stageVariables(service)) {
    for (const [name, value] of Object.entries(variables)) {
      if (/^\w+$/.test(name) && /^[\w\-.~:/?#&=,]+$/.test(value)) continue;
      throw failures.create("STAGE_VARIABLE_INVALID", { stage, name });
    }
  }
}

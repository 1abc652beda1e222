// What a JSON path finds in a payload, as text.
import { compileJsonPath } from "../json-path/json-path.ts";
import { createBudget } from "../vtl/budget.ts";
import { toJson, toText, type Value } from "../vtl/values.ts";

/**
 * Compiles a JSON path: objects and lists come as JSON, what is missing or `null` as `undefined`.
 *
 * @throws TemplateError for a broken path.
 */
export function compilePathText(path: string): (payload: Value) => string | undefined {
  const find = compileJsonPath(path);
  return (payload) => {
    const budget = createBudget();
    const found = find(payload, budget);
    if (found === undefined || found === null) return undefined;
    return typeof found === "object" ? toJson(found, budget) : toText(found, budget);
  };
}

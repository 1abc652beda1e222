// Which route a message takes: the route selection expression, compiled once, evaluated for every message.
import { failures } from "../failures.ts";
import { compileExpression } from "./selection.ts";

/**
 * Compiles a route selection expression into a function from a message to a route key.
 *
 * The function gives `undefined` where the expression asks for a body that is not JSON. It never throws.
 *
 * @example
 * const keyOf = compileSelection("$request.body.action");
 * keyOf('{"action":"send"}'); // "send"
 *
 * @throws failure `ROUTE_SELECTION_INVALID`.
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-selection-expressions.html
 */
export function compileSelection(expression: string): (message: string) => string | undefined {
  const refuse = (why: string) => failures.create("ROUTE_SELECTION_INVALID", { expression, why });
  const select = compileExpression(expression, { place: "message", refuse });
  return (message) => select({ message });
}

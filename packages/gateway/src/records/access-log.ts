// One line for each request, as the stage's format says.
import type { LogFormat } from "../deploy/log-format.ts";
import type { Variables } from "./context-variables.ts";

/**
 * Fills a format. A value that there is not is `-`; line ends in values become spaces, so that a record stays one line; in
 * JSON formats, quotes and backslashes are escaped.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-logging.html
 */
export function fillLogFormat({ parts, isJson }: LogFormat, variables: Variables): string {
  let line = "";
  for (const [index, part] of parts.entries()) {
    line += index % 2 === 0 ? part : toText(part, findVariable(variables, part), isJson);
  }
  return line;
}

function findVariable(variables: Variables, name: string): unknown {
  let at: unknown = variables;
  const names = name.split(".");
  for (const [index, one] of names.entries()) {
    if (typeof at !== "object" || at === null) return undefined;
    const rest = names.slice(index).join("."); // names of an authorizer's context may have dots
    if (Object.hasOwn(at, rest)) return (at as Variables)[rest];
    at = Object.hasOwn(at, one) ? (at as Variables)[one] : undefined;
  }
  return at;
}

const quoted = new Set(["error.messageString"]);

function toText(name: string, value: unknown, isJson: boolean): string {
  if (value === undefined || value === null || value === "" || typeof value === "object") return "-";
  const text = `${value as string | number | boolean}` // no object is left
    // oxlint-disable-next-line no-control-regex -- control characters are what must go
    .replaceAll(/[\u0000-\u001F\u007F\u2028\u2029]+/g, " ");
  return isJson && !quoted.has(name) ? text.replaceAll(/["\\]/g, (one) => `\\${one}`) : text;
}

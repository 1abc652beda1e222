// Which route an event leads to: what the gateway matched counts, and the table decides where it matched less.
import { refusal } from "../http-error.ts";
import type { IncomingRequest } from "./request.ts";
import { splitPath } from "./route-path.ts";
import type { Found, KnownTemplate, RouteTree } from "./route-tree.ts";

/**
 * Finds the path of the table that a request asks for.
 *
 * The gateway's own match (route key or resource) is taken over where it is a path of the table: it knows
 * where a decoded slash belongs, and needs neither stage nor base path. Where the gateway matched a
 * wider route (`/{proxy+}`, `$default`), or the table has a more specific path, the table decides.
 *
 * @throws {HttpError} 400 for an escape in the path that means nothing.
 */
export function findPath<Route>(tree: RouteTree<Route>, request: IncomingRequest): Found<Route> | undefined {
  const { dialect, raw } = request;
  const template = dialect.template(raw);
  const known = template === undefined ? undefined : tree.template(template);
  const values = known && matchedValues(known, request);
  const matched = known && values && { entry: known.entry, values };
  if (matched !== undefined && !tree.hasRivals(matched.entry)) return matched;
  const { path, encoded } = pathOf(request, template);
  const found = tree.find(path, request.method, encoded ? decodePath : asItIs);
  if (matched === undefined) return found;
  return found !== undefined && tree.areRivals(found.entry, matched.entry) ? found : matched;
}

/** Values that the gateway found for the parameters of its route, decoded; `undefined` if one is missing. */
function matchedValues(known: KnownTemplate<unknown>, request: IncomingRequest): string[] | undefined {
  const { dialect, raw } = request;
  const parameters = known.names.length === 0 ? undefined : dialect.parameters(raw);
  const values: string[] = [];
  for (const name of known.names) {
    const value = parameters?.[name];
    if (typeof value !== "string") return undefined;
    values.push(dialect.encodedParameters ? decodePath(value) : value);
  }
  return values;
}

/**
 * The path that the client asked for, without stage and base path: the gateway's template with its
 * parameters put in, which leaves out whatever stands before; else the path of the event.
 */
function pathOf(request: IncomingRequest, template: string | undefined): { path: string; encoded: boolean } {
  const { dialect, raw } = request;
  const filled = template === undefined ? undefined : fill(template, dialect.parameters(raw));
  return filled === undefined
    ? { path: request.ownPath, encoded: dialect.encodedPath }
    : { path: filled, encoded: dialect.encodedParameters };
}

function fill(
  template: string,
  parameters: Readonly<Record<string, unknown>> | null | undefined,
): string | undefined {
  let path = "";
  for (const part of splitPath(template)) {
    if (!part.startsWith("{")) {
      path += `/${part}`;
      continue;
    }
    const value = parameters?.[part.slice(1, part.endsWith("+}") ? -2 : -1)];
    if (typeof value !== "string") return undefined;
    path += `/${value}`;
  }
  return path === "" ? "/" : path;
}

/** Decodes one part of a path; `+` stays a plus sign. */
export function decodePath(text: string): string {
  if (!text.includes("%")) return text;
  try {
    return decodeURIComponent(text);
  } catch (cause) {
    throw refusal(400, "The path holds an escape that is not valid.", { cause });
  }
}

function asItIs(text: string): string {
  return text;
}

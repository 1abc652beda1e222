// Which route a method and a path lead to: compiled as routes are added, looked up at a call.
import { failures } from "../failures.ts";
import { parseRoute, splitPath, type ParsedRoute, type RouteMethod, type Segment } from "./route-path.ts";

/** All routes of one path shape. */
export interface PathEntry<Route> {
  readonly segments: readonly Segment[];
  readonly routes: Map<string, Placed<Route>>;
}

/** A route in its place, with the names of its path parameters in their order. */
export interface Placed<Route> {
  readonly names: readonly string[];
  readonly route: Route;
}

/** A path that was found, with the values of its parameters in their order. */
export interface Found<Route> {
  readonly entry: PathEntry<Route>;
  readonly values: readonly string[];
}

/** A path template as the gateway may name it. */
export interface KnownTemplate<Route> {
  readonly entry: PathEntry<Route>;
  readonly names: readonly string[];
}

interface Node<Route> {
  readonly children: Map<string, Node<Route>>;
  parameter: Node<Route> | undefined;
  greedy: PathEntry<Route> | undefined;
  entry: PathEntry<Route> | undefined;
}

/** Paths and methods to routes: static parts before parameters before a greedy rest, part by part. */
export class RouteTree<Route> {
  readonly #root: Node<Route> = emptyNode();
  readonly #templates = new Map<string, KnownTemplate<Route>>();
  readonly #entries: PathEntry<Route>[] = [];
  readonly #rivalry = new Map<PathEntry<Route>, boolean>();

  /**
   * Adds a route.
   *
   * @throws `ROUTE_INVALID`, or `ROUTE_TAKEN` when method and path shape have a route already.
   */
  add(key: string, toRoute: (parsed: ParsedRoute) => Route): void {
    const parsed = parseRoute(key);
    const entry = this.#place(parsed.segments);
    if (entry.routes.has(parsed.method)) throw failures.create("ROUTE_TAKEN", { route: key });
    entry.routes.set(parsed.method, { names: parsed.names, route: toRoute(parsed) });
    if (!this.#templates.has(parsed.template)) {
      this.#templates.set(parsed.template, { entry, names: parsed.names });
    }
  }

  /** The path of a template that is written in this table exactly so. */
  template(text: string): KnownTemplate<Route> | undefined {
    return this.#templates.get(text);
  }

  /** Whether another path of the table could match what this one matches. Found out once for each path. */
  hasRivals(entry: PathEntry<Route>): boolean {
    let has = this.#rivalry.get(entry);
    if (has === undefined) {
      has = this.#entries.some((other) => other !== entry && overlap(other.segments, entry.segments));
      this.#rivalry.set(entry, has);
    }
    return has;
  }

  /** Whether both paths could match the same path. */
  areRivals(one: PathEntry<Route>, other: PathEntry<Route>): boolean {
    return overlap(one.segments, other.segments);
  }

  /**
   * Finds the most specific path that has a route for the method; without one, the most specific path.
   *
   * `decode` is applied to every value of a parameter.
   */
  find(path: string, method: string, decode: (text: string) => string): Found<Route> | undefined {
    const parts = splitPath(path);
    const search: Search<Route> = { parts, method, decode, fallback: undefined };
    return walk(this.#root, 0, [], search) ?? search.fallback;
  }

  #place(segments: readonly Segment[]): PathEntry<Route> {
    let node = this.#root;
    for (const segment of segments) {
      if (segment.kind === "greedy") return (node.greedy ??= this.#newEntry(segments));
      node = segment.kind === "static" ? childOf(node, segment.text) : (node.parameter ??= emptyNode());
    }
    return (node.entry ??= this.#newEntry(segments));
  }

  #newEntry(segments: readonly Segment[]): PathEntry<Route> {
    const entry: PathEntry<Route> = { segments, routes: new Map() };
    this.#entries.push(entry);
    this.#rivalry.clear();
    return entry;
  }
}

/** The route of a path for a method: its own, for HEAD the one of GET, else the one of ANY. */
export function routeFor<Route>(entry: PathEntry<Route>, method: string): Placed<Route> | undefined {
  const { routes } = entry;
  return routes.get(method) ?? (method === "HEAD" ? routes.get("GET") : undefined) ?? routes.get("ANY");
}

/** Methods that a path answers, for `Allow`; OPTIONS always, HEAD with GET. */
export function allowedMethods<Route>(entry: PathEntry<Route>): readonly string[] {
  const all: readonly RouteMethod[] = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"];
  return [...all.filter((method) => routeFor(entry, method) !== undefined), "OPTIONS"];
}

interface Search<Route> {
  readonly parts: readonly string[];
  readonly method: string;
  readonly decode: (text: string) => string;
  /** The first path that matched and had no route for the method. */
  fallback: Found<Route> | undefined;
}

function walk<Route>(
  node: Node<Route>,
  at: number,
  values: readonly string[],
  search: Search<Route>,
): Found<Route> | undefined {
  const part = search.parts[at];
  if (part === undefined) return node.entry && take(node.entry, values, search);
  const child = node.children.get(part.includes("%") ? search.decode(part) : part);
  const found = child && walk(child, at + 1, values, search);
  if (found !== undefined) return found;
  if (node.parameter !== undefined && part !== "") {
    const inside = walk(node.parameter, at + 1, [...values, part], search);
    if (inside !== undefined) return inside;
  }
  if (node.greedy === undefined) return undefined;
  return take(node.greedy, [...values, search.parts.slice(at).join("/")], search);
}

function take<Route>(
  entry: PathEntry<Route>,
  values: readonly string[],
  search: Search<Route>,
): Found<Route> | undefined {
  const has = routeFor(entry, search.method) !== undefined;
  if (!has && search.fallback !== undefined) return undefined;
  const found = { entry, values: values.map(search.decode) };
  if (has) return found;
  search.fallback = found;
  return undefined;
}

function emptyNode<Route>(): Node<Route> {
  return { children: new Map(), parameter: undefined, greedy: undefined, entry: undefined };
}

function childOf<Route>(node: Node<Route>, text: string): Node<Route> {
  let child = node.children.get(text);
  if (child === undefined) {
    child = emptyNode();
    node.children.set(text, child);
  }
  return child;
}

/** Whether two path shapes have a path in common. */
function overlap(one: readonly Segment[], other: readonly Segment[]): boolean {
  for (let at = 0; ; at += 1) {
    const left = one[at];
    const right = other[at];
    if (left === undefined || right === undefined) return left === right;
    if (left.kind === "greedy" || right.kind === "greedy") return true;
    if (left.kind === "static" && right.kind === "static" && left.text !== right.text) return false;
  }
}

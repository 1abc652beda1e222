// A tree of path templates: built once, asked for every request.

/** A place in the tree that a path leads to. */
export interface RouteMatch<T> {
  /** What was added here, by verb. */
  readonly byVerb: ReadonlyMap<string, T>;
  /** Path parameters as they stand in the path, not decoded. */
  readonly parameters: readonly (readonly [name: string, value: string])[];
  /** Number of segments before `{proxy+}`; absent where the template has none. */
  readonly greedyAt?: number;
}

/** Finds every template that a path fits. */
export interface RouteTree<T> {
  /**
   * The templates that fit, most specific first: segment by segment a fixed name comes before
   * `{param}`, and that before `{proxy+}`. Templates without `{proxy+}` fit only whole paths.
   */
  matches(segments: readonly string[]): readonly RouteMatch<T>[];
}

interface Node<T> {
  readonly fixed: Map<string, Node<T>>;
  /** By parameter name: an HTTP API may name one place differently in two routes. */
  readonly params: Map<string, Node<T>>;
  readonly greedy: Map<string, Map<string, T>>;
  readonly byVerb: Map<string, T>;
}

const createNode = <T>(): Node<T> => ({
  fixed: new Map(),
  params: new Map(),
  greedy: new Map(),
  byVerb: new Map(),
});

/** Splits a path into its segments; the root has none. */
export function toSegments(path: string): readonly string[] {
  if (path === "/" || path === "") return [];
  return (path.startsWith("/") ? path.slice(1) : path).split("/");
}

/**
 * Builds a tree from path templates such as `/rooms/{room}` and `/{proxy+}`.
 *
 * `{param}` fits one segment that is not empty, `{proxy+}` all that is left if it is not empty.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-method-settings-method-request.html
 */
export function createRouteTree<T>(
  routes: Iterable<{ readonly verb: string; readonly path: string; readonly value: T }>,
): RouteTree<T> {
  const root = createNode<T>();
  for (const { verb, path, value } of routes) placeFor(root, path).set(verb, value);
  return {
    matches(segments) {
      const found: RouteMatch<T>[] = [];
      walk({ segments, found }, root, []);
      return found;
    },
  };
}

function placeFor<T>(root: Node<T>, path: string): Map<string, T> {
  let node = root;
  for (const segment of toSegments(path)) {
    const [, name, plus] = /^\{(.+?)(\+?)\}$/.exec(segment) ?? [];
    if (name === undefined) node = take(node.fixed, segment, createNode<T>);
    else if (plus === "+") return take(node.greedy, name, () => new Map<string, T>());
    else node = take(node.params, name, createNode<T>);
  }
  return node.byVerb;
}

function take<V>(map: Map<string, V>, key: string, create: () => V): V {
  const found = map.get(key) ?? create();
  map.set(key, found);
  return found;
}

interface Walk<T> {
  readonly segments: readonly string[];
  readonly found: RouteMatch<T>[];
}

function walk<T>(to: Walk<T>, node: Node<T>, parameters: RouteMatch<T>["parameters"], at = 0): void {
  const segment = to.segments[at];
  if (segment === undefined) {
    if (node.byVerb.size > 0) to.found.push({ byVerb: node.byVerb, parameters });
    return;
  }
  const fixed = node.fixed.get(segment);
  if (fixed) walk(to, fixed, parameters, at + 1);
  if (segment !== "") {
    for (const [name, next] of node.params) walk(to, next, [...parameters, [name, segment]], at + 1);
  }
  const rest = node.greedy.size > 0 ? to.segments.slice(at).join("/") : "";
  if (rest === "") return;
  for (const [name, byVerb] of node.greedy) {
    to.found.push({ byVerb, parameters: [...parameters, [name, rest]], greedyAt: at });
  }
}

// What every reader of a part of the definition is given.
import { failures } from "../failures.ts";
import type { Notice } from "../model/service.ts";
import { closest } from "./closest.ts";
import type { Cursor } from "./cursor.ts";
import type { Names } from "./names.ts";
import type { Outline } from "./outline.ts";
import type { Tree } from "./tree.ts";

/** A definition that is being read. */
export interface Definition {
  /** Every variable and reference has its value. */
  readonly tree: Tree;
  readonly root: Cursor;
  readonly names: Names;
  readonly outline: Outline;
  /** Whether the condition of a resource holds, or it has none. */
  readonly isWanted: (condition: string | undefined, path: string) => boolean;
  /** Whether the deployment framework adds a resource of that logical id by itself. */
  readonly isOfFramework: (logicalId: string) => boolean;
  /** Paths of the REST API's resources by id. */
  readonly paths: ReadonlyMap<string, string>;
  /** Tells the developer about something that the gateway does not act on. */
  readonly notice: (path: string, says: string) => void;
  readonly notices: readonly Notice[];
}

/** Routes of one API, each of which may be declared once. */
export interface Routes {
  /** @throws `ROUTE_DUPLICATE` naming both places. */
  claim(route: string, at: Cursor): void;
}

export function createRoutes(): Routes {
  const first = new Map<string, string>();
  return {
    claim(route, at) {
      const before = first.get(route);
      if (before !== undefined)
        throw failures.create("ROUTE_DUPLICATE", { ...at.place, route, first: before });
      first.set(route, at.path);
    },
  };
}

/** The one of `known` that `name` names. @throws `AUTHORIZER_UNKNOWN` with the nearest. */
export function named<Value>(name: string, known: ReadonlyMap<string, Value>, at: Cursor): Value {
  const value = known.get(name);
  if (value !== undefined) return value;
  const names = [...known.keys()];
  throw failures.create("AUTHORIZER_UNKNOWN", {
    ...at.place,
    name: name.slice(0, 80),
    known: names,
    closest: closest(name, names),
  });
}

// How references find their values: the attributes of a resource, from its properties.
import type { Names } from "./names.ts";
import type { Resource } from "./outline.ts";
import type { Tree } from "./tree.ts";

/** Values of one thing: `Ref` under "Ref", attributes under their names. */
export type Attributes = Readonly<Record<string, string>>;

/** Gives a property its value, or nothing where it has none. */
export type TextOf = (value: Tree | undefined, path: string) => string | undefined;

/** Paths of a REST API's resources by their ids; they become known as resources are referred to. */
export type ResourcePaths = Map<string, string>;

/** What references to a resource of one type give. */
export type Describe = (
  resource: Resource,
  names: Names,
  text: (property: string) => string | undefined,
  paths: ResourcePaths,
) => Attributes;

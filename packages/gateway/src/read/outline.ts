// Finds functions, events and CloudFormation resources in a definition before their settings are read.
import { isList, isMap, toPath, type Tree, type TreeMap } from "./tree.ts";

/** A part of the definition that is written as a map, or as a list of maps that add up. */
interface Block {
  readonly path: string;
  readonly map: TreeMap;
}

/** A CloudFormation resource. */
export interface Resource {
  readonly logicalId: string;
  readonly type: string;
  readonly properties: TreeMap;
  readonly path: string;
  /** Name of the condition it depends on. */
  readonly condition: string | undefined;
}

/** What references can point to. */
export interface Outline {
  /** Keys under `functions:` with their own settings, not yet checked. */
  readonly functions: ReadonlyMap<string, TreeMap>;
  /** `provider.apiGateway` and `provider.httpApi`, not yet checked. */
  readonly apiGateway: Tree | undefined;
  readonly httpApi: Tree | undefined;
  readonly resources: ReadonlyMap<string, Resource>;
  readonly parameters: TreeMap;
  readonly conditions: TreeMap;
  readonly mappings: TreeMap;
  /** Macros that AWS is asked to run over it. */
  readonly transforms: readonly string[];
  /** What `custom.gatewright.values` says that AWS would be asked for; in a template, under `Metadata`. */
  readonly values: TreeMap;
}

/** The transform that adds functions and loops to CloudFormation's language; it runs on this machine. */
export const languageExtensions = "AWS::LanguageExtensions";

const none: TreeMap = {};

/**
 * Looks through a definition, or through a template, whose resources stand at its root.
 *
 * Never fails: what has a wrong shape is left to the reader of that part.
 */
export function readOutline(root: Tree, kind: "definition" | "template" = "definition"): Outline {
  const map = isMap(root) ? root : none;
  const provider = isMap(map["provider"]) ? map["provider"] : none;
  const functions = new Map(
    blocksOf(map["functions"], "functions").flatMap((block) =>
      Object.entries(block.map).map(([key, value]) => [key, isMap(value) ? value : none] as const),
    ),
  );
  const blocks = kind === "template" ? [{ path: "", map }] : blocksOf(map["resources"], "resources");
  return {
    functions,
    apiGateway: provider["apiGateway"],
    httpApi: provider["httpApi"],
    resources: new Map(blocks.flatMap(resourcesOf).map((resource) => [resource.logicalId, resource])),
    parameters: section(blocks, "Parameters"),
    conditions: section(blocks, "Conditions"),
    mappings: section(blocks, "Mappings"),
    transforms: blocks.flatMap(({ map: block }) => transformsOf(block["Transform"])),
    values: mapAt(map[kind === "template" ? "Metadata" : "custom"], "gatewright", "values"),
  };
}

function transformsOf(value: Tree | undefined): readonly string[] {
  return (isList(value) ? value : [value]).filter((one) => typeof one === "string");
}

function mapAt(value: Tree | undefined, ...keys: readonly string[]): TreeMap {
  const [key, ...others] = keys;
  const map = isMap(value) ? value : none;
  return key === undefined ? map : mapAt(map[key], ...others);
}

function blocksOf(value: Tree | undefined, path: string): Block[] {
  if (isMap(value)) return [{ path, map: value }];
  if (!isList(value)) return [];
  return value.flatMap((item, index) => (isMap(item) ? [{ path: toPath(path, index), map: item }] : []));
}

function section(blocks: readonly Block[], key: string): TreeMap {
  const merged = blocks.map((block) => block.map[key]).filter(isMap);
  return Object.assign(Object.create(null), ...merged) as TreeMap; // Object.create is typed any
}

function resourcesOf(block: Block): Resource[] {
  const resources = block.map["Resources"];
  if (!isMap(resources)) return [];
  return Object.entries(resources).map(([logicalId, value]) => {
    const map = isMap(value) ? value : none;
    const properties = map["Properties"];
    return {
      logicalId,
      type: typeof map["Type"] === "string" ? map["Type"] : "",
      properties: isMap(properties) ? properties : none,
      path: toPath(toPath(block.path, "Resources"), logicalId),
      condition: typeof map["Condition"] === "string" ? map["Condition"] : undefined,
    };
  });
}

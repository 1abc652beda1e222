// What stands beside a template: the state that the framework left, or the folder of a cloud assembly.
import { readFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { hasSource, type CodePlaces } from "./template-code.ts";
import { toLogicalName } from "./names.ts";
import { isMap, toMap, toTree, type Tree, type TreeMap } from "./tree.ts";

/** Where a template comes from, as far as files beside it say. */
export interface TemplateOrigin {
  readonly service: string;
  readonly stage: string | undefined;
  readonly region: string | undefined;
  /** Of the stack; what CloudFormation names by itself begins with it. */
  readonly stack: string | undefined;
  readonly places: CodePlaces;
  readonly keyOf: (logicalId: string) => string;
  /** What `custom` of the definition that the template was made from says to this machine. */
  readonly custom: TreeMap;
}

const none: TreeMap = {};

/** Looks beside a template file. */
export async function findOrigin(path: string): Promise<TemplateOrigin> {
  const templateFolder = dirname(path);
  const stem = basename(path).replace(/(?:\.template)?\.(?:json|ya?ml)$/, "");
  const state = await readState(join(templateFolder, "serverless-state.json"));
  if (state !== undefined) return ofFramework(templateFolder, state);
  const isAssembly = (await readState(join(templateFolder, "manifest.json"))) !== undefined;
  return {
    service: stem.replaceAll(/[^\w-]/g, "-").replace(/^[^a-zA-Z]+/, "") || "template",
    stage: undefined,
    region: undefined,
    stack: stem,
    places: {
      templateFolder,
      folder: isAssembly ? dirname(templateFolder) : templateFolder,
      packageOf: () => undefined,
    },
    keyOf: (logicalId) => logicalId,
    custom: none,
  };
}

/** @see https://www.serverless.com/framework/docs/providers/aws/guide/packaging */
function ofFramework(templateFolder: string, state: TreeMap): TemplateOrigin {
  const service = mapOf(state["service"]);
  const provider = mapOf(service["provider"]);
  const functions = mapOf(service["functions"]);
  const keys = new Map(Object.keys(functions).map((key) => [`${toLogicalName(key)}LambdaFunction`, key]));
  const shared = textOf(mapOf(state["package"])["artifact"]);
  const folder = dirname(templateFolder);
  const name = textOf(service["service"]) ?? "service";
  // A package has been through the bundler already; sources have not.
  const handlers = Object.values(functions).map((one) => textOf(mapOf(one)["handler"]) ?? "");
  const hasSources = handlers.some((handler) => handler !== "" && hasSource(join(folder, handler)));
  return {
    service: name,
    stage: textOf(provider["stage"]),
    region: textOf(provider["region"]),
    stack: textOf(provider["stackName"]),
    places: {
      templateFolder,
      folder,
      packageOf(logicalId) {
        const own = mapOf(mapOf(functions[keys.get(logicalId) ?? ""])["package"])["artifact"];
        const file = textOf(own) ?? shared ?? `${name}.zip`;
        return join(templateFolder, basename(file));
      },
    },
    keyOf: (logicalId) => keys.get(logicalId) ?? logicalId,
    custom: toMap(
      Object.entries(mapOf(service["custom"])).filter(
        ([key]) => key === "gatewright" || (key === "esbuild" && hasSources),
      ),
    ),
  };
}

async function readState(file: string): Promise<TreeMap | undefined> {
  try {
    const tree = toTree(JSON.parse(await readFile(file, "utf8")));
    return isMap(tree) ? tree : undefined;
  } catch {
    return undefined; // there is none, or it is of something else
  }
}

function mapOf(value: Tree | undefined): TreeMap {
  return isMap(value) ? value : none;
}

function textOf(value: Tree | undefined): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

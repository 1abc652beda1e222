// From an opened definition to a service: the order of reading, and nothing else.
import { failures } from "../failures.ts";
import type { Notice, Service } from "../model/service.ts";
import { readBundling } from "./bundling.ts";
import { Cursor, type Reading } from "./cursor.ts";
import type { Declarations } from "./declared.ts";
import type { Definition } from "./definition.ts";
import { readDomains } from "./domains.ts";
import type { FunctionTable } from "./functions.ts";
import { readFunctionUrls } from "./function-urls.ts";
import { readHttpApi } from "./http.ts";
import { readIdentities } from "./identities.ts";
import { readLocalLimits } from "./local-limits.ts";
import { createEvaluation } from "./intrinsics.ts";
import type { Names } from "./names.ts";
import { unroll } from "./loops.ts";
import { languageExtensions, type Outline } from "./outline.ts";
import { readResources } from "./resources.ts";
import { readRestApi } from "./rest.ts";
import { readRules, readSchedules } from "./schedules.ts";
import type { Tree } from "./tree.ts";
import { readUsagePlans } from "./usage-plans.ts";
import { readWebAcls } from "./web-acls.ts";
import { readWebsocketApi } from "./websocket.ts";

/** What a definition is opened with. */
export interface Opening {
  readonly outlineOf: (tree: Tree) => Outline;
  readonly names: Names;
  readonly reading: Reading;
  /** Where `provider` and `custom` are read, if that is not the tree itself. */
  readonly root?: Cursor;
}

/** Unrolls loops, and gives every reference its value, or a marker where it has none. */
export function openDefinition(written: Tree, { outlineOf, names, reading, root }: Opening): Definition {
  const { lineOf } = reading;
  const first = outlineOf(written);
  const looped = createEvaluation(first, names, lineOf);
  const isAllowed = first.transforms.includes(languageExtensions);
  const tree = unroll(written, { evaluation: looped, isAllowed, lineOf });
  const outline = tree === written ? first : outlineOf(tree);
  const evaluation = tree === written ? looped : createEvaluation(outline, names, lineOf);
  const notices: Notice[] = [];
  const evaluated = evaluation.evaluate(tree, "") ?? null;
  return {
    tree: evaluated,
    root: root ?? new Cursor(evaluated, "", reading),
    names,
    outline,
    isWanted: (condition, path) => condition === undefined || evaluation.holds(condition, path),
    isOfFramework: evaluation.isOfFramework,
    paths: evaluation.paths,
    notice: (path, says) => void notices.push({ path, says }),
    notices,
  };
}

/** Reads everything of a definition but the functions, which come in. */
export function readService(
  definition: Definition,
  of: { readonly table: FunctionTable; readonly declared: Declarations; readonly folder: string },
): Omit<Service, "notices"> {
  const { service: name, stage, region, accountId } = definition.names;
  const { table, declared, folder } = of;
  const restApi = readRestApi(definition, table, declared);
  const httpApi = readHttpApi(definition, table, declared);
  const websocketApi = readWebsocketApi(definition, table, declared);
  const apis = {
    ...(restApi !== undefined && { restApi }),
    ...(httpApi !== undefined && { httpApi }),
    ...(websocketApi !== undefined && { websocketApi }),
  };
  const service = {
    name,
    stage,
    region,
    accountId,
    folder,
    ...apis,
    ...readUsagePlans(definition, apis, declared),
    functions: table.functions,
    schedules: [...readSchedules(definition, table), ...readRules(definition, table, declared)],
    ...readBundling(definition),
    ...readResources(definition, table, declared),
  };
  const domains = readDomains({ definition, declared, apis: service, folder });
  const webAcls = readWebAcls(definition, declared, restApi);
  const functionUrls = readFunctionUrls(definition, table, declared);
  const identities = readIdentities(definition.root, definition.names);
  const localLimits = readLocalLimits(definition.root);
  definition.root.optional("custom")?.optional("gatewright")?.at("values").skip(); // variables read them
  declared.finish();
  return {
    ...service,
    ...(domains.length > 0 && { domains }),
    ...(webAcls.length > 0 && { webAcls }),
    ...(functionUrls.length > 0 && { functionUrls }),
    ...(identities.length > 0 && { identities }),
    ...(localLimits && { localLimits }),
  };
}

/** A variable that nothing needed: no reason not to start, and still worth a word. */
export function toNotice(failure: Error): Notice {
  const at = failures.is(failure) && "path" in failure.facts ? failure.facts.path : "";
  return { path: at, says: failure.message };
}

/** Each once, by path. */
export function inOrder(notices: readonly Notice[]): readonly Notice[] {
  const seen = new Map(notices.map((notice) => [`${notice.path}\n${notice.says}`, notice]));
  return [...seen.values()].toSorted((one, other) =>
    one.path < other.path ? -1 : one.path > other.path ? 1 : 0,
  );
}

// From serverless.yml to a service: the order of reading, and nothing else.
import { readFile } from "node:fs/promises";
import { basename, dirname, resolve } from "node:path";
import { failures } from "../failures.ts";
import type { Notice, Service } from "../model/service.ts";
import { readBundling } from "./bundling.ts";
import { Cursor, type Reading } from "./cursor.ts";
import { createDeclarations } from "./declared.ts";
import type { Definition } from "./definition.ts";
import { readDomains } from "./domains.ts";
import { readFunctions } from "./functions.ts";
import { readHttpApi } from "./http.ts";
import { readIdentities } from "./identities.ts";
import { createEvaluation } from "./intrinsics.ts";
import { createNames, localAccountId, type Names } from "./names.ts";
import { listUnread } from "./notices.ts";
import { readOutline } from "./outline.ts";
import { refuseUnsupported } from "./refusals.ts";
import { readResources } from "./resources.ts";
import { readRestApi } from "./rest.ts";
import { readSchedules } from "./schedules.ts";
import type { Tree } from "./tree.ts";
import { readUsagePlans } from "./usage-plans.ts";
import { createLookup, stageOf, type VariableInput } from "./variable-sources.ts";
import { createVariables, type Source } from "./variables.ts";
import { readWebAcls } from "./web-acls.ts";
import { readWebsocketApi } from "./websocket.ts";
import { readYaml } from "./yaml.ts";

/** What the person who starts the gateway says, beside the definition. */
export interface ReadOptions {
  /**
   * Value of `${opt:stage}` and `${sls:stage}`.
   * @default what the definition says, else "dev"
   */
  readonly stage?: string;
  /** Values of `${param:…}`; they come before those of the definition. */
  readonly params?: Readonly<Record<string, string>>;
  /**
   * Values of `${env:…}`.
   * @default process.env
   */
  readonly env?: Readonly<Record<string, string | undefined>>;
}

const defaultRegion = "us-east-1";

/**
 * Reads a serverless.yml to the service that it describes, every variable and reference resolved.
 *
 * Asks no AWS account and runs no code of the project. What is not understood is listed in `notices` by its
 * path; what may keep somebody out and cannot be run here ends the reading.
 *
 * @example
 * const service = await readServerless("serverless.yml", { stage: "dev" });
 *
 * @throws `DEFINITION_MISSING`, `DEFINITION_UNREADABLE`, `DEFINITION_INVALID`, `KEY_UNKNOWN`,
 * `VARIABLE_UNRESOLVED`, `VARIABLE_CYCLE`, `REFERENCE_UNRESOLVED`, `NOT_SUPPORTED`, `EVENT_UNKNOWN`,
 * `AUTHORIZER_UNKNOWN`, `AUTHORIZER_CONFLICT`, `INTEGRATION_UNKNOWN`, `ROUTE_DUPLICATE`,
 * `FUNCTION_RUNTIME_UNSUPPORTED`
 */
export async function readServerless(file: string, options: ReadOptions = {}): Promise<Service> {
  const path = resolve(file);
  const source: Source = { name: "", ...readYaml(await readText(path, file), basename(file)) };
  const input: VariableInput = {
    definition: source,
    folder: dirname(path),
    stage: options.stage,
    params: options.params ?? {},
    env: options.env ?? process.env,
    accountId: localAccountId,
    defaultRegion,
  };
  const variables = createVariables(createLookup(input));
  const filled = variables.find(source, []);
  const tree = "value" in filled ? filled.value : null;
  const reading: Reading = { lineOf: source.lineOf, asked: new Map() };
  const names = readNames(new Cursor(tree, "", reading), stageOf(input, variables), reading);
  const definition = open(tree, names, reading);
  const service = readService(definition, input.folder);
  const notices = [
    ...definition.notices,
    ...listUnread(definition.tree, reading),
    ...variables.unresolved.map(toNotice),
  ];
  return { ...service, notices: inOrder(notices) };
}

async function readText(path: string, file: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (cause) {
    throw failures.create("DEFINITION_MISSING", { file }, { cause });
  }
}

/** Who the service is, before anything that is named after it. */
function readNames(root: Cursor, stage: Tree, reading: Reading): Names {
  const provider = root.at("provider");
  if (provider.isText) provider.refuse("a map", { hint: "Write provider: { name: aws }." });
  const name = provider.at("name");
  if (name.text() !== "aws") name.refuse("aws");
  return createNames({
    service: root.at("service").matching(/^[a-zA-Z][\w-]*$/, "a name: a letter, then letters, digits and -"),
    stage: new Cursor(stage, "provider.stage", reading).matching(
      /^[\w-]{1,128}$/,
      "letters, digits, - and _",
    ),
    region:
      provider.optional("region")?.matching(/^[a-z]{2,}(?:-[a-z]+)+-\d$/, "an AWS region, as in us-east-1") ??
      defaultRegion,
    accountId: localAccountId,
  });
}

function open(tree: Tree, names: Names, reading: Reading): Definition {
  const outline = readOutline(tree);
  const evaluation = createEvaluation(outline, names, reading.lineOf);
  const notices: Notice[] = [];
  const evaluated = evaluation.evaluate(tree, "") ?? null;
  return {
    tree: evaluated,
    root: new Cursor(evaluated, "", reading),
    names,
    outline,
    isWanted: (condition, path) => condition === undefined || evaluation.holds(condition, path),
    isOfFramework: evaluation.isOfFramework,
    paths: evaluation.paths,
    notice: (path, says) => void notices.push({ path, says }),
    notices,
  };
}

function readService(definition: Definition, folder: string): Omit<Service, "notices"> {
  const { service: name, stage, region, accountId } = definition.names;
  refuseUnsupported(definition.root.at("provider"), definition.names);
  const table = readFunctions(definition);
  const resources = definition.root.optional("resources");
  const blocks = resources === undefined ? [] : resources.isList ? resources.items() : [resources];
  const declared = createDeclarations(blocks, definition);
  const restApi = readRestApi(definition, table, declared);
  const httpApi = readHttpApi(definition, table, declared);
  const websocketApi = readWebsocketApi(definition, table, declared);
  const service = {
    name,
    stage,
    region,
    accountId,
    folder,
    ...(restApi !== undefined && { restApi }),
    ...(httpApi !== undefined && { httpApi }),
    ...(websocketApi !== undefined && { websocketApi }),
    ...readUsagePlans(definition, restApi, declared),
    functions: table.functions,
    schedules: readSchedules(definition, table),
    ...readBundling(definition),
    ...readResources(definition, table, declared),
  };
  const domains = readDomains({ definition, declared, apis: service, folder });
  const webAcls = readWebAcls(definition, declared);
  const identities = readIdentities(definition.root, definition.names);
  definition.root.optional("custom")?.optional("gatewright")?.at("values").skip(); // variables read them
  declared.finish();
  return {
    ...service,
    ...(domains.length > 0 && { domains }),
    ...(webAcls.length > 0 && { webAcls }),
    ...(identities.length > 0 && { identities }),
  };
}

/** A variable that nothing needed: no reason not to start, and still worth a word. */
function toNotice(failure: Error): Notice {
  const at = failures.is(failure) && "path" in failure.facts ? failure.facts.path : "";
  return { path: at, says: failure.message };
}

function inOrder(notices: readonly Notice[]): readonly Notice[] {
  const seen = new Map(notices.map((notice) => [`${notice.path}\n${notice.says}`, notice]));
  return [...seen.values()].toSorted((one, other) =>
    one.path < other.path ? -1 : one.path > other.path ? 1 : 0,
  );
}

// From serverless.yml to a service.
import { basename, dirname, resolve } from "node:path";
import type { Service } from "../model/service.ts";
import { Cursor, type Reading } from "./cursor.ts";
import { createDeclarations } from "./declared.ts";
import { isCode, runDefinition } from "./definition-code.ts";
import { readDefinitionText } from "./definition-text.ts";
import { withDotenv } from "./dotenv.ts";
import { patchFunctions, readFunctions } from "./functions.ts";
import { createNames, localAccountId, type Names } from "./names.ts";
import { listUnread } from "./notices.ts";
import { readOutline } from "./outline.ts";
import { refuseUnsupported } from "./refusals.ts";
import { inOrder, openDefinition, readService, toNotice } from "./service.ts";
import { isMap, type Tree } from "./tree.ts";
import { createLookup, stageOf, type VariableInput } from "./variable-sources.ts";
import { createVariables, type Source } from "./variables.ts";
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
 * Asks no AWS account, and runs no code of the project but what the definition is made of: serverless.ts and its
 * like, and files of code that variables name. What is not understood is listed in `notices` by its path; what may
 * keep somebody out and cannot be run here ends the reading.
 *
 * @example
 * const service = await readServerless("serverless.yml", { stage: "dev" });
 *
 * @throws `DEFINITION_MISSING`, `DEFINITION_UNREADABLE`, `DEFINITION_FAILED`, `DEFINITION_INVALID`, `KEY_UNKNOWN`,
 * `VARIABLE_UNRESOLVED`, `VARIABLE_CYCLE`, `REFERENCE_UNRESOLVED`, `NOT_SUPPORTED`, `EVENT_UNKNOWN`,
 * `AUTHORIZER_UNKNOWN`, `AUTHORIZER_CONFLICT`, `INTEGRATION_UNKNOWN`, `ROUTE_DUPLICATE`,
 * `FUNCTION_RUNTIME_UNSUPPORTED`
 */
export async function readServerless(file: string, options: ReadOptions = {}): Promise<Service> {
  const path = resolve(file);
  const env = options.env ?? process.env;
  const text = await readDefinitionText(path, file);
  const source: Source = isCode(path)
    ? { name: "", tree: await runDefinition(path, env), lineOf: () => undefined }
    : { name: "", ...readYaml(text, basename(file)) };
  const input = withEnvironment({
    definition: source,
    folder: dirname(path),
    stage: options.stage,
    params: options.params ?? {},
    env,
    accountId: localAccountId,
    defaultRegion,
  });
  const variables = createVariables(createLookup(input));
  const filled = variables.find(source, []);
  const tree = "value" in filled ? filled.value : null;
  const reading: Reading = { lineOf: source.lineOf, asked: new Map(), told: [] };
  const names = readNames(new Cursor(tree, "", reading), stageOf(input, variables), reading);
  const definition = openDefinition(tree, { outlineOf: readOutline, names, reading });
  refuseUnsupported(definition.root, names);
  const written = readFunctions(definition);
  const resources = definition.root.optional("resources");
  const blocks = resources === undefined ? [] : resources.isList ? resources.items() : [resources];
  const declared = createDeclarations(blocks, definition);
  const table = patchFunctions(written, declared);
  const service = readService(definition, { table, declared, folder: input.folder });
  const notices = [
    ...definition.notices,
    ...listUnread(definition.tree, reading),
    ...variables.unresolved.map(toNotice),
  ];
  return { ...service, notices: inOrder(notices) };
}

/** Adds what a `.env` file says where the definition asks for it; the stage, which names the file, is known before. */
function withEnvironment(input: VariableInput): VariableInput {
  const { tree } = input.definition;
  if (!isMap(tree) || tree["useDotenv"] !== true) return input;
  const stage = stageOf(input, createVariables(createLookup(input)));
  const env = withDotenv(input.env, input.folder, typeof stage === "string" ? stage : "dev");
  return { ...input, env };
}

/** Who the service is, before anything that is named after it. */
function readNames(root: Cursor, stage: Tree, reading: Reading): Names {
  const provider = root.at("provider");
  if (provider.isText) provider.refuse("a map", { hint: "Write provider: { name: aws }." });
  const name = provider.at("name");
  if (name.text() !== "aws") name.refuse("aws");
  return createNames({
    service: nameOf(root.at("service")).matching(
      /^[a-zA-Z][\w-]*$/,
      "a name: a letter, then letters, digits and -",
    ),
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

/** Where a service's name stands: right there, or in a map beside keys for its deployment. */
function nameOf(service: Cursor): Cursor {
  if (!service.isMap) return service;
  service.at("awsKmsKeyArn").skip();
  return service.at("name");
}

// From a CloudFormation template to a service: as `sls package` or `cdk synth` write one, or as a person does.
import { basename, resolve } from "node:path";
import type { Service } from "../model/service.ts";
import { failures } from "../failures.ts";
import { Cursor, type Reading } from "./cursor.ts";
import { createDeclarations } from "./declared.ts";
import { readDefinitionText } from "./definition-text.ts";
import { createNames, localAccountId } from "./names.ts";
import { listUnread } from "./notices.ts";
import { readOutline, type Outline } from "./outline.ts";
import { inOrder, openDefinition, readService } from "./service.ts";
import { readTemplateFunctions } from "./template-functions.ts";
import { findOrigin, type TemplateOrigin } from "./template-origin.ts";
import { isMap, toMap, toTree, type Tree, type TreeMap } from "./tree.ts";
import { readYaml, type Parsed } from "./yaml.ts";

/** What the person who starts the gateway says, beside the template. */
export interface TemplateOptions {
  /** @default what the files beside the template say, else "dev" */
  readonly stage?: string;
  /** Values of the template's parameters; they come before its defaults. */
  readonly params?: Readonly<Record<string, string>>;
}

const defaultRegion = "us-east-1";

/**
 * Reads a CloudFormation template, JSON or YAML, to the service that it describes.
 *
 * Asks no AWS account and runs no code. Functions run from the sources beside the template: the framework's
 * service folder, the CDK's assets, packages, or inline text. `Metadata.gatewright` says what `custom.gatewright`
 * says in a serverless.yml. What does not run here is listed in `notices`; what may keep somebody out ends the
 * reading, and so does a second API of one kind.
 *
 * @example
 * const service = await readCloudformation("cdk.out/ChatStack.template.json");
 *
 * @throws `DEFINITION_MISSING`, `DEFINITION_UNREADABLE`, `DEFINITION_INVALID`, `REFERENCE_UNRESOLVED`,
 * `NOT_SUPPORTED`, `FUNCTION_RUNTIME_UNSUPPORTED`, `INTEGRATION_UNKNOWN`, `AUTHORIZER_CONFLICT`, `ROUTE_DUPLICATE`
 */
export async function readCloudformation(file: string, options: TemplateOptions = {}): Promise<Service> {
  const path = resolve(file);
  const { tree, lineOf } = parseTemplate(await readDefinitionText(path, file), basename(file));
  const origin = await findOrigin(path);
  const reading: Reading = { lineOf, asked: new Map(), told: [] };
  const { stage = origin.stage ?? "dev" } = options;
  const names = createNames({
    service: origin.service,
    stage: new Cursor(stage, "stage", reading).matching(/^[\w-]{1,128}$/, "letters, digits, - and _"),
    region: origin.region ?? defaultRegion,
    accountId: localAccountId,
    ...(origin.stack !== undefined && { stack: origin.stack }),
  });
  const ownReading: Reading = { lineOf: () => undefined, asked: new Map(), told: [] };
  const own = ownSettings(tree, origin);
  const root = new Cursor(own, "", ownReading);
  const outlineOf = (read: Tree): Outline =>
    withParameters(readOutline(read, "template"), options.params ?? {});
  const definition = openDefinition(tree, { outlineOf, names, reading, root });
  const template = new Cursor(definition.tree, "", reading);
  if (!template.isMap || !template.at("Resources").isMap) {
    template.refuse("a template with Resources", { hint: "A serverless.yml is read by readServerless." });
  }
  const declared = createDeclarations([template], definition);
  const { places, keyOf } = origin;
  const table = await readTemplateFunctions({ definition, declared, places, keyOf });
  const service = readService(definition, { table, declared, folder: places.folder });
  const unread = [...listUnread(definition.tree, reading), ...listUnread(own, ownReading)];
  return { ...service, notices: inOrder([...definition.notices, ...unread]) };
}

/** Whether a file's text is a template and not a serverless.yml. */
export function isTemplate(text: string, file: string): boolean {
  const { tree } = parseTemplate(text, file);
  return (
    isMap(tree) && isMap(tree["Resources"]) && tree["service"] === undefined && tree["provider"] === undefined
  );
}

/** JSON is read as YAML for its lines, and where that will not do, as it is. */
function parseTemplate(text: string, file: string): Parsed {
  try {
    return readYaml(text, file);
  } catch (error) {
    if (!failures.is(error) || !text.trimStart().startsWith("{")) throw error;
    return { tree: parseJson(text, error), lineOf: () => undefined };
  }
}

function parseJson(text: string, otherwise: Error): Tree {
  try {
    return toTree(JSON.parse(text));
  } catch {
    throw otherwise;
  }
}

/** What the template says to this machine alone, where readers of a serverless.yml look for it. */
function ownSettings(tree: Tree, origin: TemplateOrigin): TreeMap {
  const metadata = isMap(tree) ? tree["Metadata"] : undefined;
  const own = isMap(metadata) ? metadata["gatewright"] : undefined;
  const custom = Object.entries(origin.custom).filter(([key]) => key !== "gatewright" || own === undefined);
  return toMap([
    ["provider", toMap([])],
    ["custom", toMap(own === undefined ? custom : [...custom, ["gatewright", own]])],
  ]);
}

/** Parameters with the values that were given; one that is read from AWS has none of its own. */
function withParameters(outline: Outline, given: Readonly<Record<string, string>>): Outline {
  const parameters = Object.entries(outline.parameters).map(([name, parameter]): [string, Tree] => {
    const value = given[name];
    if (value !== undefined) return [name, toMap([["Default", value]])];
    const type = isMap(parameter) ? parameter["Type"] : undefined;
    const isRemote = typeof type === "string" && type.startsWith("AWS::SSM::Parameter::Value");
    return [name, isRemote ? toMap([]) : parameter];
  });
  return { ...outline, parameters: toMap(parameters) };
}

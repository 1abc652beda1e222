// Where variables get their values: the definition, options, the environment, other files, AWS's own names.
import { readFileSync } from "node:fs";
import { basename, extname, resolve } from "node:path";
import { failures } from "../failures.ts";
import { isCode } from "./definition-code.ts";
import { isMap, toTree, type Tree } from "./tree.ts";
import { runVariable } from "./variable-code.ts";
import type { Found, Lookup, Source, Variables } from "./variables.ts";
import { readYaml } from "./yaml.ts";

/** What the person who starts the gateway says, beside the definition. */
export interface VariableInput {
  readonly definition: Source;
  /** Folder of the definition; `${file(…)}` starts here. */
  readonly folder: string;
  readonly stage?: string | undefined;
  readonly params: Readonly<Record<string, string>>;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly accountId: string;
  readonly defaultRegion: string;
}

type Resolve = (
  at: { readonly argument: Tree | undefined; readonly address: string | undefined },
  variables: Variables,
) => Found;

/** Needs an AWS account, which a start on this machine never asks; the definition can give the values itself. */
const remote = new Set(["ssm", "cf", "s3", "vault", "terraform", "output"]);

/** What the framework itself puts where a definition says nothing. */
const framework = { "provider.stage": stageOf, "provider.region": regionOf };

/** The sources that a definition can use. Files are read once each. */
export function createLookup(input: VariableInput): Lookup {
  const files = new Map<string, Source | undefined>();
  const sources: Readonly<Record<string, Resolve>> = {
    self: ({ address = "" }, variables) => ofSelf(address, input, variables),
    env: ({ address = "" }) => ofRecord(input.env, address, "environment variable"),
    opt: ({ address }) =>
      address === "stage" && input.stage !== undefined
        ? { value: input.stage }
        : { missing: `no option --${address ?? ""} was given` },
    sls: ({ address }, variables) => ofFramework(address, input, variables),
    param: ({ address = "" }, variables) => ofParams(address, input, variables),
    aws: ({ address }, variables) => ofAws(address, input, variables),
    file: ({ argument, address }, variables) => {
      if (typeof argument === "string" && isCode(argument)) {
        return ofCode({ name: argument, address }, input, variables);
      }
      const file = openFile(argument, input.folder, files);
      return "missing" in file ? file : variables.find(file.source, toKeys(address ?? ""));
    },
    strToBool: ({ argument }) => toFlag(argument),
  };
  return (source, at, variables) => {
    if (Object.hasOwn(sources, source)) return sources[source]?.(at, variables) ?? { missing: "" };
    const name = `${source}:${at.address ?? ""}`;
    const why = remote.has(source)
      ? "it asks AWS, which a start on this machine does not"
      : `${source} is not a source that is known; there are ${Object.keys(sources).join(", ")}`;
    return ofOwnValues({ name, why }, input, variables);
  };
}

/** The stage that everything is named after. */
export function stageOf(input: VariableInput, variables: Variables): Tree {
  if (input.stage !== undefined) return input.stage;
  const stage = variables.find(input.definition, ["provider", "stage"]);
  return "value" in stage && stage.value !== null ? stage.value : "dev";
}

function ofOwnValues(
  of: { readonly name: string; readonly why: string },
  input: VariableInput,
  variables: Variables,
): Found {
  const found = variables.find(input.definition, ["custom", "gatewright", "values", of.name]);
  if ("value" in found && found.value !== null) return found;
  return { missing: `${of.why}; custom.gatewright.values can hold "${of.name.slice(0, 80)}"` };
}

/** The definition's own values. A service may be written as a map with a name, and its name is meant either way. */
function ofSelf(address: string, input: VariableInput, variables: Variables): Found {
  const found = variables.find(input.definition, toKeys(address));
  if (address === "service" && "value" in found && isMap(found.value)) {
    return variables.find(input.definition, ["service", "name"]);
  }
  if ("value" in found) return found;
  if (address === "service.name") return variables.find(input.definition, ["service"]);
  return address in framework
    ? { value: framework[address as keyof typeof framework](input, variables) } // it is one of its keys
    : found;
}

function toKeys(address: string): string[] {
  return address === "" ? [] : address.split(".");
}

function ofRecord(record: Readonly<Record<string, string | undefined>>, name: string, kind: string): Found {
  const value = Object.hasOwn(record, name) ? record[name] : undefined;
  return value === undefined ? { missing: `the ${kind} ${name} is not set` } : { value };
}

function ofFramework(address: string | undefined, input: VariableInput, variables: Variables): Found {
  if (address === "stage") return { value: stageOf(input, variables) };
  if (address === "instanceId") return { value: "local" };
  return { missing: "sls: knows only stage and instanceId" };
}

function ofAws(address: string | undefined, input: VariableInput, variables: Variables): Found {
  if (address === "accountId") return { value: input.accountId };
  if (address !== "region") return { missing: "aws: knows only accountId and region" };
  return { value: regionOf(input, variables) };
}

function regionOf(input: VariableInput, variables: Variables): Tree {
  const region = variables.find(input.definition, ["provider", "region"]);
  return "value" in region && region.value !== null ? region.value : input.defaultRegion;
}

function ofParams(name: string, input: VariableInput, variables: Variables): Found {
  const given = ofRecord(input.params, name, "parameter");
  if ("value" in given) return given;
  const stage = stageOf(input, variables);
  for (const group of typeof stage === "string" ? [stage, "default"] : ["default"]) {
    const found = variables.find(input.definition, ["params", group, name]);
    if ("value" in found && found.value !== null) return found;
  }
  return { missing: `the parameter ${name} is neither given nor under params:` };
}

function toFlag(argument: Tree | undefined): Found {
  const text = typeof argument === "object" ? "" : String(argument).trim().toLowerCase();
  if (text === "true" || text === "1") return { value: true };
  if (text === "false" || text === "0") return { value: false };
  return { missing: "strToBool takes true, false, 1 or 0" };
}

/** What code gives may hold variables again. */
function ofCode(
  of: { readonly name: string; readonly address: string | undefined },
  { folder, env, stage }: VariableInput,
  variables: Variables,
): Found {
  const context = { folder, env, options: stage === undefined ? {} : { stage } };
  const found = runVariable(resolve(folder, of.name), toKeys(of.address ?? ""), context);
  if ("missing" in found) return found;
  return variables.find({ name: `${of.name}:${of.address}`, tree: found.value, lineOf: () => undefined }, []);
}

function openFile(
  argument: Tree | undefined,
  folder: string,
  files: Map<string, Source | undefined>,
): { readonly source: Source } | { readonly missing: string } {
  if (typeof argument !== "string" || argument === "") return { missing: "file() needs the name of a file" };
  const file = resolve(folder, argument);
  if (!files.has(file)) files.set(file, readSource(file, argument));
  const source = files.get(file);
  return source === undefined ? { missing: `there is no readable file ${argument}` } : { source };
}

function readSource(file: string, name: string): Source | undefined {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch {
    return undefined; // missing, a folder, or not ours to read: the variable's default may stand in
  }
  const kind = extname(file);
  if (kind === ".yml" || kind === ".yaml") return { name, ...readYaml(text, name) };
  const tree = kind === ".json" ? readJson(text, file) : text;
  return { name, tree, lineOf: () => undefined };
}

function readJson(text: string, file: string): Tree {
  try {
    return toTree(JSON.parse(text));
  } catch {
    // The parser's own words may quote the file, so they are not passed on.
    const at = { file: basename(file), line: 1, column: 1, why: "it is not JSON" };
    throw failures.create("DEFINITION_UNREADABLE", at);
  }
}

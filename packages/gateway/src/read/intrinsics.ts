// CloudFormation's functions: every Ref and Fn::… of a definition becomes its value, or a marker that carries the failure.
import { failures } from "../failures.ts";
import { ElsewhereError, intrinsics, IntrinsicError, type Tools, whyNot } from "./intrinsic-functions.ts";
import type { Names } from "./names.ts";
import type { Outline } from "./outline.ts";
import { createReferences, type Referred } from "./references.ts";
import { describe, isList, isMap, maximumDepth, toMap, toPath, Unresolved, type Tree } from "./tree.ts";

/** Gives values; `undefined` is what AWS::NoValue leaves. */
export interface Evaluation {
  evaluate(value: Tree, path: string): Tree | undefined;
  /** Whether a condition of the definition holds. @throws `REFERENCE_UNRESOLVED` */
  holds(name: string, path: string): boolean;
  /** Whether the deployment framework adds a resource of that logical id by itself. */
  readonly isOfFramework: (logicalId: string) => boolean;
  /** Paths of the REST API's resources by id, of those that somebody refers to. */
  readonly paths: ReadonlyMap<string, string>;
}

/** Begins to evaluate the intrinsics of one definition. */
export function createEvaluation(
  outline: Outline,
  names: Names,
  lineOf: (path: string) => number | undefined,
): Evaluation {
  return new Evaluator(outline, names, lineOf);
}

class Evaluator implements Evaluation {
  readonly #outline: Outline;
  readonly #lineOf: (path: string) => number | undefined;
  readonly #pseudo: Readonly<Record<string, Tree>>;
  readonly #refer: (logicalId: string) => Referred;
  readonly isOfFramework: (logicalId: string) => boolean;
  readonly paths = new Map<string, string>();
  /** What is being evaluated, so that a circle ends. */
  readonly #open = new Set<string>();

  constructor(outline: Outline, names: Names, lineOf: (path: string) => number | undefined) {
    this.#outline = outline;
    this.#lineOf = lineOf;
    this.#pseudo = pseudoParameters(names);
    const { refer, added } = createReferences(outline, names, {
      textOf: (value, path) => this.#textOf(value, path),
      paths: this.paths,
    });
    this.#refer = refer;
    this.isOfFramework = (logicalId) => added.has(logicalId);
  }

  evaluate(value: Tree, path: string, depth = 0): Tree | undefined {
    if (depth > maximumDepth) return value;
    if (isList(value)) {
      return value
        .map((item, index) => this.evaluate(item, toPath(path, index), depth + 1))
        .filter((item) => item !== undefined);
    }
    if (!isMap(value)) return value;
    const [name, ...others] = Object.keys(value);
    if (name !== undefined && others.length === 0 && isIntrinsic(name, value[name])) {
      return this.#call(name, value[name] ?? null, path);
    }
    const entries: [string, Tree][] = [];
    for (const [key, item] of Object.entries(value)) {
      const given = this.evaluate(item, toPath(path, key), depth + 1);
      if (given !== undefined) entries.push([key, given]);
    }
    return toMap(entries);
  }

  holds(name: string, path: string): boolean {
    const value = this.#call("Condition", name, path);
    if (value instanceof Unresolved) throw value.failure;
    return value === true;
  }

  #call(name: string, argument: Tree, path: string): Tree | undefined {
    try {
      const run = Object.hasOwn(intrinsics, name) ? intrinsics[name] : undefined;
      if (run === undefined) throw new IntrinsicError(whyNot(name));
      return run(argument, this.#toolsAt(path));
    } catch (error) {
      if (failures.is(error)) return new Unresolved(error);
      if (!(error instanceof IntrinsicError)) throw error;
      const reference = `${name} ${typeof argument === "string" ? argument : ""}`.trim().slice(0, 80);
      const isElsewhere = error instanceof ElsewhereError;
      const at = { path, line: this.#lineOf(path), reference, why: error.message, isElsewhere };
      return new Unresolved(failures.create("REFERENCE_UNRESOLVED", at));
    }
  }

  #toolsAt(path: string): Tools {
    const value = (tree: Tree): Tree | undefined => {
      const evaluated = this.evaluate(tree, path);
      if (evaluated instanceof Unresolved) throw evaluated.failure;
      return evaluated;
    };
    return {
      value,
      refer: (logicalId, attribute) =>
        attribute === "Ref" && this.#isParameter(logicalId)
          ? this.#parameter(logicalId, value)
          : this.#once(`${logicalId}.${attribute}`, () => this.#attribute(logicalId, attribute)),
      holds: (name) => this.#once(`condition ${name}`, () => this.#condition(name, value)),
      mappings: this.#outline.mappings,
      values: this.#outline.values,
    };
  }

  #isParameter(name: string): boolean {
    return name.startsWith("AWS::") || this.#outline.parameters[name] !== undefined;
  }

  #parameter(name: string, value: Tools["value"]): Tree | undefined {
    if (name === "AWS::NoValue") return undefined;
    if (Object.hasOwn(this.#pseudo, name)) return this.#pseudo[name];
    const parameter = this.#outline.parameters[name];
    const given = isMap(parameter) ? parameter["Default"] : undefined;
    if (given === undefined) throw new IntrinsicError(`the parameter ${name} has no Default`);
    const text = value(given);
    const type = isMap(parameter) ? parameter["Type"] : undefined;
    const isListed = typeof type === "string" && /^(?:CommaDelimitedList$|List<)/.test(type);
    return isListed && typeof text === "string" ? text.split(",").map((item) => item.trim()) : text;
  }

  #attribute(logicalId: string, attribute: string): string | undefined {
    const referred = this.#refer(logicalId);
    if ("elsewhere" in referred) throw new ElsewhereError(referred.elsewhere);
    if ("missing" in referred) throw new IntrinsicError(referred.missing);
    if (Object.hasOwn(referred.attributes, attribute)) return referred.attributes[attribute];
    throw new IntrinsicError(`${logicalId} has no attribute ${attribute} on this machine`);
  }

  #condition(name: string, value: Tools["value"]): boolean {
    const condition = this.#outline.conditions[name];
    if (condition === undefined) throw new IntrinsicError(`there is no condition ${name}`);
    const holds = value(condition);
    if (typeof holds === "boolean") return holds;
    throw new IntrinsicError(`the condition ${name} is neither true nor false`);
  }

  /** The text of a resource's property, for names that others refer to. */
  #textOf(value: Tree | undefined, path: string): string | undefined {
    const text = value === undefined ? undefined : this.evaluate(value, path);
    if (text instanceof Unresolved) throw text.failure;
    if (text === undefined || text === null) return undefined;
    if (typeof text === "object") throw new IntrinsicError(`${path} is ${describe(text)}, not text`);
    return String(text);
  }

  #once<Value>(id: string, run: () => Value): Value {
    if (this.#open.has(id)) throw new IntrinsicError(`${id} depends on itself`);
    this.#open.add(id);
    try {
      return run();
    } finally {
      this.#open.delete(id);
    }
  }
}

/** @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/pseudo-parameter-reference.html */
function pseudoParameters(names: Names): Readonly<Record<string, Tree>> {
  return {
    "AWS::AccountId": names.accountId,
    "AWS::NotificationARNs": [],
    "AWS::Partition": "aws",
    "AWS::Region": names.region,
    "AWS::StackId": names.arn("cloudformation", `stack/${names.stack}/${names.id(12, "stack")}`),
    "AWS::StackName": names.stack,
    "AWS::URLSuffix": "amazonaws.com",
  };
}

function isIntrinsic(key: string, argument: Tree | undefined): boolean {
  if (key === "Ref" && isMap(argument)) {
    const [inner, ...others] = Object.keys(argument);
    return inner !== undefined && others.length === 0 && isIntrinsic(inner, argument[inner]);
  }
  if (key === "Ref" || key === "Condition") return typeof argument === "string";
  return key.startsWith("Fn::");
}

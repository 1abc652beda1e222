// What each CloudFormation function makes of its argument.
import { isList, isMap, type Tree, type TreeMap } from "./tree.ts";

/** Why a function has no value. Caught and put into a failure by who knows the place. */
export class IntrinsicError extends Error {}

/** What a function may use. */
export interface Tools {
  /** The value of an argument, its own functions evaluated; `undefined` for AWS::NoValue. */
  value(tree: Tree): Tree | undefined;
  refer(logicalId: string, attribute: string): Tree | undefined;
  holds(condition: string): boolean;
  readonly mappings: TreeMap;
}

/** One function. */
export type Intrinsic = (argument: Tree, tools: Tools) => Tree | undefined;

/**
 * The functions by their long names.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html
 */
export const intrinsics: Readonly<Record<string, Intrinsic>> = {
  Ref: (argument, tools) => tools.refer(toText(argument, tools), "Ref"),
  Condition: (argument, tools) => tools.holds(toText(argument, tools)),
  "Fn::GetAtt": (argument, tools) => {
    const parts = typeof argument === "string" ? argument.split(".") : toTexts(argument, tools);
    const [logicalId, ...attribute] = parts;
    if (logicalId === undefined || attribute.length === 0)
      throw new IntrinsicError("it needs a name and an attribute");
    return tools.refer(logicalId, attribute.join("."));
  },
  "Fn::Sub": (argument, tools) => substitute(argument, tools),
  "Fn::Join": (argument, tools) => {
    const [separator, items] = pair(argument);
    return toTexts(items, tools).join(toText(separator, tools));
  },
  "Fn::Split": (argument, tools) => {
    const [separator, text] = pair(argument);
    return toText(text, tools).split(toText(separator, tools));
  },
  "Fn::Select": (argument, tools) => {
    const [index, items] = pair(argument);
    const list = tools.value(items);
    const chosen = isList(list) ? list[Number(tools.value(index))] : undefined;
    if (chosen === undefined) throw new IntrinsicError("there is no such item in the list");
    return chosen;
  },
  "Fn::If": (argument, tools) => {
    if (!isList(argument) || argument.length !== 3)
      throw new IntrinsicError("it needs a condition and two values");
    const chosen = argument[tools.holds(toText(argument[0], tools)) ? 1 : 2];
    return chosen === undefined ? undefined : tools.value(chosen);
  },
  "Fn::Equals": (argument, tools) => {
    const [left, right] = pair(argument);
    return JSON.stringify(tools.value(left)) === JSON.stringify(tools.value(right));
  },
  "Fn::And": (argument, tools) => toFlags(argument, tools).every(Boolean),
  "Fn::Or": (argument, tools) => toFlags(argument, tools).some(Boolean),
  "Fn::Not": (argument, tools) => !toFlags(argument, tools)[0],
  "Fn::FindInMap": (argument, tools) => {
    let found: Tree | undefined = tools.mappings;
    for (const key of toTexts(argument, tools)) found = isMap(found) ? found[key] : undefined;
    if (found === undefined) throw new IntrinsicError("there is no such mapping");
    return found;
  },
  "Fn::Base64": (argument, tools) => Buffer.from(toText(argument, tools)).toString("base64"),
  "Fn::ToJsonString": (argument, tools) => JSON.stringify(tools.value(argument) ?? null),
};

function pair(argument: Tree): [Tree, Tree] {
  if (isList(argument) && argument.length === 2) return [argument[0] ?? null, argument[1] ?? null];
  throw new IntrinsicError("it needs a list of two");
}

function toText(tree: Tree | undefined, tools: Tools): string {
  const value = tree === undefined ? undefined : tools.value(tree);
  if (typeof value === "string") return value;
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  throw new IntrinsicError("it needs text");
}

function toTexts(tree: Tree, tools: Tools): string[] {
  const list = tools.value(tree);
  if (!isList(list)) throw new IntrinsicError("it needs a list of text");
  return list.map((item) => toText(item, tools));
}

function toFlags(argument: Tree, tools: Tools): boolean[] {
  if (!isList(argument)) throw new IntrinsicError("it needs a list of conditions");
  return argument.map((item) => {
    const value = tools.value(item);
    if (typeof value !== "boolean") throw new IntrinsicError("it needs conditions");
    return value;
  });
}

function substitute(argument: Tree, tools: Tools): string {
  const [template, given] = isList(argument) ? [argument[0], argument[1]] : [argument, undefined];
  if (typeof template !== "string") throw new IntrinsicError("it needs text");
  return template.replaceAll(/\$\{(!?)([^{}]*)\}/g, (whole, literal: string, name: string) => {
    if (literal === "!") return `\${${name}}`;
    const key = name.trim();
    const own = isMap(given) ? given[key] : undefined;
    if (own !== undefined) return toText(own, tools);
    const dot = key.indexOf(".");
    const value = dot < 0 ? tools.refer(key, "Ref") : tools.refer(key.slice(0, dot), key.slice(dot + 1));
    if (typeof value === "string") return value;
    throw new IntrinsicError(`${whole} is not text`);
  });
}

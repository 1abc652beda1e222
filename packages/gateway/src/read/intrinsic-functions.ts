// What each CloudFormation function makes of its argument.
import { cutBlock } from "./cidr.ts";
import { isList, isMap, type Tree, type TreeMap } from "./tree.ts";

/** Why a function has no value. Caught and put into a failure by who knows the place. */
export class IntrinsicError extends Error {}

/** There is such a thing on AWS, and not on this machine. */
export class ElsewhereError extends IntrinsicError {}

/** What a function may use. */
export interface Tools {
  /** The value of an argument, its own functions evaluated; `undefined` for AWS::NoValue. */
  value(tree: Tree): Tree | undefined;
  refer(logicalId: string, attribute: string): Tree | undefined;
  holds(condition: string): boolean;
  readonly mappings: TreeMap;
  /** What `custom.gatewright.values` says that AWS would be asked for. */
  readonly values: TreeMap;
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
  "Fn::FindInMap": (argument, tools) => findInMap(argument, tools),
  "Fn::GetAZs": (argument, tools) => {
    const region = tools.value(argument) || tools.refer("AWS::Region", "Ref");
    return ["a", "b", "c"].map((zone) => `${toText(region, tools)}${zone}`);
  },
  "Fn::Cidr": (argument, tools) => {
    const [block, count, bits] = toTexts(argument, tools);
    const wanted = Number(count);
    const blocks =
      wanted >= 1 && wanted <= 256 && /^\d+$/.test(`${wanted}${bits}`)
        ? cutBlock(block ?? "", wanted, Number(bits))
        : undefined;
    if (blocks === undefined)
      throw new IntrinsicError("it needs an address block, a count up to 256 and bits, which fit together");
    return blocks;
  },
  "Fn::ImportValue": (argument, tools) => {
    const key = `import:${toText(argument, tools)}`;
    const value = tools.values[key];
    if (value !== undefined && value !== null) return value;
    throw new ElsewhereError(
      `another stack exports it; custom.gatewright.values can hold "${key.slice(0, 80)}"`,
    );
  },
  "Fn::Length": (argument, tools) => {
    const list = tools.value(argument);
    if (!isList(list)) throw new IntrinsicError("it needs a list");
    return list.length;
  },
  "Fn::Base64": (argument, tools) => Buffer.from(toText(argument, tools)).toString("base64"),
  "Fn::ToJsonString": (argument, tools) => JSON.stringify(tools.value(argument) ?? null),
};

/** Why a function is not evaluated on this machine. */
export function whyNot(name: string): string {
  if (name === "Fn::Transform") return "it runs a macro, which is on AWS; write what the macro makes of it";
  if (name.startsWith("Fn::ForEach")) return "a loop stands under a key of its own, as in Fn::ForEach::Name";
  if (/^Fn::(?:Contains|EachMember\w+|RefAll|ValueOf\w*)$/.test(name)) return "only Rules can use it";
  return "this function is not evaluated here";
}

function findInMap(argument: Tree, tools: Tools): Tree | undefined {
  const [keys, last] = isList(argument) ? [argument.slice(0, 3), argument[3]] : [argument, undefined];
  let found: Tree | undefined = tools.mappings;
  for (const key of toTexts(keys, tools)) found = isMap(found) ? found[key] : undefined;
  if (found !== undefined) return found;
  const usual = isMap(last) ? last["DefaultValue"] : undefined;
  if (usual === undefined) throw new IntrinsicError("there is no such mapping");
  return tools.value(usual);
}

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

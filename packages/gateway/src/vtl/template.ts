// Mapping templates: compiled once, rendered for each request, with an end to everything.
import { limits } from "@gatewright/contract";
import { type Budget, createBudget } from "./budget.ts";
import { evaluate, type Frame, resolve, take } from "./evaluate.ts";
import { put } from "./methods-of-maps.ts";
import { parseTemplate } from "./parse.ts";
import { TemplateError } from "./template-error.ts";
import type { Expression, Loop, Macro, Node, Reference } from "./tree.ts";
import { isList, isMap, isTrue, toText, type Value } from "./values.ts";

/** A template, ready to be rendered any number of times. */
export interface Template {
  /**
   * Renders with these top-level names. Data is never copied: what the template puts into a map stays there.
   *
   * @throws TemplateError for what Java would throw at, and for a template that takes too long or grows too large.
   */
  render(scope: ReadonlyMap<string, Value>): string;
}

/** A loop goes through so many items and no more, as on API Gateway. */
const mostIterations = 1_000;
/** Macros that call macros. */
const deepestMacro = 20;
/** API Gateway takes no larger template. */
const templateBytes = 307_200;

/**
 * Compiles a template.
 *
 * @throws TemplateError with the line where it cannot be read, or where it is over 300 KB.
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-mapping-template-reference.html
 */
export function compileTemplate(text: string): Template {
  if (Buffer.byteLength(text) > templateBytes) throw new TemplateError("it is over 300 KB");
  const nodes = parseTemplate(text);
  return {
    render(scope) {
      const frame: Frame = {
        variables: new Map(scope),
        macros: new Map(),
        budget: createBudget(),
        macroDepth: 0,
        render: renderText,
      };
      return renderText(nodes, frame);
    },
  };
}

/** How a body ended: at its end, or by `#break` or `#stop`. */
type Ending = "end" | "break" | "stop";

function renderText(nodes: readonly Node[], frame: Frame): string {
  const out: string[] = [];
  renderNodes(nodes, frame, createOutput(out, frame.budget));
  return out.join("");
}

type Output = (text: string) => void;

function createOutput(out: string[], budget: Budget): Output {
  let length = 0;
  return (text) => {
    length += text.length;
    budget.spendText(length > limits.payloadBytes ? length : text.length);
    out.push(text);
  };
}

function renderNodes(nodes: readonly Node[], frame: Frame, write: Output): Ending {
  for (const node of nodes) {
    frame.budget.spend(1);
    const ending = renderNode(node, frame, write);
    if (ending !== "end") return ending;
  }
  return "end";
}

function renderNode(node: Node, frame: Frame, write: Output): Ending {
  switch (node.kind) {
    case "text":
      write(node.text);
      return "end";
    case "reference":
      write(print(node.reference, frame));
      return "end";
    case "escaped":
      write(frame.variables.has(node.reference.name) ? node.reference.source : `\\${node.reference.source}`);
      return "end";
    case "set":
      assign(node.target, node.value, frame);
      return "end";
    case "if":
      for (const { condition, body } of node.branches) {
        if (isTrue(evaluate(condition, frame))) return renderNodes(body, frame, write);
      }
      return renderNodes(node.otherwise, frame, write);
    case "foreach":
      return renderLoop(node, frame, write);
    case "macro":
      frame.macros.set(node.macro.name, node.macro);
      return "end";
    case "call":
      return callMacro(node, frame, write);
    default:
      return node.kind;
  }
}

/** What is unknown prints as it was written, unless it is quiet. */
function print(reference: Reference, frame: Frame): string {
  const value = resolve(reference, frame);
  if (value !== undefined && value !== null) return toText(value, frame.budget);
  return reference.quiet ? "" : reference.source;
}

/** Sets a variable, an entry of a map or an item of a list. What is null sets nothing. */
function assign(target: Reference, expression: Expression, frame: Frame): void {
  const value = evaluate(expression, frame);
  if (value === null || value === undefined) return;
  const last = target.steps.at(-1);
  if (!last) {
    frame.variables.set(target.name, value);
    return;
  }
  let holder = frame.variables.get(target.name);
  for (const step of target.steps.slice(0, -1)) holder = take(holder, step, frame);
  if (last.kind === "method") throw new TemplateError("#set cannot set the result of a method");
  const key = last.kind === "property" ? last.name : evaluate(last.at, frame);
  if (isMap(holder)) put(holder, [key, value], frame.budget);
  else if (isList(holder) && typeof key === "number" && key >= 0 && key < holder.length) holder[key] = value;
}

function renderLoop(loop: Loop, frame: Frame, write: Output): Ending {
  const listed = evaluate(loop.list, frame);
  const items = isList(listed) ? listed.slice(0, mostIterations) : isMap(listed) ? [...listed.values()] : [];
  if (items.length === 0) return renderNodes(loop.otherwise, frame, write);
  const names = [loop.variable, "foreach", "velocityCount", "velocityHasNext"];
  const before = names.map((name) => [name, frame.variables.get(name)] as const);
  const parent = frame.variables.get("foreach");
  let ending: Ending = "end";
  for (const [index, item] of items.slice(0, mostIterations).entries()) {
    enter(frame, loop.variable, { item, index, length: items.length, parent });
    ending = renderNodes(loop.body, frame, write);
    if (ending !== "end") break;
  }
  for (const [name, value] of before) {
    if (value === undefined) frame.variables.delete(name);
    else frame.variables.set(name, value);
  }
  return ending === "stop" ? "stop" : "end";
}

function enter(
  { variables }: Frame,
  variable: string,
  at: { readonly item: Value; readonly index: number; readonly length: number; readonly parent: Value },
): void {
  const hasNext = at.index + 1 < Math.min(at.length, mostIterations);
  variables.set(variable, at.item ?? null);
  variables.set("velocityCount", at.index + 1);
  variables.set("velocityHasNext", hasNext);
  variables.set(
    "foreach",
    new Map<Value, Value>([
      ["index", at.index],
      ["count", at.index + 1],
      ["hasNext", hasNext],
      ["first", at.index === 0],
      ["last", !hasNext],
      ["parent", at.parent ?? null],
    ]),
  );
}

/** Arguments are evaluated once, before the macro begins; an unknown name prints as it was written. */
function callMacro(node: Extract<Node, { kind: "call" }>, frame: Frame, write: Output): Ending {
  const macro: Macro | undefined = frame.macros.get(node.name);
  const values = node.args.map((arg) => evaluate(arg, frame));
  if (!macro) {
    write(`#${node.name}(${values.map((value) => toText(value ?? "", frame.budget)).join(" ")})`);
    return "end";
  }
  if (frame.macroDepth >= deepestMacro) throw new TemplateError(`#${node.name} calls itself too often`);
  const before = macro.parameters.map((name) => [name, frame.variables.get(name)] as const);
  for (const [at, name] of macro.parameters.entries()) frame.variables.set(name, values[at] ?? null);
  frame.macroDepth += 1;
  const ending = renderNodes(macro.body, frame, write);
  frame.macroDepth -= 1;
  for (const [name, value] of before) frame.variables.set(name, value ?? null);
  return ending === "stop" ? "stop" : "end";
}

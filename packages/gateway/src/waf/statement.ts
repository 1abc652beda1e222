// What a rule of a web ACL asks of a request.
import type { ArrivedHttp } from "../invoke/application.ts";
import type { WafStatement } from "../model/web-acl.ts";
import { compileIpRanges } from "../policy/ip-ranges.ts";
import type { Clock } from "../ports.ts";
import { clientPatternMs, matchWithin } from "../vtl/java-pattern.ts";
import { compileField } from "./fields.ts";
import { commonSizes } from "./managed-sizes.ts";
import { createRateCount } from "./rate.ts";

/** Whether a request is what a statement speaks of. @throws TemplateError where that cannot be said in time. */
export type Statement = (http: ArrivedHttp) => boolean;

/** What compiling needs; `refuse` makes the failure that names the rule. */
export interface StatementPorts {
  readonly clock: Clock;
  readonly refuse: (why: string) => Error;
}

type Of<Kind extends WafStatement["kind"]> = Extract<WafStatement, { readonly kind: Kind }>;

/**
 * Compiles a statement.
 *
 * @throws what `refuse` makes.
 * @see https://docs.aws.amazon.com/waf/latest/developerguide/waf-rule-statements.html
 */
export function compileStatement(statement: WafStatement, ports: StatementPorts): Statement {
  const all = (list: readonly WafStatement[]) => list.map((each) => compileStatement(each, ports));
  switch (statement.kind) {
    case "ip-set":
      return compileIpSet(statement, ports);
    case "rate":
      return compileRate(statement, ports);
    case "size":
      return compileSize(statement, ports);
    case "bytes":
      return compileBytes(statement, ports);
    case "regex":
      return compileRegex(statement, ports);
    case "managed":
      return compileManaged(statement, ports);
    case "and": {
      const parts = all(statement.statements);
      return (http) => parts.every((part) => part(http));
    }
    case "or": {
      const parts = all(statement.statements);
      return (http) => parts.some((part) => part(http));
    }
    default: {
      const inner = compileStatement(statement.statement, ports);
      return (http) => !inner(http);
    }
  }
}

function compileIpSet({ addresses }: Of<"ip-set">, { refuse }: StatementPorts): Statement {
  const ranges = compileIpRanges(addresses);
  if (typeof ranges !== "function") throw refuse(`"${ranges.wrong}" is no address and no CIDR range`);
  return ({ sourceIp }) => ranges(sourceIp);
}

function compileRate({ limit, windowSeconds, scopeDown }: Of<"rate">, ports: StatementPorts): Statement {
  if (![60, 120, 300, 600].includes(windowSeconds)) {
    throw ports.refuse(`a window of ${windowSeconds} s is not 60, 120, 300 or 600`);
  }
  const isOver = createRateCount(ports.clock, limit, windowSeconds);
  const within = scopeDown && compileStatement(scopeDown, ports);
  return (http) => (within === undefined || within(http)) && isOver(http.sourceIp);
}

const comparisons: ReadonlyMap<string, (actual: number, size: number) => boolean> = new Map([
  ["EQ", (actual: number, size: number) => actual === size],
  ["NE", (actual: number, size: number) => actual !== size],
  ["LE", (actual: number, size: number) => actual <= size],
  ["LT", (actual: number, size: number) => actual < size],
  ["GE", (actual: number, size: number) => actual >= size],
  ["GT", (actual: number, size: number) => actual > size],
]);

function compileSize({ field, comparison, size }: Of<"size">, { refuse }: StatementPorts): Statement {
  const compare = comparisons.get(comparison);
  if (!compare) throw refuse(`there is no comparison ${comparison}`);
  const read = compileField(field);
  return (http) => read(http).some((text) => compare(text.length, size));
}

const positions: ReadonlyMap<string, (text: string, search: string) => boolean> = new Map([
  ["EXACTLY", (text: string, search: string) => text === search],
  ["STARTS_WITH", (text: string, search: string) => text.startsWith(search)],
  ["ENDS_WITH", (text: string, search: string) => text.endsWith(search)],
  ["CONTAINS", (text: string, search: string) => text.includes(search)],
  ["CONTAINS_WORD", containsWord],
]);

function containsWord(text: string, search: string): boolean {
  const isWord = (sign: string | undefined) => sign !== undefined && /\w/.test(sign);
  for (let at = text.indexOf(search); at >= 0; at = text.indexOf(search, at + 1)) {
    if (!isWord(text[at - 1]) && !isWord(text[at + search.length])) return true;
  }
  return false;
}

function compileBytes(statement: Of<"bytes">, { refuse }: StatementPorts): Statement {
  const { field, position, lowercase } = statement;
  const fits = positions.get(position);
  if (!fits) throw refuse(`there is no position ${position}`);
  const read = compileField(field);
  const search = Buffer.from(statement.search, "utf8").toString("latin1");
  return (http) => read(http).some((text) => fits(lowercase ? text.toLowerCase() : text, search));
}

function compileRegex({ field, pattern }: Of<"regex">, { refuse }: StatementPorts): Statement {
  const read = compileField(field);
  const expression = toRegExp(pattern);
  if (!expression) throw refuse(`"${pattern}" is not a regular expression`);
  return (http) => {
    const budget = { patternMs: clientPatternMs };
    const fits = (on: string) => matchWithin({ pattern: expression, on, budget }, () => expression.test(on));
    return read(http).some(fits);
  };
}

function toRegExp(pattern: string): RegExp | undefined {
  try {
    return new RegExp(pattern);
  } catch {
    return undefined; // refused by the caller, with the rule's name
  }
}

function compileManaged({ name, counted }: Of<"managed">, ports: StatementPorts): Statement {
  if (name !== "AWSManagedRulesCommonRuleSet") {
    throw ports.refuse(
      `of AWS's managed rules only AWSManagedRulesCommonRuleSet's sizes are here, not ${name}`,
    );
  }
  const rules = commonSizes
    .filter((rule) => !counted.includes(rule.name))
    .map(({ field, size }) => compileSize({ kind: "size", field, comparison: "GT", size }, ports));
  return (http) => rules.some((isOver) => isOver(http));
}

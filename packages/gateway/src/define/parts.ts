// What the declaring of an API's parts has in common: whose functions and authorizers they use.
import { authorizerId } from "../read/authorizers.ts";
import type { Cursor } from "../read/cursor.ts";
import type { Declared } from "../read/declared.ts";
import { named, type Definition } from "../read/definition.ts";
import type { Tree } from "../read/tree.ts";
import type { FunctionList } from "./functions.ts";

/** What a part is declared with. */
export interface PartContext {
  readonly definition: Pick<Definition, "root" | "names">;
  readonly functions: FunctionList;
}

/** Kinds of API, as ids are made for them. */
export type ApiKind = "restApi" | "httpApi" | "websocketApi";

/** A resource as the readers of CloudFormation take it. */
export function part(type: string, logicalId: string, at: Cursor): Declared {
  return { type, logicalId, at, properties: at };
}

/** The members of a map, or none. */
export function members(at: Cursor, key: string): readonly (readonly [string, Cursor])[] {
  return at.optional(key)?.entries() ?? [];
}

/** Ways to authorize by the name of the authorizer. */
export type Ways = ReadonlyMap<string, string>;

/** What CloudFormation says of a route that names its authorizer. @throws `AUTHORIZER_UNKNOWN` */
export function guardOf(
  at: Cursor,
  kind: ApiKind,
  of: { readonly ways: Ways; readonly context: PartContext },
): Readonly<Record<string, Tree>> {
  const place = at.optional("authorizer");
  const name = place?.text();
  const isIam = name === "aws_iam";
  const way = place === undefined || name === undefined || isIam ? undefined : named(name, of.ways, place);
  if (way === undefined || way === "CUSTOM") {
    at.optional("authorizationScopes")?.refuse("left out, as no authorizer looks at tokens itself");
  }
  if (name === undefined) return {};
  if (isIam) return { authorizationType: "AWS_IAM" };
  const id = authorizerId(kind, name, of.context.definition.names);
  return { authorizationType: way ?? "CUSTOM", authorizerId: id };
}

/** The address that calls a function. */
export function toInvocation(arn: string, { definition }: PartContext): string {
  const { region } = definition.names;
  return `arn:aws:apigateway:${region}:lambda:path/2015-03-31/functions/${arn}/invocations`;
}

/** Refuses a route that nothing answers. */
export function handlerOf(at: Cursor, route: string, context: PartContext): string | undefined {
  const arn = context.functions.arnOf(at.optional("handler"), route, context.definition);
  if (arn === undefined && at.optional("integration") === undefined) {
    at.at("handler").refuse("a function, { file: … }, or left out beside an integration");
  }
  return arn;
}

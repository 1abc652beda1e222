// APIs written as code: read by the very readers of CloudFormation's resources, so that the same is checked and made.
import { resolve } from "node:path";
import { failures } from "../failures.ts";
import type { Service } from "../model/service.ts";
import { Cursor, type Reading } from "../read/cursor.ts";
import { createDeclarations, type Declarations, type Declared } from "../read/declared.ts";
import type { FunctionTable } from "../read/functions.ts";
import { createNames, localAccountId } from "../read/names.ts";
import { listUnread } from "../read/notices.ts";
import { readOutline } from "../read/outline.ts";
import { inOrder, openDefinition, readService } from "../read/service.ts";
import { toTree } from "../read/tree.ts";
import { declareMetering } from "./declare-metering.ts";
import { declareRest } from "./declare-rest.ts";
import { declareV2 } from "./declare-v2.ts";
import { createFunctionList, type FunctionList } from "./functions.ts";
import type { FunctionSettings, Handler } from "./handlers.ts";
import { members, type PartContext } from "./parts.ts";
import type { ApiKeySettings, RestSettings, UsagePlanSettings } from "./rest-settings.ts";
import type { HttpSettings, WebsocketSettings } from "./v2-settings.ts";

/** APIs, written as code. */
export interface ApiDefinition<
  Rest extends string = never,
  Http extends string = never,
  Websocket extends string = never,
> {
  /** A letter, then letters, digits and `-`. */
  readonly name: string;
  /** @default "dev" */
  readonly stage?: string;
  /** @default "us-east-1" */
  readonly region?: string;
  /** Handler files are named from here. @default the working directory */
  readonly folder?: string;
  readonly rest?: RestSettings<Rest>;
  readonly http?: HttpSettings<Http>;
  readonly websocket?: WebsocketSettings<Websocket>;
  /** Keys of callers by name. */
  readonly apiKeys?: Readonly<Record<string, ApiKeySettings>>;
  /** By name. */
  readonly usagePlans?: Readonly<Record<string, UsagePlanSettings>>;
  /** Functions beside those of routes, by key; `resources` name them as `NightlyLambdaFunction`. */
  readonly functions?: Readonly<Record<string, Handler | FunctionSettings>>;
  /** Tables, buckets, user pools, domains and what else a serverless.yml declares there, in CloudFormation's own words. */
  readonly resources?: { readonly Resources?: Readonly<Record<string, unknown>> };
  /** What `custom.gatewright` says in a serverless.yml. */
  readonly custom?: { readonly gatewright?: Readonly<Record<string, unknown>> };
}

/**
 * Makes a service from code, for {@link startGateway}.
 *
 * A handler that is a function runs in this process and gets events as a Lambda does; one that is a file is
 * bundled and runs as a definition's functions do. Settings are CloudFormation's properties, each begun with a small
 * letter, and are held to the same rules.
 *
 * @example
 * const definition = defineApi({
 *   name: "notes",
 *   rest: { routes: { "GET /notes/{id}": () => ({ statusCode: 200, body: "{}" }) } },
 * });
 * const gateway = await startGateway({ definition });
 *
 * @throws `SETTING_UNKNOWN` with the nearest known, and the failures of reading a definition with the path in it
 */
export function defineApi<
  const Rest extends string = never,
  const Http extends string = never,
  const Websocket extends string = never,
>(given: ApiDefinition<Rest, Http, Websocket>): Service {
  const reading: Reading = { lineOf: () => undefined, asked: new Map(), told: [] };
  const names = readNames(given, reading);
  const functions = createFunctionList(names);
  const { functions: first, ...others } = given; // their keys are taken before routes make up theirs
  const tree = functions.toTree({ ...(first && { functions: first }), ...others, provider: {} });
  const definition = openDefinition(tree, { outlineOf: readOutline, names, reading });
  const paths = new Map<string, string>();
  const code = new Cursor(definition.tree, "", { ...reading, spell: small });
  const parts = declare(code, { definition, functions }, paths);
  const declared = join(parts, createDeclarations(blocksOf(definition.root), definition));
  const folder = resolve(given.folder ?? ".");
  const service = readService({ ...definition, paths }, { table: toTable(functions), declared, folder });
  const unread = listUnread(definition.tree, reading, (path, closest) => {
    if (!path.startsWith("resources.")) throw failures.create("SETTING_UNKNOWN", { path, closest });
  });
  return { ...service, notices: inOrder([...definition.notices, ...unread]) };
}

/** CloudFormation begins a property with a capital. */
function small(name: string): string {
  return name.charAt(0).toLowerCase() + name.slice(1);
}

function readNames(given: { readonly name: unknown }, reading: Reading): ReturnType<typeof createNames> {
  const { name, stage, region } = given as Partial<Record<string, string>>; // held to their forms below
  const root = new Cursor(toTree({ name, stage, region }), "", reading);
  root.at("folder").skip();
  return createNames({
    service: root.at("name").matching(/^[a-zA-Z][\w-]*$/, "a letter, then letters, digits and -"),
    stage: root.optional("stage")?.matching(/^[\w-]{1,128}$/, "letters, digits, - and _") ?? "dev",
    region:
      root.optional("region")?.matching(/^[a-z]{2,}(?:-[a-z]+)+-\d$/, "an AWS region, as in us-east-1") ??
      "us-east-1",
    accountId: localAccountId,
  });
}

function declare(at: Cursor, context: PartContext, paths: Map<string, string>): readonly Declared[] {
  const { functions, definition } = context;
  for (const [key, place] of members(at, "functions")) {
    functions.arnOf(place.optional("handler") ?? place, key, definition);
  }
  const [rest, http, websocket] = ["rest", "http", "websocket"].map((key) => at.optional(key));
  return [
    ...(rest ? declareRest(rest, context, paths) : []),
    ...declareMetering(at, context),
    ...(http ? declareV2("httpApi", http, context) : []),
    ...(websocket ? declareV2("websocketApi", websocket, context) : []),
  ];
}

function blocksOf(root: Cursor): readonly Cursor[] {
  const resources = root.optional("resources");
  return resources === undefined ? [] : [resources];
}

/** What code declares comes before what `resources` do. */
function join(parts: readonly Declared[], written: Declarations): Declarations {
  return { ...written, of: (type) => [...parts.filter((one) => one.type === type), ...written.of(type)] };
}

function toTable({ functions }: FunctionList): FunctionTable {
  const byKey = new Map(functions.map((one) => [one.key, one]));
  return { functions, byKey, events: [], payloads: new Map() };
}

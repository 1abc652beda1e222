// Models and validators of a REST API made ready: JSON Schemas compiled, required parameters listed.
import { createRequire } from "node:module";
import type { ErrorObject, Options, ValidateFunction } from "ajv";
import { failures } from "../failures.ts";
import type { ParameterPlace } from "../mapping/request-parts.ts";
import type { RestApi, RestMethod } from "../model/rest-api.ts";

/** What a method's validator checks, ready. */
export interface DeployedValidator {
  /** In the order in which API Gateway names the missing ones. */
  readonly required: readonly { readonly place: ParameterPlace; readonly name: string }[];
  /** Checks of a parsed body by content type, and by `$default`; empty where bodies are not checked. */
  readonly bodies: ReadonlyMap<string, BodyCheck>;
}

/** Checks a parsed body against a model. */
export interface BodyCheck {
  readonly fits: (body: unknown) => boolean;
  /** Everything that is wrong, compiled when it is first asked for. */
  readonly errors: (body: unknown) => readonly ErrorObject[];
  /** Whether a body can be made so that checking it takes long. */
  readonly mayTakeLong: boolean;
}

/** Every REST API has these two. */
const builtIn: Readonly<Record<string, unknown>> = {
  Empty: { $schema: "http://json-schema.org/draft-04/schema#", title: "Empty Schema", type: "object" },
  Error: {
    $schema: "http://json-schema.org/draft-04/schema#",
    title: "Error Schema",
    type: "object",
    properties: { message: { type: "string" } },
  },
};

/**
 * Makes the validators of an API's methods ready. Only methods that have one are in the answer.
 *
 * @throws failures `MODEL_UNKNOWN`, `MODEL_UNREADABLE`.
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-method-request-validation.html
 */
export function deployValidators(api: RestApi): ReadonlyMap<RestMethod, DeployedValidator> {
  const validated = api.methods.filter(
    ({ requestValidator }) => requestValidator && (requestValidator.body || requestValidator.parameters),
  );
  if (validated.length === 0) return new Map();
  const models = compileModels(api.models);
  return new Map(validated.map((method) => [method, deployValidator(method, models)]));
}

/**
 * Compiles the models of an API, with the two that every API has; `undefined` for a name that it has not.
 *
 * @throws failure `MODEL_UNREADABLE`.
 */
export function compileModels(
  models: Readonly<Record<string, unknown>> = {},
): (name: string) => BodyCheck | undefined {
  return createModels({ ...builtIn, ...models });
}

function deployValidator(
  method: RestMethod,
  models: (name: string) => BodyCheck | undefined,
): DeployedValidator {
  const required = Object.entries(method.requestParameters ?? {})
    .filter(([, isRequired]) => isRequired)
    .map(([location]) => location.replace(/^method\.request\./, ""))
    .toSorted((a, b) => (a < b ? -1 : 1))
    .flatMap((location) => {
      const [, place, name] = /^(header|path|querystring)\.(.+)$/.exec(location) ?? [];
      return name === undefined ? [] : [{ place: place as ParameterPlace, name }]; // the pattern names the places
    });
  const bodies = Object.entries(method.requestModels ?? {}).map(([type, name]) => {
    const check = models(name);
    if (check) return [type.toLowerCase(), check] as const;
    throw failures.create("MODEL_UNKNOWN", { route: `${method.method} ${method.path}`, model: name });
  });
  return {
    required: method.requestValidator?.parameters ? required : [],
    bodies: new Map(method.requestValidator?.body ? bodies : []),
  };
}

const options: Options = { strict: false, validateFormats: false, logger: false, addUsedSchema: false };

interface SchemaCompiler {
  addSchema(schema: object, key: string): unknown;
  getSchema(key: string): ValidateFunction | undefined;
}

/** The validator is loaded only by APIs that validate. */
function createCompiler(given: Options): SchemaCompiler {
  const load = createRequire(import.meta.url);
  const { default: Ajv } = load("ajv-draft-04") as { default: new (options: Options) => SchemaCompiler }; // its default export
  return new Ajv(given);
}

/** All models in one place, so that they can refer to each other. */
function createModels(models: Readonly<Record<string, unknown>>): (name: string) => BodyCheck | undefined {
  const rewritten = Object.entries(models).map(
    ([name, schema]) => [name, rewrite(withoutHead(schema))] as const,
  );
  const first = compileAll(rewritten, options);
  let all: SchemaCompiler | undefined;
  return (name) => {
    if (!Object.hasOwn(models, name)) return undefined;
    const fits = read(first, name);
    return {
      fits: (body) => fits(body),
      errors: (body) => {
        all ??= compileAll(rewritten, { ...options, allErrors: true, verbose: true });
        const check = read(all, name);
        return check(body) ? [] : (check.errors ?? []);
      },
      mayTakeLong: mayTakeLong(models, name),
    };
  };
}

/** Regular expressions go back and forth, unique items are held against each other, alternatives of references multiply. */
function mayTakeLong(models: Readonly<Record<string, unknown>>, name: string): boolean {
  const own = JSON.stringify(models[name]);
  const refers = own.includes('"$ref"');
  const text = refers ? JSON.stringify(models) : own;
  return (
    /"(?:pattern|patternProperties|uniqueItems)":/.test(text) || (refers && /"(?:any|one|all)Of":/.test(text))
  );
}

function compileAll(
  models: readonly (readonly [name: string, schema: unknown])[],
  given: Options,
): SchemaCompiler {
  const compiler = createCompiler(given);
  for (const [name, schema] of models) {
    try {
      compiler.addSchema(schema as object, keyOf(name)); // anything else is refused by the compiler
    } catch (cause) {
      throw unreadable(name, cause);
    }
  }
  return compiler;
}

function read(compiler: SchemaCompiler, name: string): ValidateFunction {
  try {
    const check = compiler.getSchema(keyOf(name));
    if (check) return check;
  } catch (cause) {
    throw unreadable(name, cause);
  }
  throw unreadable(name, new Error("it is no schema"));
}

function unreadable(model: string, cause: unknown): Error {
  const why = cause instanceof Error ? cause.message : String(cause);
  return failures.create("MODEL_UNREADABLE", { model, why }, { cause });
}

const keyOf = (name: string) => `gatewright://models/${encodeURIComponent(name)}`;

/** Its own name and dialect say nothing here: models are known by their names, and are all of draft 4. */
function withoutHead(schema: unknown): unknown {
  if (typeof schema !== "object" || schema === null) return schema;
  return Object.fromEntries(Object.entries(schema).filter(([key]) => key !== "id" && key !== "$schema"));
}

/** References by AWS's address of a model become references to the model here, whatever API the address names. */
function rewrite(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(rewrite);
  if (typeof schema !== "object" || schema === null) return schema;
  return Object.fromEntries(
    Object.entries(schema).map(([key, value]: [string, unknown]) => {
      const [, name, rest = ""] =
        key === "$ref" && typeof value === "string"
          ? (/^https:\/\/apigateway\.[^/]+\/restapis\/[^/]+\/models\/([A-Za-z0-9]+)(#.*)?$/.exec(value) ?? [])
          : [];
      return [key, name === undefined ? rewrite(value) : `${keyOf(name)}${rest}`];
    }),
  );
}

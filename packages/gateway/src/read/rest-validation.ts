// What a REST API wants of a request before anything is called: parameters and models.
import type { RestMethod } from "../model/rest-api.ts";
import { closest } from "./closest.ts";
import type { Cursor } from "./cursor.ts";

/** One parameter that a method names. */
export interface Parameter {
  /** As in `method.request.querystring.page`. */
  readonly source: string;
  readonly required: boolean;
  readonly mappedValue?: string;
}

/** JSON Schemas of one API by model name. */
export interface Models {
  readonly byName: Map<string, unknown>;
  /** Names of the models under `provider.apiGateway.request.schemas`, by their keys. */
  readonly shared: ReadonlyMap<string, string>;
}

const places = { querystrings: "querystring", headers: "header", paths: "path" } as const;

/** Reads `request.parameters`. */
export function readParameters(at: Cursor | undefined): readonly Parameter[] {
  if (at === undefined) return [];
  return Object.entries(places).flatMap(([key, place]) =>
    (at.optional(key)?.entries() ?? []).map(([name, value]): Parameter => {
      const source = `method.request.${place}.${name}`;
      if (!value.isMap) return { source, required: value.isGiven && value.flag() };
      const mappedValue = value.optional("mappedValue")?.text();
      const required = value.optional("required")?.flag() ?? true;
      return mappedValue === undefined ? { source, required } : { source, required, mappedValue };
    }),
  );
}

/** Reads `provider.apiGateway.request.schemas`. */
export function readSharedModels(at: Cursor | undefined): Models {
  const byName = new Map<string, unknown>();
  const shared = new Map<string, string>();
  for (const [key, schema] of at?.optional("schemas")?.entries() ?? []) {
    const { name = `ApiGateway${toWords(key)}Model`, definition } = readSchema(schema);
    byName.set(name, definition);
    shared.set(key, name);
  }
  return { byName, shared };
}

/** Reads what a method demands: required parameters and, by content type, a model of the body. */
export function readValidation(
  at: Cursor,
  models: Models,
  logicalId: string,
): Pick<RestMethod, "requestParameters" | "requestModels" | "requestValidator"> {
  const request = at.optional("request");
  const parameters = readParameters(request?.optional("parameters"));
  const schemas = [request?.optional("schemas"), request?.optional("schema")].flatMap((place) =>
    place === undefined ? [] : place.entries(),
  );
  const requestModels = schemas.map(([contentType, schema]) => [
    contentType,
    nameOf(schema, models, `${logicalId}${toWords(contentType)}Model`),
  ]);
  const isChecked = schemas.length > 0 || parameters.some(({ required }) => required);
  return {
    ...(parameters.length > 0 && {
      requestParameters: Object.fromEntries(parameters.map(({ source, required }) => [source, required])),
    }),
    ...(schemas.length > 0 && { requestModels: Object.fromEntries(requestModels) as Record<string, string> }), // pairs of text
    ...(isChecked && { requestValidator: { body: true, parameters: true } }),
  };
}

function nameOf(at: Cursor, models: Models, usual: string): string {
  const shared = at.isText ? models.shared.get(at.text()) : undefined;
  if (shared !== undefined) return shared;
  if (at.isText && !at.text().trimStart().startsWith("{")) {
    const near = closest(at.text(), models.shared.keys());
    return at.refuse("a schema, or the name of one under provider.apiGateway.request.schemas", {
      hint: near && `Did you mean "${near}"?`,
    });
  }
  const { name = usual, definition } = readSchema(at);
  models.byName.set(name, definition);
  return name;
}

/** As the framework spells names inside logical ids: `text/json` is TextJson. */
function toWords(text: string): string {
  return text
    .split(/[^a-zA-Z0-9]+/)
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join("");
}

/** A schema stands by itself, as JSON text, or under `schema` beside a name. */
export function readSchema(at: Cursor): { readonly name?: string; readonly definition: unknown } {
  if (at.isText) return { definition: parseSchema(at) };
  if (!at.isMap) return at.refuse("a JSON Schema");
  const inner = at.optional("schema");
  if (inner === undefined) return { definition: at.json() };
  const name = at.optional("name")?.text();
  at.at("description").skip();
  return {
    definition: inner.isText ? parseSchema(inner) : inner.json(),
    ...(name !== undefined && { name }),
  };
}

/** Data that is written as JSON text. */
export function parseSchema(at: Cursor): unknown {
  try {
    return JSON.parse(at.text());
  } catch {
    return at.refuse("JSON");
  }
}

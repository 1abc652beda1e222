// What is wrong with a body, in the words that `$context.error.validationErrorString` has.
import type { ErrorObject } from "ajv";

type Details = Readonly<Record<string, unknown>>;

const list = (items: unknown) => JSON.stringify(items);
const sizeOf = (value: unknown): number =>
  typeof value === "string" || Array.isArray(value) ? value.length : Object.keys(value ?? {}).length; // these keywords look at texts, lists and objects only

function kindOf(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "array";
  if (typeof value === "number") return Number.isInteger(value) ? "integer" : "number";
  return typeof value;
}

/** One sentence for each keyword, as the validator behind API Gateway has it. */
const sentences: Readonly<Record<string, (details: Details, data: unknown, schema: unknown) => string>> = {
  required: (_, data, schema) => {
    const missing = (schema as readonly string[]).filter((name) => !Object.hasOwn(data as object, name)); // its schema is a list of names, its data an object
    return `object has missing required properties (${list(missing.toSorted())})`;
  },
  type: (details, data) =>
    `instance type (${kindOf(data)}) does not match any allowed primitive type (allowed: ${list([details["type"]].flat().map(String).toSorted())})`,
  additionalProperties: (details) =>
    `object instance has properties which are not allowed by the schema: ${list([details["additionalProperty"]])}`,
  enum: (details, data) =>
    `instance value (${list(data)}) not found in enum (possible values: ${list(details["allowedValues"])})`,
  minimum: (details, data) =>
    `numeric instance is lower than the required minimum (minimum: ${list(details["limit"])}, found: ${list(data)})`,
  maximum: (details, data) =>
    `numeric instance is greater than the required maximum (maximum: ${list(details["limit"])}, found: ${list(data)})`,
  minLength: (details, data) =>
    `string ${list(data)} is too short (length: ${sizeOf(data)}, required minimum: ${list(details["limit"])})`,
  maxLength: (details, data) =>
    `string ${list(data)} is too long (length: ${sizeOf(data)}, maximum allowed: ${list(details["limit"])})`,
  pattern: (details, data) =>
    `ECMA 262 regex ${list(details["pattern"])} does not match input string ${list(data)}`,
  minItems: (details, data) =>
    `array is too short: must have at least ${list(details["limit"])} elements but instance has ${sizeOf(data)} elements`,
  maxItems: (details, data) =>
    `array is too long: must have at most ${list(details["limit"])} elements but instance has ${sizeOf(data)} elements`,
  uniqueItems: () => "array must not contain duplicate elements",
  minProperties: (details, data) =>
    `object has too few properties (found ${sizeOf(data)} but schema requires at least ${list(details["limit"])})`,
  maxProperties: (details, data) =>
    `object has too many properties (found ${sizeOf(data)} but schema requires at most ${list(details["limit"])})`,
  multipleOf: (details, data) =>
    `remainder of division is not zero (${list(data)} / ${list(details["multipleOf"])})`,
  oneOf: (details, _data, schema) =>
    `instance failed to match exactly one schema (matched ${sizeOf(details["passingSchemas"] ?? [])} out of ${sizeOf(schema)})`,
  anyOf: (_details, _data, schema) =>
    `instance failed to match at least one required schema among ${sizeOf(schema)}`,
  not: () => "instance matched a schema which it should not have",
  dependencies: (details) =>
    `property ${list(details["property"])} of object has missing property dependencies (schema requires ${list(String(details["deps"]).split(", "))}; missing: ${list([details["missingProperty"]])})`,
};

/**
 * Words a validator's errors: `[first, second]`, one sentence for each, and one for all missing properties of an object.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-mapping-template-reference.html
 */
export function toValidationErrorString(errors: readonly ErrorObject[]): string {
  const said = new Set(
    errors.map((error) => {
      const say = sentences[error.keyword];
      return say ? say(error.params, error.data, error.schema) : (error.message ?? error.keyword);
    }),
  );
  return `[${[...said].join(", ")}]`;
}

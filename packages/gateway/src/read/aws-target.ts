// Which AWS service an integration calls, from the ARN in its address.
import type { AwsTarget } from "../model/integration.ts";
import type { LambdaFunction } from "../model/lambda-function.ts";
import { failures } from "../failures.ts";
import { namesByVariable } from "./authorizers.ts";
import type { Cursor } from "./cursor.ts";
import type { FunctionTable } from "./functions.ts";

/**
 * Reads an address such as `arn:aws:apigateway:{region}:dynamodb:action/PutItem`.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/api/API_Integration.html
 * @throws `DEFINITION_INVALID`, `INTEGRATION_UNKNOWN` for a function that is not of this definition
 */
export function readAwsTarget(at: Cursor, table: FunctionTable): AwsTarget {
  const uri = at.matching(
    /^arn:[^:]+:apigateway:/,
    "an ARN such as arn:aws:apigateway:us-east-1:dynamodb:action/PutItem",
  );
  const [, name = "", kind, value = ""] =
    /^arn:[^:]+:apigateway:[^:]*:([^:]+):(path|action)\/(.*)$/.exec(uri) ??
    at.refuse("an ARN with path/ or action/ in it");
  const dot = name.lastIndexOf(".");
  const service = name.slice(dot + 1);
  if (service === "lambda") {
    const arn =
      /^(?:2015-03-31|2021-11-15)\/functions\/(.+)\/(?:invocations|response-streaming-invocations)$/.exec(
        value,
      )?.[1];
    return {
      service,
      functionKey: keyOf(arn ?? at.refuse("the address of a function's invocations"), at, table),
    };
  }
  return {
    service,
    kind: kind === "path" ? "path" : "action",
    value: kind === "path" ? `/${value.replace(/^\//, "")}` : value,
    ...(dot >= 0 && { subdomain: name.slice(0, dot) }),
  };
}

/**
 * The function that the address of an authorizer or integration invokes, or its bare ARN.
 *
 * @throws `NOT_SUPPORTED` where a stage variable names it
 */
export function readFunctionUri(at: Cursor, table: FunctionTable): LambdaFunction {
  return functionOf(arnOf(at.text()), at, table);
}

/** The key of that function, or the ARN itself where a stage variable names it: each stage then fills it in. */
export function readFunctionKey(at: Cursor, table: FunctionTable): string {
  return keyOf(arnOf(at.text()), at, table);
}

function arnOf(text: string): string {
  const arn = /:lambda:path\/[\d-]+\/functions\/(.+)\/(?:invocations|response-streaming-invocations)$/.exec(
    text,
  )?.[1];
  return arn ?? text;
}

function keyOf(arn: string, at: Cursor, table: FunctionTable): string {
  return namesByVariable(arn) ? arn : functionOf(arn, at, table).key;
}

function functionOf(arn: string, at: Cursor, table: FunctionTable): LambdaFunction {
  // As a version or alias it does not matter, as every function has one version here.
  if (namesByVariable(arn)) return at.notSupported("a function that a stage variable names");
  const name = /^(?:arn:[^:]+:lambda:[^:]*:[^:]*:function:)?([\w-]+)(?::[^:]+)?$/.exec(arn)?.[1];
  const found = table.functions.find((one) => one.name === name);
  if (found !== undefined) return found;
  throw failures.create("INTEGRATION_UNKNOWN", { ...at.place, integration: arn.slice(0, 160) });
}

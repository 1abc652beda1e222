// Lambda functions as a template declares them: AWS::Lambda::Function.
import { failures } from "../failures.ts";
import type { LambdaFunction } from "../model/lambda-function.ts";
import { functionName } from "./api-references.ts";
import type { Declarations, Declared } from "./declared.ts";
import type { Definition } from "./definition.ts";
import { isNode, readEnvironment, type FunctionTable } from "./functions.ts";
import { locateHandler, type CodePlaces } from "./template-code.ts";

/** What a template alone does not say. */
export interface FunctionContext {
  readonly definition: Definition;
  readonly declared: Declarations;
  readonly places: CodePlaces;
  /** The key of a function in the definition that the template was made from, or its logical id. */
  readonly keyOf: (logicalId: string) => string;
}

/**
 * Reads every function.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-lambda-function.html
 * @throws `FUNCTION_RUNTIME_UNSUPPORTED`, `NOT_SUPPORTED`, `DEFINITION_INVALID`
 */
export async function readTemplateFunctions(context: FunctionContext): Promise<FunctionTable> {
  const functions: LambdaFunction[] = [];
  for (const one of context.declared.of("AWS::Lambda::Function"))
    functions.push(await readFunction(one, context));
  for (const type of ["Permission", "Version", "Alias", "LayerVersion", "EventInvokeConfig", "Url"]) {
    for (const { at, logicalId } of context.declared.of(`AWS::Lambda::${type}`)) {
      at.skip();
      if (type !== "Url" && type !== "LayerVersion") continue;
      context.definition.notice(
        at.path,
        `${logicalId} is AWS::Lambda::${type}, which does not run on this machine.`,
      );
    }
  }
  return {
    functions,
    byKey: new Map(functions.map((one) => [one.key, one])),
    events: [],
    payloads: new Map(),
  };
}

async function readFunction(
  { logicalId, at: resource, properties: at }: Declared,
  context: FunctionContext,
): Promise<LambdaFunction> {
  const { definition, places, keyOf } = context;
  const kind = at.optional("PackageType");
  if (kind?.oneOf(["Zip", "Image"]) === "Image") kind.notSupported("a function from a container image");
  const runtime = at.at("Runtime");
  if (!isNode(runtime.text())) {
    throw failures.create("FUNCTION_RUNTIME_UNSUPPORTED", {
      ...runtime.place,
      runtime: runtime.text().slice(0, 40),
    });
  }
  const handler = at
    .at("Handler")
    .matching(/^[^\0]*[^/\\.\0]\.[\w$]+$/, 'path/to/file.export, as in "functions/hello.handler"');
  const reserved = at.optional("ReservedConcurrentExecutions")?.number({ min: 0, max: 100_000 });
  const name = functionName(logicalId, definition.names, at.optional("FunctionName")?.text());
  for (const key of plainKeys) at.at(key).skip();
  return {
    key: keyOf(logicalId),
    name,
    handler: await locateHandler(resource, { logicalId, handler, places }),
    runtime: runtime.text(),
    memoryMb: at.optional("MemorySize")?.number({ min: 128, max: 10_240 }) ?? 128,
    timeoutMs: (at.optional("Timeout")?.number({ min: 1, max: 900 }) ?? 3) * 1000,
    environment: readEnvironment(at.optional("Environment")?.optional("Variables")),
    ...(reserved !== undefined && { reservedConcurrency: reserved }),
  };
}

/** Of a deployment alone. */
const plainKeys = [
  "Architectures",
  "CodeSigningConfigArn",
  "DeadLetterConfig",
  "Description",
  "EphemeralStorage",
  "FileSystemConfigs",
  "KmsKeyArn",
  "LoggingConfig",
  "RecursiveLoop",
  "Role",
  "RuntimeManagementConfig",
  "SnapStart",
  "Tags",
  "TracingConfig",
  "VpcConfig",
];

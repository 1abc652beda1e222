// The variables that a function sees: Lambda's own, the definition's, and nothing of the developer's shell.
import type { LambdaFunction } from "../model/lambda-function.ts";

/** What the variables of every function have in common. */
export interface Surroundings {
  /** Region, credentials and endpoints. */
  readonly environment: Readonly<Record<string, string>>;
  readonly region: string;
  /** The definition's folder, in the place of `/var/task`. */
  readonly folder: string;
}

/** Names that a definition cannot set: Lambda refuses them. Beside them, everything that starts with `AWS_LAMBDA_`. */
const reserved: ReadonlySet<string> = new Set([
  "_HANDLER",
  "_X_AMZN_TRACE_ID",
  "AWS_DEFAULT_REGION",
  "AWS_REGION",
  "AWS_EXECUTION_ENV",
  "AWS_ACCESS_KEY",
  "AWS_ACCESS_KEY_ID",
  "AWS_SECRET_ACCESS_KEY",
  "AWS_SESSION_TOKEN",
  "LAMBDA_TASK_ROOT",
  "LAMBDA_RUNTIME_DIR",
]);

/**
 * Puts together what `process.env` holds in one environment of a function.
 *
 * The definition's variables may replace an endpoint but never a name that Lambda reserves. `PATH` is the machine's own.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime
 */
export function environmentVariables(
  lambda: LambdaFunction,
  surroundings: Surroundings,
  logStream: string,
): Record<string, string> {
  const { region, folder, environment } = surroundings;
  const own = Object.entries(lambda.environment).filter(
    ([name]) => !reserved.has(name) && !name.startsWith("AWS_LAMBDA_"),
  );
  return {
    PATH: process.env["PATH"] ?? "",
    LANG: "en_US.UTF-8",
    TZ: ":UTC",
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    ...environment,
    ...Object.fromEntries(own),
    _HANDLER: lambda.handler,
    AWS_EXECUTION_ENV: `AWS_Lambda_${lambda.runtime}`,
    AWS_LAMBDA_FUNCTION_NAME: lambda.name,
    AWS_LAMBDA_FUNCTION_VERSION: "$LATEST",
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(lambda.memoryMb),
    AWS_LAMBDA_LOG_GROUP_NAME: logGroup(lambda),
    AWS_LAMBDA_LOG_STREAM_NAME: logStream,
    AWS_LAMBDA_INITIALIZATION_TYPE: "on-demand",
    LAMBDA_TASK_ROOT: folder,
  };
}

function logGroup(lambda: LambdaFunction): string {
  return `/aws/lambda/${lambda.name}`;
}

// What answers in an API that is written as code: a function of this program, or one in a file.
import type { InlineHandler } from "../integrations/inline-functions.ts";

/** A value, or a reference to one of `resources`, as CloudFormation writes it. */
export type Text =
  | string
  | { readonly Ref: string }
  | { readonly "Fn::GetAtt": readonly [string, string] }
  | { readonly "Fn::Sub": string };

/** A function in a file, bundled and run in its own thread as a Lambda is; settings are those of a serverless.yml. */
export interface FileHandler {
  /** `path/to/file.export`, from the definition's folder. */
  readonly file: string;
  /** Megabytes. @default 1024 */
  readonly memorySize?: number;
  /** Seconds. @default 6 */
  readonly timeout?: number;
  readonly environment?: Readonly<Record<string, Text>>;
  readonly reservedConcurrency?: number;
}

/** A handler written in place; it says itself which event it takes. */
export type { InlineHandler } from "../integrations/inline-functions.ts";

/** What answers: a function of this program, which gets the event as a Lambda does, or one in a file. */
export type Handler = InlineHandler | FileHandler;

/** A function beside those of routes, perhaps with an address of its own. */
export interface FunctionSettings {
  readonly handler: Handler;
  /** As a serverless.yml has it. */
  readonly url?:
    | boolean
    | {
        readonly authorizer?: "aws_iam";
        readonly invokeMode?: "BUFFERED" | "RESPONSE_STREAM";
        readonly cors?:
          | boolean
          | {
              readonly allowedOrigins?: readonly string[];
              readonly allowedHeaders?: readonly string[];
              readonly allowedMethods?: readonly string[];
              readonly exposedResponseHeaders?: readonly string[];
              readonly allowCredentials?: boolean;
              readonly maxAge?: number;
            };
      };
}

/** Whether a value is a handler: no other setting is a function, or a map with a file. */
export function isHandler(value: unknown): value is Handler {
  if (typeof value === "function") return true;
  return (
    typeof value === "object" && value !== null && typeof (value as { file?: unknown }).file === "string"
  ); // what is read is looked at
}

// A Lambda function as the definition describes it.

export interface LambdaFunction {
  /** Key under `functions:`. Authorizers and integrations refer to it. */
  readonly key: string;
  /** Deployed name, `service-stage-key` unless the definition says otherwise. */
  readonly name: string;
  /** As written: `path/to/file.export`, from the definition's folder. */
  readonly handler: string;
  readonly runtime: string;
  readonly memoryMb: number;
  readonly timeoutMs: number;
  /** The user's variables, references resolved; the gateway adds AWS's own and the endpoints. */
  readonly environment: Readonly<Record<string, string>>;
  /** At most so many environments at once; more events are throttled as Lambda does. */
  readonly reservedConcurrency?: number;
  /** The handler itself, where the definition is code: it runs in this process, and `handler` is empty. */
  readonly inline?: (event: never) => unknown;
}

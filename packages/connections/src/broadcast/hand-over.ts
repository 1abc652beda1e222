// Past one Lambda: the rest of an audience as a task for another worker, through whatever carries it there.
import type { Part } from "./audience.ts";

/** What is left to somebody else: plain JSON, under 256 KB for a message of 128 KB. */
export interface BroadcastTask {
  readonly kind: "gatewright.broadcast";
  /** Of the whole broadcast. */
  readonly broadcastId: string;
  /** Of this task; the same when it is handed over again. */
  readonly taskId: string;
  readonly part: Part;
  /** The message, base64 of UTF-8. */
  readonly message: string;
  readonly except: readonly string[];
  readonly consistent: boolean;
  /** This worker's share of the account's rate, in posts a second. */
  readonly perSecond?: number;
}

/** Carries tasks to workers, at least once. */
export interface HandOver {
  /** Resolves when the task is safe with whoever carries it. */
  send(task: BroadcastTask): Promise<void>;
}

/** `invoke` of `Lambda`, the class with methods of `@aws-sdk/client-lambda`. */
export interface LambdaClient {
  invoke(input: {
    FunctionName: string;
    InvocationType: "Event";
    Payload: Uint8Array;
  }): Promise<{ StatusCode?: number | undefined }>;
}

/** `sendMessage` of `SQS`, the class with methods of `@aws-sdk/client-sqs`. */
export interface QueueClient {
  sendMessage(input: { QueueUrl: string; MessageBody: string }): Promise<unknown>;
}

/**
 * Hands tasks to a function through asynchronous invocations; its handler is `broadcastWorker`.
 *
 * Lambda tries a failed task twice more. The caller needs `lambda:InvokeFunction` on the function.
 *
 * @example
 * const handOver = lambdaHandOver({ client: new Lambda(), functionName: process.env.WORKER! });
 * @see https://docs.aws.amazon.com/lambda/latest/dg/invocation-async.html
 */
export function lambdaHandOver({
  client,
  functionName,
}: {
  readonly client: LambdaClient;
  readonly functionName: string;
}): HandOver {
  return {
    async send(task) {
      const Payload = Buffer.from(JSON.stringify(task));
      await client.invoke({ FunctionName: functionName, InvocationType: "Event", Payload });
    },
  };
}

/**
 * Hands tasks to a queue; `broadcastWorker` understands its events and answers with `batchItemFailures`
 * (set `ReportBatchItemFailures`, and a visibility time-out above the function's own).
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
 */
export function queueHandOver({
  client,
  queueUrl,
}: {
  readonly client: QueueClient;
  readonly queueUrl: string;
}): HandOver {
  return {
    async send(task) {
      await client.sendMessage({ QueueUrl: queueUrl, MessageBody: JSON.stringify(task) });
    },
  };
}

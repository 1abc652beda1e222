// One execution environment, in its own thread: loads a function's bundle, then answers one event at a time.
import { enableCompileCache, flushCompileCache } from "node:module";
import { inspect, types } from "node:util";
import { parentPort, workerData } from "node:worker_threads";
import { takesCallbacks, withCallback } from "./callback.ts";
import { beginsIn } from "./claims.ts";
import { trustWhenNeeded } from "./local-trust.ts";
import type { Dispatch, EnvironmentData, Order, Report } from "./message.ts";
import {
  awslambda,
  isStreamingHandler,
  ResponseStream,
  runStreaming,
  type StreamingHandler,
} from "./response-stream.ts";

type Handler = (event: unknown, context: object) => unknown;
type Stream = "stdout" | "stderr";

const data = workerData as EnvironmentData; // only the service starts this file
const service = parentPort;
if (!service) throw new Error("This file runs in a worker thread only.");
const { AWS_EXECUTION_ENV, AWS_LAMBDA_FUNCTION_NAME, AWS_LAMBDA_FUNCTION_MEMORY_SIZE } = process.env;
const { AWS_LAMBDA_LOG_GROUP_NAME, AWS_LAMBDA_LOG_STREAM_NAME } = process.env;

const surroundings =
  /\bnode:internal\/|\/lambda\/(?:callback|environment|local-trust|response-stream)\.(?:ts|js):/;
const mayBegin = beginsIn(data.claims);
/** The streamed answer that is being written, for the event of this id. */
let open: { readonly requestId: string; readonly stream: ResponseStream } | undefined;

redirect("stdout");
redirect("stderr");
process.on("uncaughtException", (error: unknown) => crash("Uncaught Exception", toFault(error), error));
process.on("unhandledRejection", (reason: unknown) => {
  const errorMessage = reason instanceof Error ? reason.toString() : String(reason);
  crash(
    "Unhandled Promise Rejection",
    { errorType: "Runtime.UnhandledPromiseRejection", errorMessage },
    reason,
  );
});
enableCompileCache(data.compileCache);
if (data.caFile !== undefined) trustWhenNeeded(data.caFile, (made) => tell(["authority", made]));
void start();

async function start(): Promise<void> {
  Object.assign(globalThis, { awslambda });
  let handler: Handler;
  try {
    const module = (await import(data.bundle)) as Record<string, unknown>; // a namespace object
    handler = findHandler(module);
  } catch (error) {
    const { errorType, errorMessage } = toFault(error);
    print("stderr", `ERROR\tInit Error\t${describe(error)}\n`);
    const exports = error instanceof NotExported ? error.exports : undefined;
    tell(["init-failed", errorType, errorMessage, exports]);
    process.exit(1);
  }
  const run = isStreamingHandler(handler) ? runsStreaming(handler) : runsPlain(handler);
  service?.on("message", (orders: readonly Order[]) => {
    for (const order of orders) {
      if (order[0] === "event") waiting.push(order);
      else if (open?.requestId === order[1]) open.stream.taken(order[2]);
    }
    if (!isWorking) void work(run);
  });
  tell(["ready"]);
  flushCompileCache();
}

type Run = (dispatch: Dispatch) => Promise<Report>;

/** Events that were sent ahead, in the order in which they came. */
const waiting: Dispatch[] = [];
let isWorking = false;

/** Answers events one at a time, until there is none; those that were taken back meanwhile are passed over. */
async function work(run: Run): Promise<void> {
  isWorking = true;
  for (let next = waiting.shift(); next; next = waiting.shift()) {
    if (mayBegin(next[6])) await answer(run, next);
  }
  isWorking = false;
}

async function answer(run: Run, dispatch: Dispatch): Promise<void> {
  const [, requestId, , traceId] = dispatch;
  process.env["_X_AMZN_TRACE_ID"] = traceId;
  try {
    tell(await run(dispatch));
  } catch (error) {
    const { errorType, errorMessage } = toFault(error);
    print("stderr", `ERROR\tInvoke Error\t${requestId}\t${describe(error)}\n`);
    tell(["failed", errorType, errorMessage]);
  }
}

function runsPlain(handler: Handler): Run {
  return async ([, requestId, timeoutMs, , event]) => {
    const start = performance.now();
    const payload = toPayload(await handler(JSON.parse(event), contextOf(requestId, timeoutMs)));
    return isTooLarge(payload) ? ["too-large"] : ["returned", payload, performance.now() - start];
  };
}

/** Where nobody wants the answer as it is written, all that was written is the result. */
function runsStreaming(handler: StreamingHandler): Run {
  return async ([, requestId, timeoutMs, , event, isStreamed]) => {
    const start = performance.now();
    const kept: Uint8Array[] = [];
    const send = (piece: Uint8Array): void => {
      if (isStreamed) service?.postMessage(["chunk", piece] satisfies Report, [piece.buffer as ArrayBuffer]); // never shared
      else kept.push(piece);
    };
    const stream = new ResponseStream({ send, isPaced: isStreamed }, handler);
    open = { requestId, stream };
    await runStreaming(handler, stream, {
      event: JSON.parse(event),
      context: contextOf(requestId, timeoutMs),
    });
    const ms = performance.now() - start;
    if (isStreamed) return ["returned", undefined, ms];
    const whole = Buffer.concat(kept);
    return whole.length > data.resultBytes ? ["too-large"] : ["returned", whole.toString("utf8"), ms];
  };
}

/** @see https://docs.aws.amazon.com/lambda/latest/dg/nodejs-context.html */
function contextOf(requestId: string, timeoutMs: number): object {
  const deadline = Date.now() + timeoutMs;
  return {
    callbackWaitsForEmptyEventLoop: true,
    functionName: AWS_LAMBDA_FUNCTION_NAME,
    functionVersion: "$LATEST",
    invokedFunctionArn: data.functionArn,
    memoryLimitInMB: AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    awsRequestId: requestId,
    logGroupName: AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: AWS_LAMBDA_LOG_STREAM_NAME,
    identity: undefined,
    clientContext: undefined,
    getRemainingTimeInMillis: () => deadline - Date.now(),
  };
}

class NotExported extends Error {
  override readonly name = "Runtime.HandlerNotFound";
  readonly exports: readonly string[];
  constructor(message: string, exports: readonly string[]) {
    super(message);
    this.exports = exports;
  }
}

class Refused extends Error {
  override readonly name: string;
  constructor(name: string, message: string) {
    super(message);
    this.name = name;
  }
}

function findHandler(module: Record<string, unknown>): Handler {
  const commonJs = module["default"];
  const named = lookUp(module, data.exportPath); // in CommonJS, an export called default is one within `default`
  const handler = typeof named === "function" ? named : (lookUp(commonJs, data.exportPath) ?? named);
  if (typeof handler !== "function") {
    const exports = [...Object.keys(module), ...(isObject(commonJs) ? Object.keys(commonJs) : [])];
    const why = handler === undefined ? "undefined or not exported" : "not a function";
    throw new NotExported(`${data.handler} is ${why}`, exports);
  }
  if (handler.length >= 3 && !isStreamingHandler(handler)) {
    if (takesCallbacks(AWS_EXECUTION_ENV ?? "")) return withCallback(handler as Handler); // as below
    const why = "is callback-based (it declares three parameters), which Lambda refuses from Node.js 24 on";
    const name = "Runtime.CallbackHandlerDeprecated";
    throw new Refused(name, `${data.handler} ${why}: return a promise instead`);
  }
  return handler as Handler; // its parameters cannot be seen from here
}

function lookUp(within: unknown, path: string): unknown {
  return path.split(".").reduce<unknown>((found, key) => (isObject(found) ? found[key] : undefined), within);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

function toPayload(result: unknown): string | undefined {
  try {
    return JSON.stringify(result === undefined ? null : result);
  } catch (cause) {
    const error = new Error("Unable to stringify response body", { cause });
    error.name = "Runtime.JSONStringifyError";
    throw error;
  }
}

/** A UTF-16 unit is at most three bytes of UTF-8, so short results need no counting. */
function isTooLarge(payload: string | undefined): boolean {
  if (payload === undefined || payload.length * 3 <= data.resultBytes) return false;
  return Buffer.byteLength(payload) > data.resultBytes;
}

function toFault(error: unknown): { readonly errorType: string; readonly errorMessage: string } {
  if (error instanceof Error || types.isNativeError(error)) {
    return { errorType: error.name, errorMessage: error.message };
  }
  return { errorType: typeof error, errorMessage: String(error) };
}

/** The error with its stack and causes, without the lines of this file and of Node.js around it. */
function describe(error: unknown): string {
  if (typeof error === "string") return error;
  const lines = inspect(error, { depth: 4 }).split("\n");
  return lines.filter((line) => !(/^\s+at /.test(line) && surroundings.test(line))).join("\n");
}

function crash(
  says: string,
  fault: { readonly errorType: string; readonly errorMessage: string },
  error: unknown,
): void {
  print("stderr", `ERROR\t${says}\t${describe(error)}\n`);
  tell(["crashed", fault.errorType, fault.errorMessage]);
  process.exit(129);
}

/** Text goes the same way as answers, so that what a function printed arrives before what it returned. */
function redirect(stream: Stream): void {
  type Ended = (error?: Error | null) => void;
  const write = (chunk: string | Uint8Array, encoding?: BufferEncoding | Ended, ended?: Ended): boolean => {
    print(stream, typeof chunk === "string" ? chunk : Buffer.from(chunk).toString());
    const callback = typeof encoding === "function" ? encoding : ended;
    if (callback) queueMicrotask(callback);
    return true;
  };
  process[stream].write = write;
}

function print(stream: Stream, text: string): void {
  tell(["output", stream, text]);
}

function tell(report: Report): void {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread's port has no origin
  service?.postMessage(report);
}

// One call of Lambda's Invoke: whom it names, what it carries, and what came of it in Lambda's words.
import { limits } from "@gatewright/contract";
import { decodePercent } from "../invoke/query.ts";
import type { LambdaFunction } from "../model/lambda-function.ts";
import type { Functions, Ids, Invocation } from "../ports.ts";
import { refuse, toFault, type InvokeAnswer } from "./invoke-answer.ts";
import type { EventQueue } from "./queue.ts";
import { toStreamAnswer } from "./stream-answer.ts";

/** A call, with its signature checked already. */
export interface InvokeCall {
  readonly method: string;
  /** Path and query as on the request line. */
  readonly target: string;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body: Buffer;
}

/** What a call needs. */
export interface InvokePorts {
  readonly lambdas: readonly LambdaFunction[];
  readonly functions: Functions;
  readonly queue: EventQueue;
  readonly ids: Ids;
}

/** An event that is invoked asynchronously may have 1 MB. */
const eventBytes = 1_048_576;

/** Both ways to invoke, by the path that names the function. */
const operations = [
  { pattern: /^\/2015-03-31\/functions\/([^/]+)\/invocations$/, isStreamed: false },
  { pattern: /^\/2021-11-15\/functions\/([^/]+)\/response-streaming-invocations$/, isStreamed: true },
] as const;

/**
 * Invokes a function: `RequestResponse`, `Event` or `DryRun`, or for a stream, which knows no `Event`. The function is
 * named by its name, its ARN or part of it.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html
 */
export async function invoke(call: InvokeCall, ports: InvokePorts): Promise<InvokeAnswer> {
  const [path = "", query = ""] = call.target.split("?", 2);
  const operation = operations.find(({ pattern }) => pattern.test(path));
  if (operation === undefined || call.method !== "POST") {
    const known = "POST …/functions/{name}/invocations and …/response-streaming-invocations";
    return refuse(404, "UnknownOperationException", `Only ${known} are answered here.`);
  }
  const named = decodePercent(operation.pattern.exec(path)?.[1] ?? "");
  const lambda = find(ports.lambdas, named, new URLSearchParams(query).get("Qualifier"));
  if (!lambda) return refuse(404, "ResourceNotFoundException", `Function not found: ${named}`);
  const type = String(call.headers["x-amz-invocation-type"] ?? "RequestResponse");
  const most = type === "Event" ? eventBytes : limits.lambdaPayloadBytes;
  if (call.body.length > most) {
    const message = `${call.body.length} byte payload is too large for the ${type} invocation type (limit ${most} bytes)`;
    return refuse(413, "RequestTooLargeException", message);
  }
  const event = parse(call.body);
  if (!event) return refuse(400, "InvalidRequestContentException", "Could not parse request body into json");
  if (type === "DryRun") return { status: 204, headers: { "x-amzn-requestid": ports.ids.uuid() }, body: "" };
  if (type === "Event" && !operation.isStreamed) {
    const requestId = ports.queue.push(lambda, event.value);
    return { status: 202, headers: { "x-amzn-requestid": requestId }, body: "" };
  }
  if (type !== "RequestResponse") {
    return refuse(400, "InvalidParameterValueException", `There is no invocation type ${type} here.`);
  }
  return run(lambda, event.value, { ports, isStreamed: operation.isStreamed });
}

async function run(
  lambda: LambdaFunction,
  event: unknown,
  { ports, isStreamed }: { readonly ports: InvokePorts; readonly isStreamed: boolean },
): Promise<InvokeAnswer> {
  const requestId = ports.ids.uuid();
  const options = { timeoutMs: lambda.timeoutMs * 2, requestId };
  if (isStreamed) {
    return toStreamAnswer(await ports.functions.stream(lambda.key, event, options), requestId);
  }
  return toAnswer(await ports.functions.invoke(lambda.key, event, options), requestId);
}

/** A function's own error is a success of the call: 200, with the header that says so. */
function toAnswer(result: Invocation, requestId: string): InvokeAnswer {
  const headers = {
    "x-amzn-requestid": requestId,
    "x-amz-executed-version": "$LATEST",
    "content-type": "application/json",
  };
  if (result.kind === "returned") return { status: 200, headers, body: result.payload ?? "null" };
  if (result.kind === "throttled") return refuse(429, "TooManyRequestsException", "Rate Exceeded.");
  return {
    status: 200,
    headers: { ...headers, "x-amz-function-error": "Unhandled" },
    body: JSON.stringify(toFault(result, requestId)),
  };
}

/** By name, `account:function:name`, or the whole ARN; a version or alias other than `$LATEST` is not there. */
function find(
  lambdas: readonly LambdaFunction[],
  named: string,
  qualifier: string | null,
): LambdaFunction | undefined {
  const bare = named.replace(/^.*\bfunction:/, "");
  const [name, own] = bare.split(":", 2);
  const version = qualifier ?? own ?? "$LATEST";
  return version === "$LATEST" ? lambdas.find((lambda) => lambda.name === name) : undefined;
}

function parse(body: Buffer): { readonly value: unknown } | undefined {
  if (body.length === 0) return { value: {} };
  try {
    return { value: JSON.parse(body.toString("utf8")) };
  } catch {
    return undefined;
  }
}

// One call of Lambda's Invoke: whom it names, what it carries, and what came of it in Lambda's words.
import { limits } from "@gatewright/contract";
import { decodePercent } from "../invoke/query.ts";
import type { LambdaFunction } from "../model/lambda-function.ts";
import type { Functions, Ids, Invocation } from "../ports.ts";
import type { EventQueue } from "./queue.ts";

/** A call, with its signature checked already. */
export interface InvokeCall {
  readonly method: string;
  /** Path and query as on the request line. */
  readonly target: string;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body: Buffer;
}

/** What goes back. */
export interface InvokeAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
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

/**
 * Invokes a function: `RequestResponse`, `Event` or `DryRun`. The function is named by its name, its ARN or part of it.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html
 */
export async function invoke(call: InvokeCall, ports: InvokePorts): Promise<InvokeAnswer> {
  const [path = "", query = ""] = call.target.split("?", 2);
  const named = /^\/2015-03-31\/functions\/([^/]+)\/invocations$/.exec(path)?.[1];
  if (named === undefined || call.method !== "POST") {
    return refuse(
      404,
      "UnknownOperationException",
      "Only Invoke is answered here: POST …/functions/{name}/invocations.",
    );
  }
  const lambda = find(ports.lambdas, decodePercent(named), new URLSearchParams(query).get("Qualifier"));
  if (!lambda) return refuse(404, "ResourceNotFoundException", `Function not found: ${decodePercent(named)}`);
  const type = String(call.headers["x-amz-invocation-type"] ?? "RequestResponse");
  const most = type === "Event" ? eventBytes : limits.lambdaPayloadBytes;
  if (call.body.length > most) {
    const message = `${call.body.length} byte payload is too large for the ${type} invocation type (limit ${most} bytes)`;
    return refuse(413, "RequestTooLargeException", message);
  }
  const event = parse(call.body);
  if (!event) return refuse(400, "InvalidRequestContentException", "Could not parse request body into json");
  if (type === "DryRun") return { status: 204, headers: { "x-amzn-requestid": ports.ids.uuid() }, body: "" };
  if (type === "Event") {
    const requestId = ports.queue.push(lambda, event.value);
    return { status: 202, headers: { "x-amzn-requestid": requestId }, body: "" };
  }
  if (type !== "RequestResponse") {
    return refuse(400, "InvalidParameterValueException", `There is no invocation type ${type}.`);
  }
  const requestId = ports.ids.uuid();
  const result = await ports.functions.invoke(lambda.key, event.value, {
    timeoutMs: lambda.timeoutMs * 2,
    requestId,
  });
  return toAnswer(result, requestId);
}

/** A function's own error is a success of the call: 200, with the header that says so. */
function toAnswer(result: Invocation, requestId: string): InvokeAnswer {
  const headers = {
    "x-amzn-requestid": requestId,
    "x-amz-executed-version": "$LATEST",
    "content-type": "application/json",
  };
  const fault = (errorType: string, errorMessage: string): InvokeAnswer => ({
    status: 200,
    headers: { ...headers, "x-amz-function-error": "Unhandled" },
    body: JSON.stringify({ errorType, errorMessage }),
  });
  switch (result.kind) {
    case "returned":
      return { status: 200, headers, body: result.payload ?? "null" };
    case "failed":
      return fault(result.errorType, result.errorMessage);
    case "timed-out":
      return fault("Sandbox.Timedout", `RequestId: ${requestId} Error: Task timed out`);
    case "throttled":
      return refuse(429, "TooManyRequestsException", "Rate Exceeded.");
    default:
      return fault(
        "Function.ResponseSizeTooLarge",
        "Response payload size exceeded the maximum allowed payload size.",
      );
  }
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

/** An error of Lambda itself. */
export function refuse(status: number, type: string, message: string): InvokeAnswer {
  return {
    status,
    headers: { "content-type": "application/json", "x-amzn-errortype": type },
    body: JSON.stringify({ Type: "User", Message: message, message }),
  };
}

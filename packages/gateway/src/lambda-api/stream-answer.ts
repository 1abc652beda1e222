// InvokeWithResponseStream's answer: what a function writes, piece by piece, and how it ended.
import type { Readable } from "node:stream";
import type { StreamedInvocation } from "../ports.ts";
import { toEvent } from "./event-stream.ts";
import { refuse, toFault, type InvokeAnswer } from "./invoke-answer.ts";

/**
 * What a streamed invocation comes to: events as they are made. A function that fails is told of in the last one, as the
 * call itself went well.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/api/API_InvokeWithResponseStream.html
 */
export function toStreamAnswer(result: StreamedInvocation, requestId: string): InvokeAnswer {
  if (result.kind === "throttled") return refuse(429, "TooManyRequestsException", "Rate Exceeded.");
  const headers = {
    "x-amzn-requestid": requestId,
    "x-amz-executed-version": "$LATEST",
    "content-type": "application/vnd.amazon.eventstream",
  };
  if (result.kind !== "streaming") {
    return { status: 200, headers, body: [complete(toFault(result, requestId))] };
  }
  const { body } = result;
  return { status: 200, headers, body: events(body), done: () => void body.destroy() };
}

async function* events(body: Readable): AsyncGenerator<Buffer> {
  try {
    for await (const piece of body as AsyncIterable<Buffer>) {
      yield toEvent("PayloadChunk", "application/octet-stream", piece);
    }
    yield complete();
  } catch (error) {
    const { message: errorMessage } = error as Error; // the one error of such a stream
    yield complete({ errorType: "Runtime.TruncatedResponse", errorMessage });
  }
}

/** The last event; Lambda's documentation has no words for the code of a function's own error. */
function complete(fault?: object): Buffer {
  const said = fault === undefined ? {} : { ErrorCode: "Unhandled", ErrorDetails: JSON.stringify(fault) };
  return toEvent("InvokeComplete", "application/json", Buffer.from(JSON.stringify(said)));
}

// The local S3 on node:http: requests in, answers out, every error in S3's words.
import { randomUUID } from "node:crypto";
import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import { pipeline } from "node:stream/promises";
import type { Log } from "../../ports.ts";
import { answerRequest, readTargetOf } from "./answer-request.ts";
import type { Answer, S3 } from "./call.ts";
import { toCorsHeaders } from "./cors.ts";
import { S3Error, toErrorXml } from "./s3-error.ts";

/** How long a refused upload may go on sending before it is cut, in milliseconds. */
const lingerMs = 10_000;

/** Serves S3; a request never ends without an answer while its connection lives. */
export function createDoor(to: S3, log: Log): RequestListener {
  return (request, response) => {
    request.on("error", () => {}); // the caller went away; whoever reads the body is told
    void serve(request, response, { to, log }).catch((error: unknown) => {
      log.warn(
        `S3: ${request.method ?? ""} ended early: ${error instanceof Error ? error.message : "unknown"}`,
      );
      response.destroy();
    });
  };
}

async function serve(
  request: IncomingMessage,
  response: ServerResponse,
  { to, log }: { readonly to: S3; readonly log: Log },
): Promise<void> {
  const requestId = randomUUID().replaceAll("-", "").slice(0, 16).toUpperCase();
  const { answer, cors } = await answerOrRefuse(request, { to, log, requestId });
  letRunOut(request, response, to);
  response.writeHead(answer.status, {
    server: "AmazonS3",
    "x-amz-request-id": requestId,
    "x-amz-id-2": "gatewright",
    ...cors,
    ...answer.headers,
    ...(typeof answer.body === "string" && { "content-length": String(Buffer.byteLength(answer.body)) }),
  });
  if (request.method === "HEAD" || answer.body === undefined || typeof answer.body === "string") {
    response.end(request.method === "HEAD" ? undefined : answer.body);
  } else await pipeline(answer.body, response);
}

async function answerOrRefuse(
  request: IncomingMessage,
  by: { readonly to: S3; readonly log: Log; readonly requestId: string },
): Promise<{ answer: Answer; cors: Record<string, string> }> {
  const { to, log, requestId } = by;
  let cors: Record<string, string> = {};
  try {
    const target = readTargetOf(request, to);
    const rules = to.buckets.get(target.bucket ?? "")?.cors ?? [];
    const method = request.method ?? "";
    if (method !== "OPTIONS") cors = toCorsHeaders(rules, { origin: request.headers.origin, method });
    return { answer: await answerRequest(request, target, to), cors };
  } catch (error) {
    if (!(error instanceof S3Error))
      log.error(`S3: ${error instanceof Error ? (error.stack ?? "") : "unknown error"}`);
    const refusal = error instanceof S3Error ? error : new S3Error("InternalError");
    const resource = (request.url ?? "").split("?", 1)[0] ?? "";
    const headers = { "content-type": "application/xml" };
    return {
      answer: { status: refusal.status, headers, body: toErrorXml(refusal, { resource, requestId }) },
      cors,
    };
  }
}

/** Throws away what is left of a body, so that the caller gets to read the answer; not for ever. */
function letRunOut(request: IncomingMessage, response: ServerResponse, to: S3): void {
  if (request.complete) return;
  request.resume();
  const cancel = to.clock.after(lingerMs, () => request.destroy());
  response.on("close", cancel);
  request.on("close", cancel);
}

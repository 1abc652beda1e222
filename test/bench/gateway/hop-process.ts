// Runs in a fresh process: node:http, and one hop to a worker thread and back with the event as JSON.
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { Worker } from "node:worker_threads";
import type { HttpEvent, HttpResult } from "@gatewright/contract";
import { answerParent } from "../child.ts";
import { listen } from "../listen.ts";

const waiting: ServerResponse[] = [];
/** The thread answers in the order in which it was asked. */
let worker: Worker | undefined;

answerParent({
  start: async () => {
    worker = new Worker(new URL("./hop-thread.ts", import.meta.url));
    worker.on("message", (text: string) => write(waiting.shift(), JSON.parse(text) as HttpResult));
    return listen(
      createServer((request, response) => {
        waiting.push(response);
        // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread's port has no origin
        worker?.postMessage(JSON.stringify(toEvent(request)));
      }),
    );
  },
});

function write(response: ServerResponse | undefined, { statusCode, headers, body = "" }: HttpResult): void {
  response?.writeHead(statusCode, { ...headers, "content-length": Buffer.byteLength(body) });
  response?.end(body);
}

/** What an HTTP API would tell of this request, read as cheaply as can be. */
function toEvent({ method = "", url = "", headers }: IncomingMessage): HttpEvent {
  const [path = "", query = ""] = url.split("?");
  const now = Date.now();
  return {
    version: "2.0",
    routeKey: "GET /rooms/{room}",
    rawPath: path,
    rawQueryString: query,
    headers: headers as HttpEvent["headers"], // nothing is sent twice here
    queryStringParameters: Object.fromEntries(new URLSearchParams(query)),
    pathParameters: { room: path.slice(path.lastIndexOf("/") + 1) },
    requestContext: {
      accountId: "123456789012",
      apiId: "a1b2c3d4e5",
      domainName: headers.host ?? "",
      domainPrefix: "127",
      http: {
        method,
        path,
        protocol: "HTTP/1.1",
        sourceIp: "127.0.0.1",
        userAgent: headers["user-agent"] ?? "",
      },
      requestId: "JCInHg8UPHcEJsA=",
      routeKey: "GET /rooms/{room}",
      stage: "$default",
      time: "21/Nov/2026:11:41:07 +0000",
      timeEpoch: now,
    },
    isBase64Encoded: false,
  };
}

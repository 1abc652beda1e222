// A request to an HTTP back end, over node:http, with a time and a size that it may take.
import type { Agent, ClientRequest, IncomingMessage, RequestOptions } from "node:http";
import { limits } from "@gatewright/contract";
import type { HeaderPair } from "../invoke/application.ts";
import type { Clock } from "../ports.ts";
import type { IntegrationReply, NoReply, OutgoingRequest } from "./integration.ts";
import type { StreamRest } from "./lambda-stream.ts";
import { streamAnswer } from "./stream-http.ts";

/** What came of a call. */
export type HttpCallOutcome = { readonly kind: "answered"; readonly reply: IntegrationReply } | NoReply;

/** Calls HTTP back ends. */
export type CallHttp = (request: OutgoingRequest) => Promise<HttpCallOutcome>;

/**
 * Makes a caller that keeps connections alive. It never rejects.
 *
 * The path of a URL is sent as it stands, nothing in it is resolved or encoded again. Redirects are answers.
 */
export function createCallHttp(clock: Clock): CallHttp {
  const agents = new Map<string, Agent>();
  const agentFor = (secure: boolean): Agent => {
    const name = secure ? "node:https" : "node:http";
    const known = agents.get(name);
    if (known) return known;
    const { Agent: Kind } = process.getBuiltinModule(name);
    const agent = new Kind({ keepAlive: true });
    agents.set(name, agent);
    return agent;
  };
  return async (request) => {
    const first = await callOnce(request, clock, agentFor);
    // a kept connection that the other side was just closing: nothing was answered, so the request is sent anew
    return first === "stale" ? await callOnce(request, clock, agentFor).then(settle) : first;
  };
}

function settle(outcome: HttpCallOutcome | "stale"): HttpCallOutcome {
  return outcome === "stale" ? { kind: "unreachable", why: "the connection was closed twice" } : outcome;
}

function callOnce(
  request: OutgoingRequest,
  clock: Clock,
  agentFor: (secure: boolean) => Agent,
): Promise<HttpCallOutcome | "stale"> {
  const [, scheme = "", authority = "", target = ""] =
    /^(https?):\/\/([^/?#]*)([^#]*)/i.exec(request.url) ?? [];
  const secure = scheme.toLowerCase() === "https";
  if (authority === "" || !URL.canParse(`${scheme}://${authority}`)) {
    return Promise.resolve({ kind: "unreachable", why: "the address is none of HTTP" });
  }
  const { hostname, port } = new URL(`${scheme}://${authority}`);
  const options: RequestOptions = {
    agent: agentFor(secure),
    method: request.method,
    hostname: hostname.replace(/^\[|\]$/g, ""),
    port: port === "" ? (secure ? 443 : 80) : Number(port),
    path: target.startsWith("/") ? target : `/${target}`,
    headers: toLines(request, authority),
    setHost: false,
    ...(secure && {
      rejectUnauthorized: request.insecure !== true,
      ...(request.serverName !== undefined && { servername: request.serverName }),
    }),
  };
  return new Promise((resolve) => {
    const cancel = clock.after(request.timeoutMs, () => finish({ kind: "timed-out" }));
    let sent: ClientRequest | undefined;
    const finish = (outcome: HttpCallOutcome | "stale") => {
      cancel();
      resolve(outcome);
      if (outcome === "stale" || outcome.kind !== "answered") sent?.destroy();
    };
    try {
      const { request: start } = process.getBuiltinModule(secure ? "node:https" : "node:http");
      sent = start(options, (answer) => {
        const { timeoutMs, streamIdleMs: idleMs } = request;
        if (idleMs === undefined) collect(answer, finish);
        else finish(toReply(answer, Buffer.alloc(0), streamAnswer(answer, { clock, timeoutMs, idleMs })));
      });
      const current = sent;
      current.on("error", (error: NodeJS.ErrnoException) =>
        finish(current.reusedSocket && error.code === "ECONNRESET" ? "stale" : toFailure(error)),
      );
      current.end(request.body);
    } catch (error) {
      finish({ kind: "unreachable", why: error instanceof Error ? error.message : String(error) });
    }
  });
}

/** Header lines as they go out: the host first, the length last. */
function toLines({ headers, body, method }: OutgoingRequest, authority: string): string[] {
  const bodiless = body.length === 0 && /^(?:GET|HEAD|DELETE|OPTIONS)$/.test(method);
  const host = authority.slice(authority.lastIndexOf("@") + 1);
  const lines: readonly HeaderPair[] = [
    ["Host", host],
    ...headers,
    ...(bodiless ? [] : [["Content-Length", String(body.length)] as const]),
  ];
  return lines.flatMap(([name, value]) => [name, Buffer.from(value, "utf8").toString("latin1")]);
}

function toFailure(error: NodeJS.ErrnoException): HttpCallOutcome {
  const code = error.code ?? "";
  const tls = /CERT|TLS|SSL|SELF_SIGNED|UNABLE_TO_VERIFY|EPROTO/.test(code);
  return { kind: tls ? "untrusted" : "unreachable", why: code === "" ? error.message : code };
}

function collect(answer: IncomingMessage, finish: (outcome: HttpCallOutcome) => void): void {
  const chunks: Buffer[] = [];
  let length = 0;
  answer.on("data", (chunk: Buffer) => {
    length += chunk.length;
    if (length > limits.payloadBytes) finish({ kind: "too-large" });
    else chunks.push(chunk);
  });
  answer.on("error", () => finish({ kind: "unreachable", why: "the answer was cut off" }));
  answer.on("end", () => finish(toReply(answer, Buffer.concat(chunks))));
}

function toReply(
  { rawHeaders, statusCode = 0 }: IncomingMessage,
  body: Buffer,
  stream?: StreamRest,
): HttpCallOutcome {
  const headers = rawHeaders.flatMap((name, at): HeaderPair[] =>
    at % 2 === 0 ? [[name, rawHeaders[at + 1] ?? ""]] : [],
  );
  const reply = {
    status: statusCode,
    headers,
    body,
    selector: String(statusCode),
    ...(stream && { stream }),
  };
  return { kind: "answered", reply };
}

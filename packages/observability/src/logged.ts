// One log line per invocation, and on every other line where it belongs.
import type { MiddlewareObj, Request } from "@middy/core";
import { refuseMissing } from "./failures.ts";
import { redact } from "./redact.ts";
import { readInvocation, statusOf, type Invocation } from "./invocation.ts";

/** What is asked of a logger: Powertools' `Logger` is one. */
export interface InvocationLogger {
  addContext(context: Request["context"]): void;
  appendKeys(keys: Readonly<Record<string, unknown>>): void;
  resetKeys(): void;
  info(message: string, extra: Readonly<Record<string, unknown>>): void;
  error(message: string, extra: Readonly<Record<string, unknown>>): void;
}

/** Where the lines go. */
export interface LoggedOptions {
  /**
   * Your own `Logger`; give it `jsonReplacerFn: redact`. Without it one is made at the first invocation, from
   * `@aws-lambda-powertools/logger`, which leaves secrets out.
   */
  readonly logger?: InvocationLogger;
  /**
   * The service of the logger that is made.
   * @default process.env.POWERTOOLS_SERVICE_NAME
   */
  readonly service?: string;
}

/** What `before` found: later the event may be another object, put there by another middleware. */
interface Begun {
  readonly invocation: Invocation;
  readonly at: number;
}

const begun = Symbol("gatewright.logged");

/**
 * Logs every invocation with its status and duration, whatever its event kind.
 *
 * Every line that the logger writes meanwhile carries `api`, `route`, `stage`, `request_id` and `connection_id`.
 * Headers, path values, queries and bodies are never written; a thrown error is, unless its answer is below 500: what
 * {@link redact} knows of a secret in it is left out where the logger has it.
 * Use it first: what is used first sees the final answer last. When a later middleware answers in its `before`, middy
 * skips all that follows, and so the line.
 *
 * @example
 * const logger = new Logger({ jsonReplacerFn: redact });
 * export const handler = middy().use(logged({ logger })).use(httpRequest()).handler(async () => reply(204));
 */
export function logged({ logger, service }: LoggedOptions = {}): MiddlewareObj {
  let ready = logger;
  return {
    name: "gatewright.logged",
    async before(request) {
      const invocation = readInvocation(request.event);
      // middy keeps `internal` for as long as the invocation: two at a time do not meet.
      Object.assign(request.internal, { [begun]: { invocation, at: performance.now() } satisfies Begun });
      ready ??= await makeLogger(service);
      ready.resetKeys();
      ready.addContext(request.context);
      ready.appendKeys(toKeys(invocation));
    },
    after: (request) => ready && finish(ready, request),
    onError: (request) => ready && finish(ready, request),
  };
}

function finish(logger: InvocationLogger, request: Request): void {
  const { [begun]: start } = request.internal as { [begun]?: Begun }; // put there by `before`
  const status = statusOf(start?.invocation.api ?? "other", request.response, request.error);
  const facts = {
    status,
    ...(start ? { duration_ms: Math.round((performance.now() - start.at) * 10) / 10 } : {}),
  };
  if (status < 500) logger.info("handled", facts);
  else logger.error("failed", request.error instanceof Error ? { ...facts, error: request.error } : facts);
  logger.resetKeys();
}

function toKeys({ api, route, stage, requestId, connectionId }: Invocation): Record<string, unknown> {
  const keys = { api, route, stage, request_id: requestId, connection_id: connectionId };
  return Object.fromEntries(Object.entries(keys).filter((entry) => entry[1] !== undefined));
}

async function makeLogger(service: string | undefined): Promise<InvocationLogger> {
  const peer = "@aws-lambda-powertools/logger";
  const { Logger } = await import("@aws-lambda-powertools/logger").catch(refuseMissing(peer));
  return new Logger({ jsonReplacerFn: redact, ...(service === undefined ? {} : { serviceName: service }) });
}

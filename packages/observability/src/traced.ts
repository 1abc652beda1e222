// X-Ray, loaded only where tracing is on.
import type { MiddlewareObj, Request } from "@middy/core";
import { refuseMissing } from "./failures.ts";
import { readInvocation } from "./invocation.ts";
import { redactError } from "./redact.ts";

/** How segments are named. */
export interface TracedOptions {
  /** @default process.env.POWERTOOLS_SERVICE_NAME */
  readonly service?: string;
}

const tracing = Symbol("gatewright.traced");

/**
 * Traces the invocation with Powertools' `Tracer`: one subsegment, annotated with `api` and `route`.
 *
 * The tracer and the X-Ray SDK under it are loaded at the first traced invocation, and not at all where Lambda gives no
 * trace (`_X_AMZN_TRACE_ID`) or `POWERTOOLS_TRACE_ENABLED` is `false`. Answers are not put into traces; errors are, without
 * the secrets that `redact` knows.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/services-xray.html
 */
export function traced({ service }: TracedOptions = {}): MiddlewareObj {
  let loading: Promise<Tracing> | undefined;
  return {
    name: "gatewright.traced",
    async before(request) {
      if (!isTraced(process.env)) return;
      const { middleware, annotate } = await (loading ??= loadTracing(service));
      Object.assign(request.internal, { [tracing]: middleware });
      await middleware.before?.(request);
      const { api, route } = readInvocation(request.event);
      annotate("api", api);
      if (route !== undefined) annotate("route", route);
    },
    after: async (request) => void (await recall(request)?.after?.(request)),
    onError: async (request) =>
      void (await recall(request)?.onError?.({
        ...request,
        error: redactError(request.error) as Error | null,
      })), // an error stays one
  };
}

interface Tracing {
  readonly middleware: MiddlewareObj;
  readonly annotate: (name: string, value: string) => void;
}

function isTraced(env: NodeJS.ProcessEnv): boolean {
  const wanted = env["POWERTOOLS_TRACE_ENABLED"]?.toLowerCase();
  return Boolean(env["_X_AMZN_TRACE_ID"]) && wanted !== "false" && wanted !== "0";
}

async function loadTracing(service: string | undefined): Promise<Tracing> {
  const peer = "@aws-lambda-powertools/tracer";
  const [{ Tracer }, { captureLambdaHandler }] = await Promise.all([
    import("@aws-lambda-powertools/tracer").catch(refuseMissing(peer)),
    import("@aws-lambda-powertools/tracer/middleware").catch(refuseMissing(peer)),
  ]);
  const tracer = new Tracer(service === undefined ? {} : { serviceName: service });
  return {
    middleware: captureLambdaHandler(tracer, { captureResponse: false }) as MiddlewareObj, // Powertools has its own spelling of the type
    annotate: (name, value) => tracer.putAnnotation(name, value),
  };
}

function recall(request: Request): MiddlewareObj | undefined {
  return (request.internal as { [tracing]?: MiddlewareObj })[tracing]; // put there by `before`
}

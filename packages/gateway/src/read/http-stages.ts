// Stages of the HTTP API: access logs as `provider.logs.httpApi` has them, and `custom.gatewright.httpStages`.
import type { HttpApi, HttpStage } from "../model/http-api.ts";
import type { ThrottleSettings } from "../model/stage.ts";
import type { Cursor } from "./cursor.ts";
import type { Names } from "./names.ts";
import { readAccessLog, readLogFormat, readThrottle, readVariables, small } from "./stage-settings.ts";

/** What an HTTP API says of its stages. */
export type HttpStages = Pick<
  HttpApi,
  "stage" | "stageVariables" | "accessLog" | "defaultThrottle" | "routeThrottles" | "otherStages"
>;

/** A stage beside the API's own. */
export function toOtherStage({ stage, stageVariables, ...settings }: HttpStages): HttpStage {
  const { accessLog, defaultThrottle, routeThrottles } = settings;
  return {
    name: stage,
    variables: stageVariables,
    ...(accessLog && { accessLog }),
    ...(defaultThrottle && { defaultThrottle }),
    ...(routeThrottles && { routeThrottles }),
  };
}

/** What the framework writes where the definition names no format. */
const usualFormat = JSON.stringify({
  requestId: "$context.requestId",
  ip: "$context.identity.sourceIp",
  requestTime: "$context.requestTime",
  httpMethod: "$context.httpMethod",
  routeKey: "$context.routeKey",
  status: "$context.status",
  protocol: "$context.protocol",
  responseLength: "$context.responseLength",
});

/** The stage that the framework deploys. */
export function bareStage(provider: Cursor, names: Names): HttpStages {
  const logs = provider.optional("logs")?.optional("httpApi");
  const isWritten = logs !== undefined && (logs.isMap || logs.flag());
  const given = logs?.isMap ? logs.optional("format") : undefined;
  const format = given && readLogFormat(given, "HTTP");
  return {
    stage: "$default",
    stageVariables: {},
    ...(isWritten && {
      accessLog: {
        format: format ?? usualFormat,
        destinationArn: names.arn("logs", `log-group:/aws/http-api/${names.stack}:*`),
      },
    }),
  };
}

/** Adds what `custom.gatewright.httpStages` says of the stage, and further stages. */
export function readHttpStages(root: Cursor, main: HttpStages): HttpStages {
  const written = root.optional("custom")?.optional("gatewright")?.optional("httpStages")?.entries() ?? [];
  let stage = main;
  for (const [name, at] of written) {
    if (!/^(?:\$default|[\w-]{1,128})$/.test(name)) {
      at.refuse("under $default or the name of a stage: letters, digits, - and _");
    }
    const variables = readVariables(at.optional("variables"));
    if (name === stage.stage) {
      stage = { ...withSettings(at, stage), stageVariables: { ...stage.stageVariables, ...variables } };
    } else {
      const others = stage.otherStages ?? [];
      const { variables: before, ...declared } = others.find((one) => one.name === name) ?? { variables: {} };
      const other = withSettings(at, {
        ...declared,
        stage: name,
        stageVariables: { ...before, ...variables },
      });
      stage = {
        ...stage,
        otherStages: [...others.filter((one) => one.name !== name), toOtherStage(other)],
      };
    }
  }
  return stage;
}

function withSettings(at: Cursor, stage: HttpStages): HttpStages {
  const throttle = at.optional("throttle");
  const routes = (at.optional("routeThrottles")?.entries() ?? []).map(
    ([route, place]): [string, ThrottleSettings] => [route, readThrottle(place, small)],
  );
  const accessLog = readAccessLog(at.optional("accessLog"), small, "HTTP");
  return {
    ...stage,
    ...(throttle !== undefined && { defaultThrottle: readThrottle(throttle, small) }),
    ...(routes.length > 0 && { routeThrottles: Object.fromEntries(routes) }),
    ...(accessLog !== undefined && { accessLog }),
  };
}

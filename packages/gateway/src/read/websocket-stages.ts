// Stages of the WebSocket API: access logs as `provider.logs.websocket` has them, and what resources declare or change.
import type { RouteSettings, WebsocketApi, WebsocketRoute, WebsocketStage } from "../model/websocket-api.ts";
import type { Cursor } from "./cursor.ts";
import { ofApi, type V2Context } from "./http-resources.ts";
import {
  capital,
  readAccessLog,
  readLogFormat,
  readMethodSettings,
  readVariables,
  skipV2StageKeys,
} from "./stage-settings.ts";

/** What a WebSocket API says of its stages. */
export type WebsocketStages = Pick<
  WebsocketApi,
  "stage" | "stageVariables" | "accessLog" | "defaultSettings" | "routeSettings" | "otherStages"
>;

/** What the framework writes where the definition names no format. */
const usualFormat = [
  "$context.identity.sourceIp",
  "$context.identity.caller",
  "$context.identity.user",
  "[$context.requestTime]",
  '"$context.eventType $context.routeKey $context.connectionId"',
  "$context.requestId",
].join(" ");

/** All stages of the API: the framework's, or else the first that is declared, with the others beside it. */
export function readWebsocketStages(
  context: V2Context,
  { isFramework, routes }: { readonly isFramework: boolean; readonly routes: readonly WebsocketRoute[] },
): WebsocketStages {
  const { definition, declared } = context;
  const bare: WebsocketStages = isFramework
    ? bareStage(definition.root.at("provider"), context)
    : { stage: definition.names.stage, stageVariables: {} };
  const patched = declared
    .patches("WebsocketsDeploymentStage")
    .reduce((before, at) => readStage(at, before, routes), bare);
  const own = ofApi(context, "AWS::ApiGatewayV2::Stage").map(({ properties: at }) =>
    readStage(
      at,
      {
        stage: at.at("StageName").matching(/^[\w-]{1,128}$/, "a stage: letters, digits, - and _"),
        stageVariables: {},
      },
      routes,
    ),
  );
  const [main = patched, ...others] = isFramework ? [patched, ...own] : own;
  return others.length === 0 ? main : { ...main, otherStages: others.map(toOtherStage) };
}

function toOtherStage({ stage, stageVariables, ...settings }: WebsocketStages): WebsocketStage {
  return { name: stage, variables: stageVariables, ...settings };
}

/** @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-apigatewayv2-stage.html */
function readStage(at: Cursor, base: WebsocketStages, known: readonly WebsocketRoute[]): WebsocketStages {
  skipV2StageKeys(at);
  const accessLog = readAccessLog(at.optional("AccessLogSettings"), capital, "WebSocket");
  const usual = at.optional("DefaultRouteSettings");
  const routes = (at.optional("RouteSettings")?.entries() ?? []).map(
    ([routeKey, place]): [string, RouteSettings] => {
      if (!known.some((route) => route.routeKey === routeKey)) place.refuse("under a route of the API");
      return [routeKey, readSettings(place)];
    },
  );
  return {
    ...base,
    stageVariables: { ...base.stageVariables, ...readVariables(at.optional("StageVariables")) },
    ...(accessLog && { accessLog }),
    ...(usual && { defaultSettings: { ...base.defaultSettings, ...readSettings(usual) } }),
    ...(routes.length > 0 && { routeSettings: { ...base.routeSettings, ...Object.fromEntries(routes) } }),
  };
}

function readSettings(at: Cursor): RouteSettings {
  const detailed = at.optional("DetailedMetricsEnabled")?.flag();
  const { throttlingRateLimit, throttlingBurstLimit, loggingLevel, dataTraceEnabled } = readMethodSettings(
    at,
    capital,
  );
  return {
    ...(throttlingRateLimit !== undefined && { throttlingRateLimit }),
    ...(throttlingBurstLimit !== undefined && { throttlingBurstLimit }),
    ...(loggingLevel !== undefined && { loggingLevel }),
    ...(dataTraceEnabled !== undefined && { dataTraceEnabled }),
    ...(detailed !== undefined && { metricsEnabled: detailed }),
  };
}

/** The stage that the framework deploys. */
function bareStage(provider: Cursor, { definition }: V2Context): WebsocketStages {
  const { names } = definition;
  const bare = { stage: names.stage, stageVariables: {} };
  const logs = provider.optional("logs")?.optional("websocket");
  if (logs === undefined || (!logs.isMap && !logs.flag())) return bare;
  const of = (key: string): Cursor | undefined => (logs.isMap ? logs.optional(key) : undefined);
  const level = of("level")?.oneOf(["INFO", "ERROR"]) ?? "INFO";
  const isExecuted = of("executionLogging")?.flag() ?? true;
  const isWritten = of("accessLogging")?.flag() ?? true;
  const written = of("format");
  const format = written ? readLogFormat(written, "WebSocket") : usualFormat;
  of("roleManagedExternally")?.skip();
  of("role")?.skip();
  return {
    ...bare,
    defaultSettings: {
      dataTraceEnabled: of("fullExecutionData")?.flag() ?? true,
      loggingLevel: isExecuted ? level : "OFF",
    },
    ...(isWritten && {
      accessLog: {
        format,
        destinationArn: names.arn("logs", `log-group:/aws/websocket/${names.service}-${names.stage}`),
      },
    }),
  };
}

// The stages of a WebSocket API: the API as each of them serves it, stage variables put in.
import type { LambdaFunction } from "../model/lambda-function.ts";
import type { WebsocketApi, WebsocketIntegration, WebsocketStage } from "../model/websocket-api.ts";
import { fillAuthorizer, fillMapped, findFunction } from "./stage-variables.ts";

type Named = Pick<LambdaFunction, "key" | "name">;

/**
 * The API once for each of its stages, its own stage first.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-about.html
 */
export function toWebsocketStages(api: WebsocketApi, functions: readonly Named[]): readonly WebsocketApi[] {
  const { stage, stageVariables, otherStages = [], accessLog, defaultSettings, routeSettings } = api;
  const own: WebsocketStage = {
    name: stage,
    variables: stageVariables,
    ...(accessLog && { accessLog }),
    ...(defaultSettings && { defaultSettings }),
    ...(routeSettings && { routeSettings }),
  };
  return [own, ...otherStages].map((one) => onStage(api, one, functions));
}

function onStage(
  { id, name, routeSelectionExpression, apiKeySource, models, routes, authorizers }: WebsocketApi,
  { name: stage, variables: stageVariables, ...settings }: WebsocketStage,
  functions: readonly Named[],
): WebsocketApi {
  const keyOf = (text: string): string => findFunction(text, stageVariables, functions);
  const fill = (integration: WebsocketIntegration): WebsocketIntegration =>
    integration.type === "AWS_PROXY"
      ? { ...integration, functionKey: keyOf(integration.functionKey) }
      : fillMapped(integration, stageVariables, keyOf);
  return {
    id,
    name,
    stage,
    stageVariables,
    routeSelectionExpression,
    ...(apiKeySource && { apiKeySource }),
    ...(models && { models }),
    ...settings,
    authorizers: authorizers.map((one) => fillAuthorizer(one, keyOf)),
    routes: routes.map((route) => ({ ...route, integration: fill(route.integration) })),
  };
}

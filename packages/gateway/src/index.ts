// The front door of the local gateway.
export { readPort } from "./cli/args.ts";
export { printError, printNotices, printOutput, printReady, terminalLog } from "./cli/print.ts";
export { endWithProcess } from "./cli/run.ts";
export { defineApi, type ApiDefinition } from "./define/define-api.ts";
export type { FileHandler, FunctionSettings, Handler, InlineHandler, Text } from "./define/handlers.ts";
export type {
  ApiKeySettings,
  GatewayResponseSettings,
  MethodSettingsOfStage,
  RestAuthorizerSettings,
  RestIntegrationSettings,
  RestRouteSettings,
  RestSettings,
  RestStageSettings,
  UsagePlanSettings,
} from "./define/rest-settings.ts";
export type {
  HttpAuthorizerSettings,
  HttpIntegrationSettings,
  HttpRouteSettings,
  HttpSettings,
  HttpStageSettings,
  RouteThrottle,
  WebsocketAuthorizerSettings,
  WebsocketIntegrationSettings,
  WebsocketRouteOfStage,
  WebsocketRouteSettings,
  WebsocketSettings,
  WebsocketStageSettings,
} from "./define/v2-settings.ts";
export type { ConnectionFault, ConnectionFaultAnswer, Faults } from "./faults/faults.ts";
export { failures } from "./failures.ts";
export { manualClock, type ManualClock } from "./manual-clock.ts";
export type { Notice, Service } from "./model/service.ts";
export { assertPortFree, type PortName } from "./port-plan.ts";
export type { Clock, Functions, Invocation, InvokeOptions, Log } from "./ports.ts";
export { readCloudformation, type TemplateOptions } from "./read/cloudformation.ts";
export { readDefinition } from "./read/read-definition.ts";
export { readServerless, type ReadOptions } from "./read/serverless.ts";
export { startGateway, type Gateway, type GatewayOptions } from "./start.ts";
export type { TrafficControl } from "./start-traffic.ts";

// A mapped integration of a WebSocket route made ready: templates, mappings and patterns compiled, selections too.
import {
  type DeployedIntegration,
  type DeployedResponse,
  deployIntegration,
} from "../deploy/mapped-integration.ts";
import { failures } from "../failures.ts";
import type { IntegrationResponse, MappedIntegration } from "../model/integration.ts";
import type { WebsocketIntegrationResponse, WebsocketMappedIntegration } from "../model/websocket-api.ts";
import { compileExpression, type Selection, type SelectionPlace } from "./selection.ts";

/** A mapped integration, ready. */
export interface MappedRoute {
  readonly deployed: DeployedIntegration;
  readonly selectTemplate: Selection | undefined;
  /** How each response chooses its template. */
  readonly responseTemplates: ReadonlyMap<DeployedResponse, Selection | undefined>;
  readonly timeoutMs: number;
}

/**
 * Makes a route's integration ready.
 *
 * @throws failures `TEMPLATE_UNREADABLE`, `MAPPING_UNREADABLE`, `SELECTION_PATTERN_UNREADABLE`,
 *   `SELECTION_EXPRESSION_INVALID`.
 */
export function deployMapped(routeKey: string, model: WebsocketMappedIntegration): MappedRoute {
  const { templateSelection, responses, ...shared } = model;
  const method = { method: "WebSocket", path: routeKey };
  const deployed = deployIntegration(method, {
    ...shared,
    requestParameters: respell(routeKey, model.requestParameters),
    responses: responses.map((response) => toRestResponse(routeKey, response)),
  });
  const selections = responses.map((response) =>
    select(`an answer of the route ${routeKey}`, response.templateSelection, "message and reply"),
  );
  return {
    deployed,
    selectTemplate: select(`the route ${routeKey}`, templateSelection, "message"),
    responseTemplates: new Map(deployed.responses.map((response, index) => [response, selections[index]])),
    timeoutMs: model.timeoutMs,
  };
}

/** Compiles an expression, where there is one. @throws failure `SELECTION_EXPRESSION_INVALID`. */
export function select(
  of: string,
  expression: string | undefined,
  place: SelectionPlace,
): Selection | undefined {
  if (expression === undefined) return undefined;
  const refuse = (why: string) => failures.create("SELECTION_EXPRESSION_INVALID", { of, expression, why });
  return compileExpression(expression, { place, refuse });
}

/** WebSocket APIs say `route` where REST APIs say `method`, and know no path. */
function respell(
  routeKey: string,
  mappings: Readonly<Record<string, string>>,
): MappedIntegration["requestParameters"] {
  return Object.fromEntries(
    Object.entries(mappings).map(([target, expression]) => {
      if (expression.startsWith("method.") || expression.startsWith("route.request.path.")) {
        throw failures.create("MAPPING_UNREADABLE", { route: `WebSocket ${routeKey}`, expression });
      }
      return [
        target.replace(/^route\.response\./, "method.response."),
        expression.replace(/^route\.request\./, "method.request."),
      ];
    }),
  );
}

/** A key is a pattern between slashes, a text that must be met, or `$default` for all that no other key takes. */
function toRestResponse(routeKey: string, response: WebsocketIntegrationResponse): IntegrationResponse {
  const { key, responseParameters, responseTemplates, contentHandling } = response;
  const pattern = /^\/([^]*)\/$/.exec(key)?.[1] ?? key.replaceAll(/[\\^$.*+?()[\]{}|]/g, "\\$&");
  return {
    statusCode: key,
    ...(key !== "$default" && { selectionPattern: pattern }),
    responseParameters: respell(routeKey, responseParameters),
    responseTemplates,
    ...(contentHandling && { contentHandling }),
  };
}

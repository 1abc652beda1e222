// AWS's limits on WebSocket APIs that can be told from a definition.
import { type DefinitionLimit, fixed, row } from "./limit-row.ts";
import { countIntegrations, ofSocket, templateBytesOf } from "./measures.ts";

const socket =
  "https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-execution-service-websocket-limits-table.html";

/** Routes, integrations, stages, templates, authorizers and timeouts. */
export const websocketLimits: readonly DefinitionLimit[] = [
  row(
    "routes per WebSocket API",
    300,
    socket,
    ofSocket((api) => [{ what: "the WebSocket API", value: api.routes.length }]),
  ),
  row(
    "integrations per WebSocket API",
    300,
    socket,
    ofSocket((api) => [{ what: "the WebSocket API", value: countIntegrations(api) }]),
  ),
  row(
    "stages per WebSocket API",
    10,
    socket,
    ofSocket(({ otherStages = [] }) => [{ what: "the WebSocket API", value: otherStages.length + 1 }]),
  ),
  fixed(
    "bytes of a WebSocket API's mapping template",
    307_200,
    socket,
    ofSocket((api) =>
      api.routes.flatMap(({ routeKey, integration }) =>
        templateBytesOf(`the route ${routeKey}`, integration),
      ),
    ),
  ),
  row(
    "authorizers per WebSocket API",
    10,
    socket,
    ofSocket((api) => [{ what: "the WebSocket API", value: api.authorizers.length }]),
  ),
  fixed(
    "milliseconds of a WebSocket API's integration timeout",
    [50, 29_000],
    socket,
    ofSocket((api) =>
      api.routes.map(({ routeKey, integration }) => ({
        what: `the route ${routeKey}`,
        value: integration.timeoutMs,
      })),
    ),
  ),
];

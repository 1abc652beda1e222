// The values of `$context` variables in the access log of a WebSocket API.
import { type Variables, toIntegrationStatus } from "./context-variables.ts";
import type { SocketFacts } from "./websocket-facts.ts";

/**
 * Everything that an access log of a WebSocket API can name. What does not exist for this event is left out.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/websocket-api-logging.html
 */
export function toSocketVariables(facts: SocketFacts): Variables {
  const { context, status, called, error, startedAt, endedAt } = facts;
  const integrationStatus = called && toIntegrationStatus(called.outcome);
  const failed = called && error?.why;
  const latency = called?.isMock === false ? called.latencyMs : undefined;
  return {
    ...context,
    status,
    responseLatency: endedAt - startedAt,
    integrationLatency: latency,
    integrationStatus,
    integrationErrorMessage: failed,
    integration: { latency, integrationStatus, status: called?.status, error: failed },
    error: {
      message: error?.message,
      messageString: error && JSON.stringify(error.message),
      responseType: error?.type,
      validationErrorString: error?.detail?.(),
    },
    ...toGuard(facts),
  };
}

/** What became of the checks of `$connect`; later events only repeat what the authorizer said. */
function toGuard({ context, error }: SocketFacts): Variables {
  if (context.eventType !== "CONNECT") return {};
  const refused = error && guardStatuses[error.type];
  const asked = context.authorizer;
  if (refused === undefined && !asked && context.identity.userArn === undefined) return {};
  const passed = { status: refused ?? 200, ...(refused !== undefined && { error: error?.message }) };
  const latency = asked?.integrationLatency;
  const said = refused === 500 ? 500 : 200;
  return {
    authorize: passed,
    authenticate: { ...passed, status: refused === 401 ? 401 : 200 },
    ...(asked && {
      authorizer: {
        ...asked,
        latency,
        integrationLatency: latency,
        integrationStatus: 200,
        status: said,
        ...(refused !== undefined && { error: error?.message }),
      },
    }),
  };
}

const guardStatuses: Readonly<Record<string, number>> = {
  ACCESS_DENIED: 403,
  UNAUTHORIZED: 401,
  AUTHORIZER_CONFIGURATION_ERROR: 500,
};

// The values of `$context` variables in the access log of a WebSocket API.
import { toPhases } from "./access-phases.ts";
import type { Variables } from "./context-variables.ts";
import { readOutcome, toIntegrationStatus } from "./facts.ts";
import { createMasking } from "./redaction.ts";
import type { ShownError } from "./shown-error.ts";
import type { SocketFacts } from "./websocket-facts.ts";

/**
 * Everything that an access log of a WebSocket API can name. What does not exist for this event is left out.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/websocket-api-logging.html
 */
export function toSocketVariables(facts: SocketFacts): Variables {
  const { context, status, called, access } = facts;
  const error = toShownError(facts);
  const phases = access && toPhases({ ...access, refusal: access.isIn ? undefined : error });
  const latency = called?.isMock === false ? called.latencyMs : undefined;
  return {
    ...context,
    status,
    ...phases,
    authorizer: { ...context.authorizer, ...phases?.authorizer },
    integrationLatency: latency,
    integration: {
      latency,
      integrationStatus: called && toIntegrationStatus(called.outcome),
      requestId: called && readOutcome(called.outcome).requestId,
      status: called?.status,
      error: called && error?.why,
    },
    error: {
      message: error?.message,
      messageString: error && JSON.stringify(error.message),
      responseType: error?.type,
      validationErrorString: error?.validation,
    },
  };
}

/** The error, which may tell what the caller showed: secrets are masked. */
function toShownError({ error, status, secrets }: SocketFacts): ShownError | undefined {
  if (!error) return undefined;
  const mask = createMasking(secrets?.() ?? []);
  const { type, message, why, detail } = error;
  return {
    type,
    status,
    message: message === null ? null : mask(message),
    why: why === undefined ? undefined : mask(why),
    validation: detail && mask(detail()),
  };
}

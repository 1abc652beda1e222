// Whether a call of @connections is signed by the local account: Signature Version 4, really checked.
import { type Credentials, payloadHash, verifyRequest } from "@gatewright/signature";
import type { Clock } from "../ports.ts";
import type { PlainRequest } from "../websocket/wire.ts";

/** Who may call, and where. */
export interface Signatory {
  readonly credentials: Credentials;
  readonly region: string;
  readonly clock: Clock;
}

/**
 * Makes the check of signatures for the service `execute-api`, the body included.
 *
 * It answers `ok` or says why not, in AWS's words.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-how-to-call-websocket-api-connections.html
 */
export function createVerify({
  credentials,
  region,
  clock,
}: Signatory): (request: PlainRequest & { readonly body: Buffer }) => string {
  return ({ method, target, headers, body }) => {
    const verdict = verifyRequest(
      { method, target, headers, payloadHash: payloadHash(body) },
      {
        findCredentials: (accessKeyId) => (accessKeyId === credentials.accessKeyId ? credentials : undefined),
        region,
        service: "execute-api",
        now: new Date(clock.now()),
      },
    );
    return verdict.ok ? "ok" : verdict.message;
  };
}

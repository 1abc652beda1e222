// Whether a call of @connections is signed by the local account: Signature Version 4, really checked.
import { createVerifier, type Credentials, payloadHash } from "@gatewright/signature";
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
 * It answers `ok` or says why not, in AWS's words. A broadcast posts the same body again and again: its hash is kept.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-how-to-call-websocket-api-connections.html
 */
export function createVerify({
  credentials,
  region,
  clock,
}: Signatory): (request: PlainRequest & { readonly body: Buffer }) => string {
  const verify = createVerifier({
    findCredentials: (accessKeyId) => (accessKeyId === credentials.accessKeyId ? credentials : undefined),
    region,
    service: "execute-api",
  });
  let last: { readonly body: Buffer; readonly hash: string } | undefined;
  const hashOf = (body: Buffer): string => {
    if (!last?.body.equals(body)) last = { body: Buffer.from(body), hash: payloadHash(body) };
    return last.hash;
  };
  return ({ method, target, headers, body }) => {
    const verdict = verify({ method, target, headers, payloadHash: hashOf(body) }, new Date(clock.now()));
    return verdict.ok ? "ok" : verdict.message;
  };
}

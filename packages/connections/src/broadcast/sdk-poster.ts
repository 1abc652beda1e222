// The poster on the AWS SDK's own client, for who has one already.
import { failures } from "../failures.ts";
import { readOutcome, toFailedOutcome } from "./outcome.ts";
import type { CallOptions, Outcome, Poster } from "./poster.ts";

/** The three calls of `ApiGatewayManagementApi` (the class with methods) of `@aws-sdk/client-apigatewaymanagementapi`. */
export interface ManagementClient {
  postToConnection(input: SdkPost, options?: SdkOptions): Promise<unknown>;
  deleteConnection(input: SdkTarget, options?: SdkOptions): Promise<unknown>;
  getConnection(input: SdkTarget, options?: SdkOptions): Promise<SdkSight>;
}

interface SdkTarget {
  ConnectionId: string;
}
interface SdkPost extends SdkTarget {
  Data: Uint8Array;
}
interface SdkOptions {
  abortSignal?: AbortSignal;
}
interface SdkSight {
  ConnectedAt?: Date | undefined;
  LastActiveAt?: Date | undefined;
  Identity?: { SourceIp?: string | undefined; UserAgent?: string | undefined } | undefined;
}

/**
 * Posts through the AWS SDK's client. Give a function where connections have different endpoints.
 *
 * The client tries again by itself before the broadcaster does; `maxAttempts: 1` leaves it to the broadcaster.
 *
 * @example
 * const poster = sdkPoster(new ApiGatewayManagementApi({ endpoint, maxAttempts: 1 }));
 */
export function sdkPoster(client: ManagementClient | ((endpoint: string) => ManagementClient)): Poster {
  const clients = new Map<string, ManagementClient>();
  const clientFor = (endpoint: string): ManagementClient => {
    if (typeof client !== "function") return client;
    const known = clients.get(endpoint) ?? client(endpoint);
    clients.set(endpoint, known);
    return known;
  };
  return {
    post: ({ connectionId, endpoint }, message, call) =>
      settle(endpoint, () =>
        clientFor(endpoint).postToConnection(
          { ConnectionId: connectionId, Data: message.bytes },
          toSdkOptions(call),
        ),
      ),
    close: ({ connectionId, endpoint }, call) =>
      settle(endpoint, () =>
        clientFor(endpoint).deleteConnection({ ConnectionId: connectionId }, toSdkOptions(call)),
      ),
    async look({ connectionId, endpoint }, call) {
      let seen: SdkSight = {};
      const outcome = await settle(endpoint, async () => {
        seen = await clientFor(endpoint).getConnection({ ConnectionId: connectionId }, toSdkOptions(call));
      });
      if (outcome.kind === "gone") return undefined;
      if (outcome.kind !== "done") {
        throw failures.create("LOOK_REFUSED", { says: "says" in outcome ? outcome.says : outcome.kind });
      }
      return {
        connectedAt: seen.ConnectedAt?.toISOString() ?? "",
        lastActiveAt: seen.LastActiveAt?.toISOString() ?? "",
        identity: {
          sourceIp: seen.Identity?.SourceIp ?? "",
          ...(seen.Identity?.UserAgent && { userAgent: seen.Identity.UserAgent }),
        },
      };
    },
  };
}

function toSdkOptions(call: CallOptions | undefined): SdkOptions {
  return call?.signal ? { abortSignal: call.signal } : {};
}

/** The SDK's errors carry the status in `$metadata`; without one there was no answer. */
async function settle(endpoint: string, call: () => Promise<unknown>): Promise<Outcome> {
  const host = URL.parse(endpoint)?.host ?? endpoint;
  try {
    await call();
    return { kind: "done" };
  } catch (error) {
    const { name, code, status } = readSdkError(error);
    if (status !== undefined) return readOutcome({ status, errorType: name, host });
    if (code === undefined && name !== "TimeoutError" && name !== "AbortError") throw error;
    // the SDK calls a reset line a TimeoutError too: the code tells them apart
    return toFailedOutcome(code ?? (name === "TimeoutError" ? "TIMEOUT" : "ABORT_ERR"), host);
  }
}

function readSdkError(error: unknown): { name?: string; code?: string; status?: number } {
  if (!(error instanceof Error)) return {};
  const { code, $metadata } = error as { code?: unknown; $metadata?: { httpStatusCode?: number } }; // SDK v3's shape
  const status = $metadata?.httpStatusCode;
  return {
    name: error.name,
    ...(typeof code === "string" && { code }),
    ...(status !== undefined && { status }),
  };
}

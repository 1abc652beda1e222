// The same broadcast by four means: ours, the AWS client all at once and fifty at a time, and bare HTTP signed beforehand.
import { ApiGatewayManagementApi } from "@aws-sdk/client-apigatewaymanagementapi";
import { broadcast, managementPoster, memoryRegistry } from "@gatewright/connections";
import { payloadHash, signRequest, type Credentials } from "@gatewright/signature";
import { Pool } from "undici";

/** Whom to post to. */
export interface Crowd {
  readonly endpoint: string;
  readonly connectionIds: readonly string[];
  readonly credentials: Credentials;
}

/** Posts a text to everybody. `prepare` is not timed. */
export interface CrowdPoster {
  prepare?(text: string): void;
  post(text: string): Promise<void>;
  close(): Promise<void>;
}

const region = "us-east-1";

/** The posters by name. */
export const posters: Readonly<Record<string, (crowd: Crowd) => Promise<CrowdPoster>>> = {
  ours,
  "sdk, all at once": (crowd) => sdk(crowd, Infinity),
  "sdk, 50 at a time": (crowd) => sdk(crowd, 50),
  "raw (undici, 16)": raw,
};

async function ours({ endpoint, connectionIds, credentials }: Crowd): Promise<CrowdPoster> {
  const registry = memoryRegistry();
  const connectedAt = Date.now() - 60_000;
  for (const connectionId of connectionIds) {
    await registry.connect({ connectionId, endpoint, userId: "ada", connectedAt });
    await registry.join(connectionId, "crowd");
  }
  const poster = managementPoster({ credentials, region });
  return {
    async post(text) {
      const options = { deadline: Date.now() + 60_000 };
      const tally = await broadcast({ registry, poster }, { room: "crowd" }, text, options);
      if (tally.delivered !== connectionIds.length)
        throw new Error(`ours: ${tally.failed[0]?.says ?? "lost"}`);
    },
    close: async () => undefined,
  };
}

async function sdk({ endpoint, connectionIds, credentials }: Crowd, most: number): Promise<CrowdPoster> {
  // its sockets are as many as it takes by itself; it only need not warn that others wait for them
  const requestHandler = { socketAcquisitionWarningTimeout: 600_000 };
  const api = new ApiGatewayManagementApi({ endpoint, region, credentials, requestHandler });
  return {
    async post(text) {
      const left = connectionIds.values();
      const workers = Math.min(most, connectionIds.length);
      const work = async (): Promise<void> => {
        for (const ConnectionId of left) await api.postToConnection({ ConnectionId, Data: text });
      };
      await Promise.all(Array.from({ length: workers }, work));
    },
    close: async () => api.destroy(),
  };
}

async function raw({ endpoint, connectionIds, credentials }: Crowd): Promise<CrowdPoster> {
  const { origin, pathname } = new URL(endpoint);
  const pool = new Pool(origin, { connections: 16 });
  let ready: { readonly path: string; readonly headers: Record<string, string> }[] = [];
  return {
    prepare(text) {
      const hash = payloadHash(text);
      ready = connectionIds.map((id) => {
        const path = `${pathname}/@connections/${encodeURIComponent(id)}`;
        const request = { method: "POST", url: new URL(path, origin), payloadHash: hash };
        return { path, headers: signRequest(request, { credentials, region, service: "execute-api" }) };
      });
    },
    async post(text) {
      const left = ready.values();
      const work = async (): Promise<void> => {
        for (const { path, headers } of left) {
          const { statusCode, body } = await pool.request({ method: "POST", path, headers, body: text });
          await body.dump();
          if (statusCode !== 200) throw new Error(`raw: ${statusCode}`);
        }
      };
      await Promise.all(Array.from({ length: 32 }, work));
    },
    close: () => pool.close(),
  };
}

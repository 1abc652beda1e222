// Opens the doors of all APIs that a definition describes, and of its domains.
import { createAccess } from "./access.ts";
import type { DataFolder } from "./data-folder.ts";
import { startDomains } from "./domains/start-domains.ts";
import { startHttpDoor } from "./doors/http.ts";
import type { Endings } from "./endings.ts";
import type { FaultSource } from "./faults/faults.ts";
import type { Service } from "./model/service.ts";
import type { ThrottleSettings } from "./model/stage.ts";
import type { PortName } from "./port-plan.ts";
import { systemIds, type Clock, type Functions, type Log } from "./ports.ts";
import { openTraffic, type Traffic, type TrafficControl } from "./start-traffic.ts";
import { startWebsocketApi } from "./websocket/start-websocket-api.ts";

/** What doors are opened with. */
export interface DoorsOptions {
  readonly service: Service;
  readonly ports: Readonly<Partial<Record<PortName, number>>>;
  readonly data: DataFolder;
  readonly functions: Functions;
  /** Addresses of what already runs. */
  readonly backends: Readonly<Partial<Record<PortName, string>>>;
  readonly clock: Clock;
  readonly log: Log;
  readonly endings: Endings;
  readonly faults: FaultSource;
  readonly callerHeaders?: boolean;
  readonly accountThrottle?: ThrottleSettings;
  readonly cacheBytes?: number;
}

/** Open doors: their addresses, and what can be done with the traffic through them. */
export interface Doors {
  readonly urls: Readonly<Partial<Record<PortName, string>>>;
  readonly control: TrafficControl;
}

/**
 * Opens every door for which there is an API and a port.
 *
 * @throws `PORT_TAKEN`, and the failures of deploying an API.
 */
export async function startDoors(options: DoorsOptions): Promise<Doors> {
  const { service, data, clock, log, endings, functions } = options;
  const { accountThrottle = service.localLimits?.accountThrottle } = options;
  const { cacheBytes = service.localLimits?.cacheBytes } = options;
  const access = createAccess({ service, data, clock, log, issuer: options.backends.cognito });
  const callerHeaders = options.callerHeaders ?? false;
  const shared = { service, functions, clock, log, ids: systemIds, access, callerHeaders };
  const { folder, apiKeyValues } = data;
  const services = { endpoints: options.backends, credentials: data.credentials, region: service.region };
  const traffic = endings.add(
    await openTraffic({ ...shared, folder, apiKeyValues, accountThrottle, cacheBytes, services }),
  );
  const urls = {
    ...(await openRest(options, traffic)),
    ...(await openHttp(options, traffic)),
    ...(await openWebsocket(options, shared)),
    ...(await openDomains(options, shared, traffic)),
  };
  return { urls, control: traffic.control };
}

type Shared = Pick<
  Parameters<typeof startWebsocketApi>[0],
  "service" | "functions" | "clock" | "log" | "ids"
> & {
  readonly access: ReturnType<typeof createAccess>;
  readonly callerHeaders: boolean;
};

async function openRest(options: DoorsOptions, { rest }: Traffic): Promise<{ rest?: string }> {
  const { service, ports, log, endings } = options;
  if (!service.restApi || !rest || ports.rest === undefined) return {};
  const door = endings.add(
    await startHttpDoor({ port: ports.rest, for: "the REST API", application: rest, log }),
  );
  return { rest: `http://127.0.0.1:${door.port}/${service.restApi.stage}` };
}

async function openHttp(options: DoorsOptions, { http }: Traffic): Promise<{ http?: string }> {
  const { service, ports, log, endings } = options;
  if (!service.httpApi || !http || ports.http === undefined) return {};
  const { stage } = service.httpApi;
  const door = endings.add(
    await startHttpDoor({ port: ports.http, for: "the HTTP API", application: http, log }),
  );
  return { http: `http://127.0.0.1:${door.port}${stage === "$default" ? "" : `/${stage}`}` };
}

async function openWebsocket(options: DoorsOptions, shared: Shared): Promise<{ websocket?: string }> {
  const { service, ports, data, faults, endings } = options;
  const { websocketApi: api } = service;
  if (!api || ports.websocket === undefined) return {};
  const { credentials } = data;
  const { identities } = shared.access;
  const door = endings.add(
    await startWebsocketApi({ ...shared, api, credentials, identities, port: ports.websocket, faults }),
  );
  return { websocket: `ws://127.0.0.1:${door.port}/${api.stage}` };
}

/** Domains lead to the APIs themselves: what is told at an API's own address is not told there. */
async function openDomains(
  options: DoorsOptions,
  shared: Shared,
  { rest, http }: Traffic,
): Promise<{ domains?: string }> {
  const { service, ports, data, backends, endings } = options;
  const { domains } = service;
  if (!domains || ports.domains === undefined) return {};
  const { credentials } = data;
  const { region } = service;
  const s3 = backends.s3 === undefined ? {} : { s3: { endpoint: backends.s3, region, credentials } };
  const door = endings.add(
    await startDomains({
      ...shared,
      domains,
      applications: { ...(rest && { rest }), ...(http && { http }) },
      certificates: data.folderFor("certificates"),
      truststores: { folder: service.folder, ...s3 },
      port: ports.domains,
    }),
  );
  return { domains: `https://127.0.0.1:${door.port}` };
}

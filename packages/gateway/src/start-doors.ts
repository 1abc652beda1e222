// Opens the doors that a definition asks for: REST, HTTP and WebSocket APIs, custom domains.
import { createAccess } from "./access.ts";
import { startDomains } from "./domains/start-domains.ts";
import { startFunctionUrls } from "./function-urls/start-function-urls.ts";
import { startHttpDoor } from "./doors/http.ts";
import type { LocalServices } from "./integrations/aws-request.ts";
import type { Access } from "./invoke/ask-authorizer.ts";
import { type Functions, systemIds } from "./ports.ts";
import type { Parts, Urls } from "./start-parts.ts";
import { openTraffic, type Traffic, type TrafficControl } from "./start-traffic.ts";
import { type SocketAccount, startWebsocketApi } from "./websocket/start-websocket-api.ts";

/** Starts every API behind a door of its own. The back ends run already. */
export async function startDoors(
  parts: Parts,
  functions: Functions,
  backends: Urls,
): Promise<{
  readonly urls: Urls;
  readonly functionUrls: Readonly<Record<string, string>>;
  readonly control: TrafficControl;
}> {
  const { service, data, clock, log, endings } = parts;
  const { callerHeaders = false } = parts;
  const { accountThrottle = service.localLimits?.accountThrottle } = parts;
  const { cacheBytes = service.localLimits?.cacheBytes } = parts;
  const { folder, apiKeyValues, credentials } = data;
  const access = createAccess({ service, data, clock, log, issuer: backends.cognito });
  const services = { endpoints: backends, credentials, region: service.region };
  const traffic = await openTraffic({
    service,
    functions,
    clock,
    log,
    ids: systemIds,
    access,
    folder,
    apiKeyValues,
    accountThrottle,
    cacheBytes,
    callerHeaders,
    services,
  });
  endings.add(traffic);
  const apis = {
    ...(await openApis(parts, traffic)),
    ...(await openWebsocket(parts, functions, { access, services, account: traffic.sockets })),
  };
  const urls = { ...apis, ...(await openDomains(parts, traffic, { ...backends, ...apis })) };
  const functionUrls = await startFunctionUrls(parts, functions, access.identities);
  return { urls, functionUrls, control: traffic.control };
}

async function openApis({ service, ports, log, endings }: Parts, traffic: Traffic): Promise<Urls> {
  const urls: Urls = {};
  const { restApi, httpApi } = service;
  if (restApi && traffic.rest && ports.rest !== undefined) {
    const { rest: application } = traffic;
    const door = await startHttpDoor({ port: ports.rest, for: "the REST API", application, log });
    urls.rest = `http://127.0.0.1:${endings.add(door).port}/${restApi.stage}`;
  }
  if (httpApi && traffic.http && ports.http !== undefined) {
    const { http: application } = traffic;
    const { stage } = httpApi;
    const door = await startHttpDoor({ port: ports.http, for: "the HTTP API", application, log });
    urls.http = `http://127.0.0.1:${endings.add(door).port}${stage === "$default" ? "" : `/${stage}`}`;
  }
  return urls;
}

async function openWebsocket(
  parts: Parts,
  functions: Functions,
  {
    access: { identities },
    ...shared
  }: {
    readonly access: Access;
    readonly services: LocalServices;
    readonly account: SocketAccount;
  },
): Promise<Urls> {
  const { service, ports, data, authority, clock, log, endings, faults, callerHeaders = false } = parts;
  const { websocketApi: api } = service;
  if (!api || ports.websocket === undefined) return {};
  const door = await startWebsocketApi({
    service,
    api,
    functions,
    clock,
    log,
    ids: systemIds,
    identities,
    faults,
    callerHeaders,
    authority,
    credentials: data.credentials,
    ...shared,
    port: ports.websocket,
    ...(service.localLimits?.connectThrottle && { connectThrottle: service.localLimits.connectThrottle }),
  });
  return { websocket: `ws://127.0.0.1:${endings.add(door).port}/${api.stage}` };
}

async function openDomains(
  parts: Parts,
  applications: Traffic,
  { s3: endpoint, websocket }: Urls,
): Promise<Urls> {
  const { service, ports, data, authority, log, endings } = parts;
  if (!service.domains || ports.domains === undefined) return {};
  const { folder, region, domains } = service;
  const door = await startDomains({
    log,
    ids: systemIds,
    domains,
    applications,
    port: ports.domains,
    ...(websocket !== undefined && { websocket: Number(new URL(websocket).port) }),
    authority,
    truststores: {
      folder,
      ...(endpoint !== undefined && { s3: { endpoint, region, credentials: data.credentials } }),
    },
  });
  return { domains: `https://127.0.0.1:${endings.add(door).port}` };
}

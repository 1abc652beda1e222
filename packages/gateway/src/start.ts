// Joins all: back ends, functions and doors, from a definition to addresses and back to nothing.
import { join } from "node:path";
import type { Credentials } from "@gatewright/signature";
import { toCredentials } from "./access.ts";
import { openDataFolder, type SignIn } from "./data-folder.ts";
import { checkLimits } from "./deploy/check-limits.ts";
import { shareAuthority } from "./domains/local-authority.ts";
import { createEndings } from "./endings.ts";
import { createFaults, type Faults } from "./faults/faults.ts";
import { startLambdaApi } from "./lambda-api/start-lambda-api.ts";
import { besideInline } from "./integrations/beside-inline.ts";
import { startFunctions } from "./lambda/start-functions.ts";
import { lateFunctions } from "./late-functions.ts";
import type { UserPool } from "./model/resources.ts";
import type { Service } from "./model/service.ts";
import type { ThrottleSettings } from "./model/stage.ts";
import { assertNode } from "./node-version.ts";
import { assertPortsFree, portsFrom, type PortName } from "./port-plan.ts";
import { systemClock, systemIds, type Clock, type Functions, type Log } from "./ports.ts";
import { startSchedules } from "./schedules.ts";
import { startBackends } from "./start-backends.ts";
import { startDoors } from "./start-doors.ts";
import type { Parts } from "./start-parts.ts";
import type { TrafficControl } from "./start-traffic.ts";

/** What a gateway is started with. */
export interface GatewayOptions {
  /** What to run: `await readServerless("serverless.yml")`. */
  readonly definition: Service;
  /**
   * First port: this one is left to the caller, REST, HTTP and WebSocket APIs, DynamoDB, S3, the issuer, Lambda and the
   * custom domains take the next eight, and function URLs the ones after. 0 lets the system pick each.
   * @default 0
   */
  readonly port?: number;
  /**
   * Where tables, objects, keys and bundles are kept between runs.
   * @default `.gatewright` beside the definition
   */
  readonly folder?: string;
  /** Forget what earlier runs kept. */
  readonly fresh?: boolean;
  /** Load functions anew when their sources change. */
  readonly watch?: boolean;
  readonly log?: Log;
  /** Believe callers on this machine who say where they call from, with `x-gatewright-source-…`. @default false */
  readonly callerHeaders?: boolean;
  /** Gets each line that a function prints. */
  readonly output?: (functionKey: string, stream: "stdout" | "stderr", line: string) => void;
  readonly clock?: Clock;
  /** How long a failed asynchronous invocation waits before each further try. @default one minute, then two */
  readonly retryDelaysMs?: readonly number[];
  /**
   * Requests that all APIs together take, WebSocket messages and calls of `@connections` among them.
   * @default what the definition says in `custom.gatewright.throttle`, otherwise 10,000 a second, 5,000 at once
   */
  readonly accountThrottle?: ThrottleSettings;
  /**
   * Most bytes of memory that one stage's cache takes.
   * @default what the definition says in `custom.gatewright.cacheMegabytes`, otherwise 256 MB
   */
  readonly cacheBytes?: number;
}

/** A running gateway. */
export interface Gateway extends AsyncDisposable, TrafficControl {
  /** Addresses without a trailing slash, stage included; only of what the definition declares. */
  readonly urls: Readonly<Partial<Record<PortName, string>>>;
  /** Addresses of functions that have a URL of their own, by the function's key. */
  readonly functionUrls: Readonly<Record<string, string>>;
  /** Keys of the REST API by name, with the values that were declared or made. */
  readonly apiKeys: readonly { readonly name: string; readonly value: string }[];
  /** Who can sign requests, by name, with the access keys that were declared or made. */
  readonly identities: ReadonlyMap<string, Credentials>;
  /** What each function's environment holds beside the developer's own variables. */
  readonly environment: Readonly<Record<string, string>>;
  readonly functions: Functions;
  readonly clock: Clock;
  /** Makes go wrong what goes wrong on AWS now and then. */
  readonly faults: Faults;
  /** Ends everything; no port, worker or file stays open. */
  close(): Promise<void>;
}

const silent: Log = { info() {}, warn() {}, error() {} };

/**
 * Starts everything that a definition describes: APIs, functions, tables, buckets, token issuer.
 *
 * All servers listen on 127.0.0.1 only. Where one part cannot start, what had started is ended again.
 *
 * @example
 * const gateway = await startGateway({ definition: await readServerless("serverless.yml") });
 * const rooms = await fetch(`${gateway.urls.http}/rooms`);
 * await gateway.close();
 *
 * @throws `NODE_TOO_OLD`, `PORT_TAKEN`, `DATA_FOLDER_BUSY`, and the failures of bundling, back ends and handlers.
 */
export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  const { definition: service, clock = systemClock, log = silent } = options;
  assertNode(process.versions.node);
  for (const raised of checkLimits(service)) log.warn(raised);
  const ports = portsFrom(service, options.port ?? 0);
  await assertPortsFree(ports);
  const data = await openDataFolder(options.folder ?? join(service.folder, ".gatewright"), {
    fresh: options.fresh ?? false,
    apiKeys: service.apiKeys,
    identities: service.identities ?? [],
  });
  const endings = createEndings();
  const faults = createFaults();
  endings.add(data);
  try {
    const authority = shareAuthority(data.folderFor("certificates"));
    const parts = { ...options, clock, log, service, ports, data, authority, endings, faults };
    const running = await startParts(parts);
    const close = (): Promise<void> => endings.close();
    return { ...running, clock, faults, close, [Symbol.asyncDispose]: close };
  } catch (error) {
    await endings.close();
    throw error;
  }
}

/** The order matters: functions are told the addresses of all else, and end after the doors that call them. */
async function startParts(
  parts: Parts,
): Promise<Omit<Gateway, "close" | "clock" | "faults" | typeof Symbol.asyncDispose>> {
  const functions = lateFunctions();
  const backends = await startBackends(parts, functions);
  parts.endings.add(functions);
  const { urls: doors, functionUrls, control } = await startDoors(parts, functions, backends);
  const urls = { ...doors, ...backends, ...(await startLambda(parts, functions)) };
  const environment = environmentFor(parts, urls);
  const started = await startFunctions({
    functions: parts.service.functions.filter(({ inline }) => inline === undefined),
    folder: parts.service.folder,
    cache: parts.data.folderFor("functions"),
    accountId: parts.service.accountId,
    region: parts.service.region,
    environment,
    clock: parts.clock,
    log: parts.log,
    watch: parts.watch ?? false,
    bundling: parts.service.bundling,
    ...(speaksTls(parts) && { authority: parts.authority }),
    ...(parts.output && { output: parts.output }),
  });
  functions.bind(besideInline(started, parts.service.functions, parts.clock));
  parts.endings.add(scheduleFunctions(parts, functions));
  const environments = parts.service.functions.map((each) => [
    each.key,
    { ...environment, ...each.environment },
  ]);
  const signIns = parts.service.userPools.flatMap(toSignIns);
  await parts.data.announce({ urls, environments: Object.fromEntries(environments), signIns });
  const identities = toCredentials(parts.service.identities ?? [], parts.data.identityKeys);
  return { ...control, urls, functionUrls, environment, functions, apiKeys: parts.data.apiKeys, identities };
}

/** Whether anything here does that functions may call. */
function speaksTls({ ports }: Parts): boolean {
  return ports.websocket !== undefined || ports.domains !== undefined;
}

function toSignIns({ clients, users }: UserPool): SignIn[] {
  const client = clients.find(({ authFlows }) =>
    authFlows.some((flow) => /^(?:ALLOW_)?USER_PASSWORD_AUTH$/.test(flow)),
  );
  return client ? users.map(({ name, password }) => ({ clientId: client.id, name, password })) : [];
}

function scheduleFunctions(parts: Parts, functions: Functions): ReturnType<typeof startSchedules> {
  const { service, clock, log, retryDelaysMs } = parts;
  const { schedules = [], functions: lambdas, region, accountId } = service;
  const ports = { schedules, lambdas, region, accountId, functions, clock, log, ids: systemIds };
  return startSchedules({ ...ports, ...(retryDelaysMs && { retryDelaysMs }) });
}

/** Lambda for those who call functions through the SDK. */
async function startLambda(parts: Parts, functions: Functions): Promise<{ readonly lambda?: string }> {
  const { service, ports, data, clock, log, endings, retryDelaysMs } = parts;
  if (ports.lambda === undefined) return {};
  const { endpoint } = endings.add(
    await startLambdaApi({
      lambdas: service.functions,
      functions,
      region: service.region,
      credentials: data.credentials,
      clock,
      ids: systemIds,
      log,
      port: ports.lambda,
      ...(retryDelaysMs && { retryDelaysMs }),
    }),
  );
  return { lambda: endpoint };
}

/** What AWS itself would put there, with the SDK's own switch for every service that runs here. */
function environmentFor(parts: Parts, urls: Partial<Record<PortName, string>>): Record<string, string> {
  const { credentials } = parts.data;
  return {
    AWS_REGION: parts.service.region,
    AWS_DEFAULT_REGION: parts.service.region,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    ...(urls.dynamodb && { AWS_ENDPOINT_URL_DYNAMODB: urls.dynamodb }),
    ...(urls.s3 && { AWS_ENDPOINT_URL_S3: urls.s3 }),
    ...(urls.lambda && { AWS_ENDPOINT_URL_LAMBDA: urls.lambda }),
    ...(urls.cognito && { AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER: urls.cognito }),
    ...(urls.websocket && {
      AWS_ENDPOINT_URL_APIGATEWAYMANAGEMENTAPI: urls.websocket.replace(/^ws/, "http"),
    }),
  };
}

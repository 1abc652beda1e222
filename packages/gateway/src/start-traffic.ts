// What counts, keeps and records requests for all HTTP APIs of a gateway, joined: meters, keys, caches, logs, the desk.
import { join } from "node:path";
import { checkLimits } from "./deploy/check-limits.ts";
import type { Deployments } from "./deploy/deployments.ts";
import { deskAlone, withDesk } from "./desk/desk.ts";
import { deskTopics } from "./desk/topics.ts";
import type { LocalServices } from "./integrations/aws-request.ts";
import type { HttpApplication } from "./invoke/application.ts";
import type { Access } from "./invoke/ask-authorizer.ts";
import { createHttpApi, type HttpApiApplication } from "./invoke/http-api.ts";
import { createRestApi, type RestApiOptions, type RestApplication } from "./invoke/rest-api.ts";
import { type KeyImport, openImportedKeys } from "./keys/imported-keys.ts";
import { createBuckets } from "./meters/bucket.ts";
import { reportUsage, type UsageQuestion, type UsageReport } from "./meters/usage-report.ts";
import { openUsageFile } from "./meters/usage-file.ts";
import type { HttpApi } from "./model/http-api.ts";
import type { RestApi } from "./model/rest-api.ts";
import type { Service } from "./model/service.ts";
import { defaultAccountThrottle, type ThrottleSettings } from "./model/stage.ts";
import type { Clock, Functions, Ids, Log } from "./ports.ts";
import { openSocketTraffic } from "./start-sockets.ts";
import { fileSink } from "./records/log-sink.ts";
import { createMetrics } from "./records/metrics.ts";
import { type NamedMetrics, toMetricsTable, toNamedMetrics } from "./records/metrics-text.ts";
import { createRecorder } from "./records/recorder.ts";
import { toNamedSocketMetrics, toSocketTable } from "./records/websocket-metrics-text.ts";
import type { SocketAccount } from "./websocket/start-websocket-api.ts";

/** What the traffic of a gateway is started with. */
export interface TrafficOptions {
  readonly service: Service;
  readonly functions: Functions;
  /** The data folder. */
  readonly folder: string;
  readonly apiKeyValues: ReadonlyMap<string, string>;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Log;
  readonly accountThrottle?: ThrottleSettings | undefined;
  readonly cacheBytes?: number | undefined;
  /** @default nobody can sign, and tokens are checked with the keys at their issuers' own addresses */
  readonly access?: Access;
  /** Whether callers on this machine may say where they call from. @default false */
  readonly callerHeaders?: boolean;
  /** The AWS services that run here, for integrations that call them. @default none does */
  readonly services?: LocalServices;
}

/** What can be asked of and done with a gateway's traffic while it runs. */
export interface TrafficControl {
  /** Deployments of each API that runs. */
  readonly deployments: {
    readonly rest?: Deployments<RestApi>;
    readonly http?: Deployments<HttpApi>;
  };
  /** Forgets what the cache of a stage keeps, or of all. Returns how many answers there were. */
  flushCache(stage?: string): number;
  /** Everything counted so far, under CloudWatch's names. */
  metrics(): readonly NamedMetrics[];
  /** One line for each method that was called, the busiest first. */
  metricsTable(): readonly string[];
  /** What each client used of each plan. @throws failure `USAGE_QUESTION_INVALID`. */
  usage(question: UsageQuestion): readonly UsageReport[];
  /** Takes API keys from a CSV file in AWS's format. @throws failure `KEY_FILE_INVALID`. */
  importApiKeys(csv: string): Promise<KeyImport>;
  /**
   * Deploys the APIs of a definition that was read anew, with its keys, plans and web ACLs, and forgets what authorizers
   * said: all of it, or nothing. Functions, tables and all else stay as they were started.
   *
   * @throws failure `LIMIT_EXCEEDED`, and those of deploying an API; every API then goes on as it was.
   */
  redeploy(service: Service): void;
}

/** The traffic of a gateway. */
export interface Traffic {
  readonly control: TrafficControl;
  readonly rest?: HttpApplication;
  readonly http?: HttpApplication;
  /** What the WebSocket API shares with the two. */
  readonly sockets: SocketAccount;
  close(): Promise<void>;
}

/**
 * Makes the REST and the HTTP API of a service, which share the account's bucket, and a desk before each.
 *
 * @throws failures `DATA_FOLDER_UNREADABLE`, and those of deploying an API.
 */
export async function openTraffic(options: TrafficOptions): Promise<Traffic> {
  const { folder, clock, ids, log, apiKeyValues } = options;
  const usageFile = await openUsageFile(join(folder, "usage.json"), clock, log);
  const imported = await openImportedKeys(join(folder, "imported-keys.json"), ids);
  const sink = fileSink(join(folder, "logs"), log);
  const metrics = createMetrics();
  const buckets = createBuckets(clock);
  const { usage } = usageFile;
  let { service } = options;
  const keys = () => imported.join(service);
  const apis = createApis({ ...service, ...keys() }, options, {
    buckets,
    usage,
    recorder: createRecorder(metrics, sink),
  });
  const { accountThrottle: account = defaultAccountThrottle } = options;
  const sources = () => ({ ...keys(), apiKeyValues });
  const sockets = openSocketTraffic({ meters: { buckets, usage, account }, sink, sources });
  const control: TrafficControl = {
    deployments: deploymentsOf(apis),
    flushCache: (stage) => apis.rest?.caches.flush(stage) ?? 0,
    metrics: () => [...toNamedMetrics(metrics.series()), ...toNamedSocketMetrics(sockets.metrics.series())],
    metricsTable: () => [...toMetricsTable(metrics.series()), ...toSocketTable(sockets.metrics.series())],
    usage: (question) => keys().usagePlans.map((plan) => reportUsage(plan, usage, question)),
    async importApiKeys(csv) {
      const done = await imported.take(csv, { ...service, values: apiKeyValues });
      apis.rest?.stages.rekey(keys(), apiKeyValues);
      sockets.rekey();
      return done;
    },
    redeploy(next) {
      redefine(apis, { ...next, ...imported.join(next) }, log);
      service = next;
      sockets.rekey();
    },
  };
  const topics = deskTopics({
    deployments: control.deployments,
    metrics,
    socketMetrics: sockets.metrics,
    usage,
    caches: () => apis.rest?.caches,
    forgetAuthorizers: () => (apis.rest?.forgetAuthorizers() ?? 0) + (apis.http?.forgetAuthorizers() ?? 0),
    keys,
    importKeys: (csv) => control.importApiKeys(csv),
    clock,
  });
  return {
    control,
    ...(apis.rest && { rest: withDesk(apis.rest, topics) }),
    ...(apis.http && { http: withDesk(apis.http, topics) }),
    sockets: { meters: sockets.meters, recorder: sockets.recorder, desk: deskAlone(topics) },
    async close() {
      await usageFile.close();
      await sink.close();
    },
  };
}

function deploymentsOf({ rest, http }: Apis): TrafficControl["deployments"] {
  return {
    ...(rest && { rest: rest.stages.deployments }),
    ...(http && { http: http.stages.deployments }),
  };
}

function redefine(apis: Apis, service: Service, log: Log): void {
  const raised = checkLimits(service);
  const commits = [
    service.restApi && apis.rest?.prepare(service.restApi, service),
    service.httpApi && apis.http?.prepare(service.httpApi, service),
  ];
  for (const commit of commits) commit?.();
  for (const words of raised) log.warn(words);
}

interface Apis {
  readonly rest?: RestApplication;
  readonly http?: HttpApiApplication;
}

function createApis(
  service: Service,
  options: TrafficOptions,
  meters: Required<Pick<RestApiOptions, "buckets" | "usage" | "recorder">>,
): Apis {
  const { functions, clock, ids, log, access, callerHeaders = false } = options;
  const { apiKeyValues, services, accountThrottle, cacheBytes } = options;
  const shared = {
    service,
    functions,
    clock,
    ids,
    log,
    callerHeaders,
    ...meters,
    ...(access && { access }),
    ...(accountThrottle && { accountThrottle }),
  };
  const cache = cacheBytes === undefined ? {} : { cacheBytes };
  return {
    ...(service.restApi && {
      rest: createRestApi({
        ...shared,
        ...cache,
        api: service.restApi,
        apiKeyValues,
        ...(services && { services }),
      }),
    }),
    ...(service.httpApi && { http: createHttpApi({ ...shared, api: service.httpApi }) }),
  };
}

// A WebSocket API, running: joins the plan, the table of connections and the door.
import { gatewayLimits } from "@gatewright/contract";
import type { LocalCredentials } from "../backends/backend.ts";
import type { ConnectionTable } from "../connections/table.ts";
import { startWebsocketDoor } from "../doors/websocket.ts";
import type { Certificate, SharedAuthority } from "../domains/local-authority.ts";
import type { FaultSource } from "../faults/faults.ts";
import { createIdentities, type Identities } from "../identities/identities.ts";
import type { LocalServices } from "../integrations/aws-request.ts";
import type { HttpApplication } from "../invoke/application.ts";
import { createHearCaller } from "../invoke/caller-headers.ts";
import { decodePercent } from "../invoke/query.ts";
import { createBuckets } from "../meters/bucket.ts";
import { createUsage } from "../meters/usage.ts";
import { defaultAccountThrottle, type ThrottleSettings } from "../model/stage.ts";
import type { WebsocketApi } from "../model/websocket-api.ts";
import type { Clock, Functions, Ids, Log } from "../ports.ts";
import { terminalSink } from "../records/log-sink.ts";
import { createSocketMetrics } from "../records/websocket-metrics.ts";
import { createSocketRecorder, type SocketRecorder } from "../records/websocket-recorder.ts";
import type { SocketMeters } from "./admit.ts";
import type { Connection } from "./connection.ts";
import { isForDesk, visitDesk } from "./desk-visit.ts";
import { refuse } from "./refusals.ts";
import { sayGoodbye } from "./goodbye.ts";
import { type RunningStage, type SocketService, startStages } from "./stages.ts";
import type { HttpAnswer, PlainRequest } from "./wire.ts";

/** What a WebSocket API is started with. */
export interface WebsocketApiOptions {
  readonly api: WebsocketApi;
  /** For the region, the account and the function names. */
  readonly service: SocketService;
  readonly functions: Functions;
  /** Who may call `@connections`. */
  readonly credentials: LocalCredentials;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Log;
  /** 0 lets the system choose. */
  readonly port: number;
  /** Who can sign requests. @default the account's own credentials, which may do everything */
  readonly identities?: Identities;
  /** New connections that it takes. @default 500 a second, 500 at once, as AWS takes of an account */
  readonly connectThrottle?: ThrottleSettings;
  /** What it shares with the other APIs of the account. @default buckets of its own, no API keys, logs to the terminal */
  readonly account?: SocketAccount;
  /** The AWS services that run here, for integrations that call them. @default none does */
  readonly services?: LocalServices;
  /** What is made to go wrong. @default nothing */
  readonly faults?: FaultSource;
  /** Whether callers may say where they call from. @default false */
  readonly callerHeaders?: boolean;
  /** Makes the certificate for clients that speak TLS. @default there are none */
  readonly authority?: SharedAuthority;
}

/** What a WebSocket API shares with the other APIs of an account. */
export interface SocketAccount {
  readonly meters: Omit<SocketMeters, "connects">;
  readonly recorder: SocketRecorder;
  /** Answers under `/_gatewright`. */
  readonly desk: HttpApplication;
}

/** A running WebSocket API. */
export interface RunningWebsocketApi {
  readonly port: number;
  /** How many clients are connected now. */
  readonly connections: number;
  /** Says goodbye to every client (1001), runs their `$disconnect`, and stops; takes three seconds at most. */
  close(): Promise<void>;
}

const usualConnects: ThrottleSettings = {
  rateLimit: gatewayLimits.websocketConnectsPerSecond,
  burstLimit: gatewayLimits.websocketConnectsBurst,
};

/**
 * Serves a WebSocket API on `ws://127.0.0.1:{port}/{stage}`, each stage with its `@connections` beside it.
 *
 * @throws failures `PORT_TAKEN`, `ROUTE_SELECTION_INVALID`, `SELECTION_EXPRESSION_INVALID`,
 *   `WEBSOCKET_AUTHORIZER_INVALID`, `ACCESS_LOG_INVALID`, and those of models and mapped integrations.
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-overview.html
 */
export async function startWebsocketApi(options: WebsocketApiOptions): Promise<RunningWebsocketApi> {
  const { api, clock, log, connectThrottle: connects = usualConnects } = options;
  const { meters, recorder, desk } = options.account ?? accountOfItsOwn(clock, log);
  const work = new Set<Promise<void>>();
  const track = (promise: Promise<void>): void => {
    work.add(promise);
    void promise.finally(() => work.delete(promise));
  };
  const stages = startStages(api, {
    ...options,
    services: options.services,
    faults: options.faults,
    identities: options.identities ?? accountOnly(options),
    hear: createHearCaller(options.callerHeaders ?? false, log),
    meters: { ...meters, connects },
    recorder,
    track,
  });
  const find = createFindStage(stages);
  let isClosing = false;
  const door = await startWebsocketDoor({
    port: options.port,
    for: "the WebSocket API",
    upgrade: (knock) =>
      isClosing ? knock.refuse(refuse("STOPPING").answer) : track(find(knock.target).upgrade(knock)),
    request: guard(
      (request) =>
        desk && isForDesk(request) ? visitDesk(request, desk) : find(request.target).request(request),
      log,
    ),
    ...(options.authority && { certificate: certifier(options.authority, log) }),
  });
  const tables = stages.map(({ table }) => table);
  options.faults?.onLose((id) => tables.some((table) => table.find(id)?.lose() !== undefined));
  return {
    port: door.port,
    get connections() {
      return tables.reduce((sum, { open }) => sum + open, 0);
    },
    async close() {
      isClosing = true;
      await sayGoodbye(joined(tables), work);
      await door.close();
    },
  };
}

/** By the first segment of a path; what names no stage is refused by the first. */
function createFindStage(stages: readonly RunningStage[]): (target: string) => RunningStage {
  const [first, ...others] = stages;
  if (!first) throw new Error("A WebSocket API has no stage.");
  if (others.length === 0) return () => first;
  const byName = new Map(stages.map((stage) => [stage.name, stage]));
  return (target) => byName.get(decodePercent(/^\/([^/?]*)/.exec(target)?.[1] ?? "")) ?? first;
}

function certifier(authority: SharedAuthority, log: Log): () => Promise<Certificate> {
  return async () => {
    try {
      return await (await authority.open()).certificateFor("127.0.0.1");
    } catch (error) {
      log.error(`No certificate for the WebSocket API: ${String(error)}`);
      throw error;
    }
  };
}

function joined(tables: readonly ConnectionTable[]): Iterable<Connection> {
  return { [Symbol.iterator]: () => tables.flatMap((table) => [...table])[Symbol.iterator]() };
}

function accountOnly({ service: { accountId }, credentials }: WebsocketApiOptions): Identities {
  return createIdentities({ account: { accountId, credentials }, identities: [], made: new Map() });
}

function accountOfItsOwn(clock: Clock, log: Log): Omit<SocketAccount, "desk"> & Partial<SocketAccount> {
  return {
    meters: {
      buckets: createBuckets(clock),
      usage: createUsage(clock),
      account: defaultAccountThrottle,
      keysOf: () => new Map(),
    },
    recorder: createSocketRecorder(createSocketMetrics(), terminalSink(log)),
  };
}

/** A fault of ours in one call of `@connections` ends that call, not the gateway. */
function guard(
  answer: (request: PlainRequest) => HttpAnswer | Promise<HttpAnswer>,
  log: Log,
): (request: PlainRequest) => HttpAnswer | Promise<HttpAnswer> {
  const fault = (error: unknown): HttpAnswer => {
    log.error(`WebSocket @connections: ${String(error)}`);
    return refuse("GATEWAY_FAULT").answer;
  };
  return (request) => {
    try {
      const answered = answer(request);
      return answered instanceof Promise ? answered.catch(fault) : answered;
    } catch (error) {
      return fault(error);
    }
  };
}

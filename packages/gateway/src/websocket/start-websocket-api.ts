// A WebSocket API, running: joins the plan, the table of connections and the door.
import { toMethodArn } from "@gatewright/contract";
import type { LocalCredentials } from "../backends/backend.ts";
import { createConnectionsEndpoint } from "../connections/endpoint.ts";
import { createConnectionTable, type ConnectionTable } from "../connections/table.ts";
import { createVerify } from "../connections/verify.ts";
import { startWebsocketDoor } from "../doors/websocket.ts";
import type { FaultSource } from "../faults/faults.ts";
import { createIdentities, type Identities } from "../identities/identities.ts";
import { createHearCaller, type HearCaller } from "../invoke/caller-headers.ts";
import { createBuckets } from "../meters/bucket.ts";
import type { Service } from "../model/service.ts";
import type { ThrottleSettings } from "../model/stage.ts";
import type { WebsocketApi } from "../model/websocket-api.ts";
import type { Clock, Functions, Ids, Log } from "../ports.ts";
import { createEvents } from "./events.ts";
import { planWebsocketApi, type WebsocketPlan } from "./plan.ts";
import { refuse } from "./refusals.ts";
import { sayGoodbye } from "./goodbye.ts";
import { upgrade, type UpgradePorts } from "./upgrade.ts";
import type { HttpAnswer, PlainRequest } from "./wire.ts";

/** What a WebSocket API is started with. */
export interface WebsocketApiOptions {
  readonly api: WebsocketApi;
  /** For the region, the account and the function names. */
  readonly service: Pick<Service, "region" | "accountId">;
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
  /** New connections that it takes. @default any number; AWS takes 500 a second, 500 at once, of an account */
  readonly connectThrottle?: ThrottleSettings;
  /** What is made to go wrong. @default nothing */
  readonly faults?: FaultSource;
  /** Whether callers may say where they call from. @default false */
  readonly callerHeaders?: boolean;
}

/** A running WebSocket API. */
export interface RunningWebsocketApi {
  readonly port: number;
  /** How many clients are connected now. */
  readonly connections: number;
  /** Says goodbye to every client (1001), runs their `$disconnect`, and stops; takes three seconds at most. */
  close(): Promise<void>;
}

/**
 * Serves a WebSocket API on `ws://127.0.0.1:{port}/{stage}` and its `@connections` beside it.
 *
 * @throws failures `PORT_TAKEN`, `ROUTE_SELECTION_INVALID`, `WEBSOCKET_AUTHORIZER_INVALID`.
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-overview.html
 */
export async function startWebsocketApi(options: WebsocketApiOptions): Promise<RunningWebsocketApi> {
  const { api, service, clock, ids } = options;
  const identities = options.identities ?? accountOnly(options);
  const plan = planWebsocketApi(api);
  const table = createConnectionTable();
  const work = new Set<Promise<void>>();
  const track = (promise: Promise<void>): void => {
    work.add(promise);
    void promise.finally(() => work.delete(promise));
  };
  const hear = createHearCaller(options.callerHeaders ?? false, options.log);
  const ports = portsFor(options, { plan, table, track, identities, hear });
  const { region, accountId } = service;
  const verify = createVerify({ identities, region, accountId, apiId: api.id, clock, hear });
  let isClosing = false;
  const door = await startWebsocketDoor({
    port: options.port,
    for: "the WebSocket API",
    upgrade: (knock) => (isClosing ? knock.refuse(refuse("STOPPING").answer) : track(upgrade(knock, ports))),
    request: guard(
      createConnectionsEndpoint({
        stage: api.stage,
        table,
        verify,
        ids,
        ...(options.faults && { faults: { clock, source: options.faults } }),
      }),
      options.log,
    ),
  });
  options.faults?.onLose((connectionId) => table.find(connectionId)?.lose() !== undefined);
  return {
    port: door.port,
    get connections() {
      return table.open;
    },
    async close() {
      isClosing = true;
      await sayGoodbye(table, work);
      await door.close();
    },
  };
}

interface Shared {
  readonly plan: WebsocketPlan;
  readonly table: ConnectionTable;
  readonly identities: Identities;
  readonly hear: HearCaller;
  track(work: Promise<void>): void;
}

function accountOnly({ service: { accountId }, credentials }: WebsocketApiOptions): Identities {
  return createIdentities({ account: { accountId, credentials }, identities: [], made: new Map() });
}

function portsFor(
  { api, service, functions, clock, ids, log, connectThrottle }: WebsocketApiOptions,
  { identities, ...shared }: Shared,
): UpgradePorts {
  const { region, accountId } = service;
  const buckets = createBuckets(clock);
  return {
    ...shared,
    authorizer: shared.plan.authorizer,
    iam: shared.plan.iam ? { identities, region, accountId } : undefined,
    methodArn: methodArnOf(service, api),
    events: createEvents({ api, clock, ids }),
    functions,
    clock,
    ids,
    log,
    now: () => clock.now(),
    mayConnect: () => connectThrottle === undefined || buckets.take("connects", connectThrottle),
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

/** One segment after the stage, as API Gateway writes it for `$connect`. */
function methodArnOf({ region, accountId }: WebsocketApiOptions["service"], api: WebsocketApi): string {
  const partition = region.startsWith("cn-") ? "aws-cn" : region.startsWith("us-gov-") ? "aws-us-gov" : "aws";
  const { id: apiId, stage } = api;
  return toMethodArn({ partition, region, accountId, apiId, stage, call: "$connect" });
}

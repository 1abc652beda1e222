// The stages of a WebSocket API at work: each with its plan, its clients and its own @connections.
import { toMethodArn } from "@gatewright/contract";
import { createConnectionsEndpoint } from "../connections/endpoint.ts";
import { type ConnectionTable, createConnectionTable } from "../connections/table.ts";
import { createVerify } from "../connections/verify.ts";
import { toWebsocketStages } from "../deploy/websocket-stages.ts";
import type { FaultSource } from "../faults/faults.ts";
import type { Identities } from "../identities/identities.ts";
import { canRunHere, type LocalServices, nameTarget } from "../integrations/aws-request.ts";
import { createCallHttp } from "../integrations/call-http.ts";
import type { HearCaller } from "../invoke/caller-headers.ts";
import type { Service } from "../model/service.ts";
import type { WebsocketApi, WebsocketRoute } from "../model/websocket-api.ts";
import type { Clock, Functions, Ids, Log } from "../ports.ts";
import type { SocketRecorder } from "../records/websocket-recorder.ts";
import { mayCall, type SocketMeters } from "./admit.ts";
import { createEvents } from "./events.ts";
import { planWebsocketApi } from "./plan.ts";
import { upgrade, type UpgradePorts } from "./upgrade.ts";
import type { HttpAnswer, Knock, PlainRequest } from "./wire.ts";

/** What all stages share. */
export interface StagePorts {
  readonly service: SocketService;
  readonly functions: Functions;
  readonly services: LocalServices | undefined;
  readonly identities: Identities;
  readonly hear: HearCaller;
  readonly meters: SocketMeters;
  readonly recorder: SocketRecorder;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Log;
  readonly faults: FaultSource | undefined;
  /** Notes work that the gateway waits for when it stops. */
  track(work: Promise<void>): void;
}

/** What a WebSocket API needs to know of its service; the functions are those that stage variables may name. */
export type SocketService = Pick<Service, "region" | "accountId"> & Partial<Pick<Service, "functions">>;

/** One stage at work. */
export interface RunningStage {
  readonly name: string;
  readonly table: ConnectionTable;
  upgrade(knock: Knock): Promise<void>;
  /** Answers `@connections`. */
  request(request: PlainRequest): HttpAnswer | Promise<HttpAnswer>;
}

/**
 * Plans every stage of an API, its own first, and sets it to work.
 *
 * @throws the failures of planning.
 */
export function startStages(api: WebsocketApi, to: StagePorts): readonly RunningStage[] {
  const callHttp = createCallHttp(to.clock);
  for (const words of api.routes.flatMap(findWarnings)) to.log.warn(words);
  return toWebsocketStages(api, to.service.functions ?? []).map((one) =>
    startStage(one, { ...to, callHttp }),
  );
}

/** Services that are called and do not run here, by name. */
function findWarnings({ routeKey, integration }: WebsocketRoute): string[] {
  if (integration.type !== "AWS" || !integration.target || "functionKey" in integration.target) return [];
  if (canRunHere(integration.target)) return [];
  const name = nameTarget(integration.target);
  return [`The route ${routeKey} calls ${name}, which is not available locally: it fails`];
}

function startStage(api: WebsocketApi, to: StagePorts & Pick<UpgradePorts, "callHttp">): RunningStage {
  const { clock, ids, identities, hear, meters, recorder, service, faults } = to;
  const { region, accountId } = service;
  const plan = planWebsocketApi(api);
  const table = createConnectionTable();
  const ports: UpgradePorts = {
    ...to,
    plan,
    table,
    authorizer: plan.authorizer,
    iam: plan.iam ? { identities, region, accountId } : undefined,
    methodArn: methodArnOf(service, api),
    events: createEvents({ api, clock, ids }),
    now: () => clock.now(),
  };
  const answer = createConnectionsEndpoint({
    stage: api.stage,
    table,
    verify: createVerify({ identities, region, accountId, apiId: api.id, clock, hear }),
    ids,
    mayCall: () => mayCall(meters),
    ...(faults && { faults: { clock, source: faults } }),
  });
  const count = (method: string, answered: HttpAnswer): HttpAnswer => {
    if (method === "POST" && answered.status === 200) recorder.sent(plan, "");
    return answered;
  };
  return {
    name: api.stage,
    table,
    upgrade: (knock) => upgrade(knock, ports),
    request(request) {
      const answered = answer(request);
      const { method } = request;
      return answered instanceof Promise
        ? answered.then((one) => count(method, one))
        : count(method, answered);
    },
  };
}

/** One segment after the stage, as API Gateway writes it for `$connect`. */
function methodArnOf({ region, accountId }: SocketService, { id: apiId, stage }: WebsocketApi): string {
  const partition = region.startsWith("cn-") ? "aws-cn" : region.startsWith("us-gov-") ? "aws-us-gov" : "aws";
  return toMethodArn({ partition, region, accountId, apiId, stage, call: "$connect" });
}

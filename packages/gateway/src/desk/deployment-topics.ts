// Deployments at the desk: what there is, and what can be done with it.
import type { Deployments } from "../deploy/deployments.ts";
import { failures } from "../failures.ts";
import type { Told, Topics, Visit } from "./desk.ts";

/** The deployments of each kind of API that runs. */
export type ApiDeployments = Readonly<Partial<Record<"rest" | "http", Deployments>>>;

/** `GET deployments`, and `POST deployments` with `{ api, action, stage, deploymentId, … }`. */
export function deploymentTopics(apis: ApiDeployments): Topics {
  return {
    "GET deployments": () => list(apis),
    "POST deployments": (visit) => {
      act(apis, readBody(visit));
      return list(apis);
    },
  };
}

function list(apis: ApiDeployments): Told {
  const told = Object.entries(apis).map(([kind, deployments]) => {
    const history = deployments.history().map(({ id, createdAt, description }) => ({
      id,
      createdAt: new Date(createdAt).toISOString(),
      description,
    }));
    return [kind, { stages: deployments.stages(), history }];
  });
  return { json: Object.fromEntries(told) };
}

interface Order {
  readonly api: string;
  readonly action: string;
  readonly stage: string;
  readonly deploymentId: string;
  readonly description: string | undefined;
  readonly percentTraffic: number;
  readonly stageVariableOverrides: Readonly<Record<string, string>> | undefined;
  readonly useStageCache: boolean | undefined;
}

const actions = ["deploy", "point", "rollback", "canary", "promote", "end-canary", "remove"];

function act(apis: ApiDeployments, order: Order): void {
  const { action, stage, deploymentId, description } = order;
  const deployments = order.api === "http" ? apis.http : apis.rest;
  if (!deployments) throw invalid(`there is no ${order.api} API`);
  switch (action) {
    case "deploy": {
      const id = deployments.deploy(description);
      if (stage !== "") deployments.point(stage, id);
      return;
    }
    case "point":
      return deployments.point(stage, deploymentId);
    case "rollback":
      return void deployments.rollBack(stage);
    case "canary":
      return deployments.startCanary(stage, toCanary(order));
    case "promote":
      return deployments.promoteCanary(stage);
    case "end-canary":
      return deployments.endCanary(stage);
    case "remove":
      return deployments.remove(deploymentId);
    default:
      throw invalid(`action is one of ${actions.join(", ")}`);
  }
}

function toCanary({ percentTraffic, deploymentId, stageVariableOverrides, useStageCache }: Order) {
  return {
    percentTraffic,
    ...(deploymentId !== "" && { deploymentId }),
    ...(stageVariableOverrides && { stageVariableOverrides }),
    ...(useStageCache !== undefined && { useStageCache }),
  };
}

function readBody({ body }: Visit): Order {
  const value = parse(body);
  const text = (name: string): string => (typeof value[name] === "string" ? value[name] : "");
  const overrides = value["stageVariableOverrides"];
  const percent = value["percentTraffic"];
  return {
    api: text("api") || "rest",
    action: text("action"),
    stage: text("stage"),
    deploymentId: text("deploymentId"),
    description: text("description") || undefined,
    percentTraffic: typeof percent === "number" ? percent : Number.NaN,
    stageVariableOverrides: isTexts(overrides) ? overrides : undefined,
    useStageCache: typeof value["useStageCache"] === "boolean" ? value["useStageCache"] : undefined,
  };
}

function isTexts(value: unknown): value is Readonly<Record<string, string>> {
  return (
    typeof value === "object" &&
    value !== null &&
    Object.values(value).every((one: unknown) => typeof one === "string")
  );
}

function parse(body: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(body);
    if (typeof value === "object" && value !== null) return value as Readonly<Record<string, unknown>>; // just seen
  } catch {
    // said below, without the body
  }
  throw invalid("the body is not a JSON object");
}

function invalid(why: string): Error {
  return failures.create("DESK_ORDER_INVALID", { why });
}

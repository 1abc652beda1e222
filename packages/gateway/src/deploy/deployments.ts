// An API's deployments: frozen snapshots of its definition, and which of them each stage stands at.
import { failures } from "../failures.ts";
import type { CanarySettings } from "../model/stage.ts";
import type { Clock, Ids } from "../ports.ts";
import {
  type NewCanary,
  pointTo,
  promoted,
  type Standing,
  stepBack,
  stepTo,
  withCanary,
  withoutCanary,
} from "./standing.ts";

/** A snapshot of an API, never changed again. */
export interface Deployment<Api> {
  readonly id: string;
  readonly createdAt: number;
  readonly description?: string;
  readonly api: Api;
}

/** What can be done with an API's deployments; each call acts at once on the requests that come after it. */
export interface Deployments<Api = unknown> {
  /** Every deployment, oldest first. */
  readonly history: () => readonly Deployment<Api>[];
  readonly stages: () => readonly Standing[];
  /** Freezes the definition as it was last read; no stage moves. Returns the deployment's id. */
  deploy(description?: string): string;
  /** Lets a stage stand at a deployment. */
  point(stage: string, deploymentId: string): void;
  /** Lets a stage stand where it stood before. Returns that deployment's id. */
  rollBack(stage: string): string;
  /** Sends part of a stage's traffic to another deployment, or to the same with other variables. */
  startCanary(stage: string, canary: NewCanary): void;
  /** The stage takes over the canary's deployment and variables, and the canary gets no more traffic. */
  promoteCanary(stage: string): void;
  endCanary(stage: string): void;
  /** Forgets a deployment at which no stage stands. */
  remove(deploymentId: string): void;
}

/** What deployments are made of. */
export interface DeploymentsOptions<Api> {
  readonly api: Api;
  readonly stages: readonly Omit<Standing, "before">[];
  readonly clock: Clock;
  readonly ids: Ids;
  /** Makes a stage serve what it now stands at; what it throws undoes the change. */
  readonly serve: (standing: Standing, find: (deploymentId: string) => Api) => void;
}

/** A stage as a definition that is read anew has it. */
export interface Redefined extends Pick<Standing, "stage" | "variables"> {
  /** `null` ends a canary; one that is left out stays as it is. */
  readonly canary?: CanarySettings | null;
}

/** {@link Deployments}, for the one who reads definitions. */
export interface OwnedDeployments<Api> extends Deployments<Api> {
  /**
   * Takes a definition as it is read anew: deploys it, and lets each stage that it names stand there with the variables
   * given; a stage that it no longer names is gone. Where one stage cannot be served, all stand as before and the
   * deployment is gone; serve them {@link again}.
   */
  redefine(api: Api, stages: readonly Redefined[]): void;
  /** Serves every stage anew, where it stands. */
  again(): void;
}

/**
 * Starts an API's history with the deployments that its definition names.
 *
 * Its methods throw the failures `DEPLOYMENT_UNKNOWN`, `STAGE_UNKNOWN`, `DEPLOYMENT_IN_USE`, `CANARY_INVALID` and
 * `NOTHING_TO_ROLL_BACK`, and what serving a stage throws; the stage then stands where it stood.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-deployments.html
 */
export function createDeployments<Api>(options: DeploymentsOptions<Api>): OwnedDeployments<Api> {
  const snapshots = createSnapshots(options);
  const standings = new Map<string, Standing>();
  const at = (stage: string): Standing => {
    const found = standings.get(stage);
    if (!found) throw failures.create("STAGE_UNKNOWN", { stage });
    return found;
  };
  const move = (standing: Standing): void => {
    options.serve(standing, (id) => snapshots.find(id).api);
    standings.set(standing.stage, standing);
  };
  for (const first of options.stages) {
    snapshots.keepAs(first.deploymentId);
    if (first.canary) snapshots.keepAs(first.canary.deploymentId);
  }
  for (const first of options.stages) move({ ...first, before: [] });
  return {
    history: snapshots.all,
    stages: () => [...standings.values()],
    deploy: snapshots.keep,
    again: () => [...standings.values()].forEach(move),
    redefine(api, stages) {
      const before = [...standings.values()];
      const undo = snapshots.define(api);
      const deploymentId = snapshots.keep("The definition was read anew");
      const named = new Set(stages.flatMap(({ canary }) => canary?.deploymentId ?? []));
      const added = [...named].filter((id) => !snapshots.has(id));
      for (const id of added) snapshots.keepAs(id);
      try {
        for (const redefined of stages)
          move(redefine(standings.get(redefined.stage), redefined, deploymentId));
        const left = new Set(stages.map(({ stage }) => stage));
        for (const { stage } of before) if (!left.has(stage)) standings.delete(stage);
      } catch (error) {
        undo();
        standings.clear();
        for (const standing of before) standings.set(standing.stage, standing);
        for (const id of [deploymentId, ...added]) snapshots.remove(id);
        throw error;
      }
    },
    point: (stage, deploymentId) => move(pointTo(at(stage), snapshots.find(deploymentId).id)),
    rollBack(stage) {
      move(stepBack(at(stage), snapshots.has));
      return at(stage).deploymentId;
    },
    startCanary: (stage, canary) => move(withCanary(at(stage), canary)),
    promoteCanary: (stage) => move(promoted(at(stage))),
    endCanary: (stage) => move(withoutCanary(at(stage))),
    remove(deploymentId) {
      assertUnused(deploymentId, [...standings.values()]);
      snapshots.remove(deploymentId);
    },
  };
}

function assertUnused(deploymentId: string, standings: readonly Standing[]): void {
  const users = standings.filter(
    (one) => one.deploymentId === deploymentId || one.canary?.deploymentId === deploymentId,
  );
  if (users.length === 0) return;
  const stages = users.map(({ stage }) => stage).join(", ");
  throw failures.create("DEPLOYMENT_IN_USE", { deployment: deploymentId, stages });
}

function redefine(
  standing: Standing | undefined,
  { stage, variables, canary }: Redefined,
  deploymentId: string,
): Standing {
  const moved = standing
    ? { ...stepTo(standing, deploymentId), variables }
    : { stage, variables, deploymentId, before: [] };
  return canary === undefined ? moved : { ...withoutCanary(moved), ...(canary && { canary }) };
}

interface Snapshots<Api> {
  /** Takes another definition; the returned function brings the one before back. */
  readonly define: (api: Api) => () => void;
  readonly keep: (description?: string) => string;
  /** Keeps one under an id of the definition's own. */
  readonly keepAs: (id: string) => void;
  readonly find: (id: string) => Deployment<Api>;
  readonly has: (id: string) => boolean;
  readonly remove: (id: string) => void;
  readonly all: () => readonly Deployment<Api>[];
}

function createSnapshots<Api>({ api, clock, ids }: DeploymentsOptions<Api>): Snapshots<Api> {
  let current = freeze(api);
  const byId = new Map<string, Deployment<Api>>();
  const find = (id: string): Deployment<Api> => {
    const found = byId.get(id);
    if (!found) throw failures.create("DEPLOYMENT_UNKNOWN", { deployment: id });
    return found;
  };
  const add = (deployment: Omit<Deployment<Api>, "createdAt" | "api">): string => {
    byId.set(deployment.id, { ...deployment, createdAt: clock.now(), api: current });
    return deployment.id;
  };
  return {
    define(next) {
      const before = current;
      current = freeze(next);
      return () => void (current = before);
    },
    keep: (description) => add({ id: newId(ids, byId), ...(description !== undefined && { description }) }),
    keepAs: (id) => void (byId.has(id) || add({ id })),
    find,
    has: (id) => byId.has(id),
    remove: (id) => void byId.delete(find(id).id),
    all: () => [...byId.values()],
  };
}

/** Six characters as API Gateway's own ids have, and none that is taken. */
function newId(ids: Ids, taken: ReadonlyMap<string, unknown>): string {
  const id = ids.uuid().replaceAll("-", "").slice(0, 6);
  let one = id;
  for (let number = 1; taken.has(one); number += 1) one = `${id}${number}`;
  return one;
}

/** A copy that nobody can change. */
function freeze<Api>(api: Api): Api {
  const copy = structuredClone(api);
  const visit = (value: unknown): void => {
    if (typeof value !== "object" || value === null || Object.isFrozen(value)) return;
    Object.freeze(value);
    Object.values(value).forEach(visit);
  };
  visit(copy);
  return copy;
}

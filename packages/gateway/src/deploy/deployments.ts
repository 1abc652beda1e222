// An API's deployments: frozen snapshots of its definition, and which of them each stage stands at.
import { failures } from "../failures.ts";
import type { CanarySettings } from "../model/stage.ts";
import type { Clock, Ids } from "../ports.ts";
import {
  type Deployment,
  emptyState,
  keep,
  keepNamed,
  move,
  newId,
  type Plan,
  snapshotOf,
  type State,
  without,
} from "./deployment-state.ts";
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

/** A stage as a definition has it at start. */
export type FirstStanding = Omit<Standing, "before">;

/** What deployments are made of. `Source` is what is not frozen: settings that act at once, keys. */
export interface DeploymentsOptions<Api, Source, Served> {
  readonly api: Api;
  readonly source: Source;
  readonly stages: readonly FirstStanding[];
  readonly clock: Clock;
  readonly ids: Ids;
  readonly plan: Plan<Api, Source, Served>;
}

/** A stage as a definition that is read anew has it. */
export interface Redefined extends Pick<Standing, "stage" | "variables"> {
  /** `null` ends a canary; one that is left out stays as it is. */
  readonly canary?: CanarySettings | null;
}

/** {@link Deployments}, for the one who reads definitions and answers requests. */
export interface OwnedDeployments<Api, Source, Served> extends Deployments<Api> {
  /** What a stage serves. */
  readonly find: (stage: string) => Served | undefined;
  readonly names: () => readonly string[];
  readonly source: () => Source;
  /**
   * Makes ready for a definition as it is read anew: it is deployed, and each stage that it names stands there with the
   * variables given; a stage that it no longer names is gone. Nothing changes before the function that is returned is
   * called, which cannot fail: several APIs can so be deployed together or not at all. Call it at once, or never.
   */
  prepare(
    next: Pick<DeploymentsOptions<Api, Source, Served>, "api" | "source">,
    stages: readonly Redefined[],
  ): () => void;
  /** Serves every stage anew, where it stands. */
  replan(source: Source): void;
}

/**
 * Starts an API's history with the deployments that its definition names.
 *
 * Its methods throw the failures `DEPLOYMENT_UNKNOWN`, `STAGE_UNKNOWN`, `DEPLOYMENT_IN_USE`, `CANARY_INVALID` and
 * `NOTHING_TO_ROLL_BACK`, and what planning a stage throws; every stage then stands where it stood.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-deployments.html
 */
export function createDeployments<Api, Source, Served>(
  options: DeploymentsOptions<Api, Source, Served>,
): OwnedDeployments<Api, Source, Served> {
  const { plan, clock } = options;
  const kept = options.stages.reduce(
    (before, first) => keepNamed(before, first, clock),
    emptyState<Api, Source, Served>(options.api, options.source),
  );
  let state = move(
    kept,
    options.stages.map((first) => ({ ...first, before: [] })),
    plan,
  );
  const at = (stage: string): Standing => {
    const found = state.standings.get(stage);
    if (!found) throw failures.create("STAGE_UNKNOWN", { stage });
    return found;
  };
  const to = (standing: Standing): void => void (state = move(state, [standing], plan));
  return {
    ...readers(() => state),
    ...changes(at, to, () => state),
    deploy(description) {
      const id = newId(options.ids, state);
      state = keep(state, { id, createdAt: clock.now(), ...(description !== undefined && { description }) });
      return id;
    },
    replan(source) {
      state = move({ ...state, source }, [...state.standings.values()], plan);
    },
    prepare({ api, source }, stages) {
      const id = newId(options.ids, state);
      const read = { ...emptyState<Api, Source, Served>(api, source), snapshots: state.snapshots };
      const deployed = keep(read, {
        id,
        createdAt: clock.now(),
        description: "The definition was read anew",
      });
      const moved = stages.map((one) => redefine(state.standings.get(one.stage), one, id));
      const next = move(
        moved.reduce((before, one) => keepNamed(before, one, clock), deployed),
        moved,
        plan,
      );
      return () => void (state = next);
    },
    remove(deploymentId) {
      assertUnused(deploymentId, [...state.standings.values()]);
      state = without(state, deploymentId);
    },
  };
}

/** What can be asked, of the state as it is then. */
function readers<Api, Source, Served>(
  now: () => State<Api, Source, Served>,
): Pick<OwnedDeployments<Api, Source, Served>, "find" | "names" | "source" | "history" | "stages"> {
  return {
    find: (stage) => now().served.get(stage),
    names: () => [...now().served.keys()],
    source: () => now().source,
    history: () => [...now().snapshots.values()],
    stages: () => [...now().standings.values()],
  };
}

/** What moves one stage. */
function changes(
  at: (stage: string) => Standing,
  to: (standing: Standing) => void,
  now: () => State<unknown, unknown, unknown>,
): Pick<Deployments, "point" | "rollBack" | "startCanary" | "promoteCanary" | "endCanary"> {
  return {
    point: (stage, deploymentId) => to(pointTo(at(stage), snapshotOf(now(), deploymentId).id)),
    rollBack(stage) {
      to(stepBack(at(stage), (id) => now().snapshots.has(id)));
      return at(stage).deploymentId;
    },
    startCanary: (stage, canary) => to(withCanary(at(stage), canary)),
    promoteCanary: (stage) => to(promoted(at(stage))),
    endCanary: (stage) => to(withoutCanary(at(stage))),
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

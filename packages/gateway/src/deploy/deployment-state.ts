// Where an API's deployments stand, in one piece: a change makes another state, or none where it is refused.
import { failures } from "../failures.ts";
import type { Clock, Ids } from "../ports.ts";
import type { Standing } from "./standing.ts";

/** A snapshot of an API, never changed again. */
export interface Deployment<Api> {
  readonly id: string;
  readonly createdAt: number;
  readonly description?: string;
  readonly api: Api;
}

/** Everything that a request can meet. `Source` is what is not frozen: settings that act at once, keys. */
export interface State<Api, Source, Served> {
  /** As it was last read, frozen. */
  readonly api: Api;
  readonly source: Source;
  readonly snapshots: ReadonlyMap<string, Deployment<Api>>;
  readonly standings: ReadonlyMap<string, Standing>;
  readonly served: ReadonlyMap<string, Served>;
}

/** Makes what a stage serves where it stands. It changes nothing: what it throws leaves everything as it was. */
export type Plan<Api, Source, Served> = (
  standing: Standing,
  find: (deploymentId: string) => Api,
  source: Source,
) => Served;

/** An API as it is read, of which nothing is deployed. */
export function emptyState<Api, Source, Served>(api: Api, source: Source): State<Api, Source, Served> {
  return { api: freeze(api), source, snapshots: new Map(), standings: new Map(), served: new Map() };
}

/** @throws `DEPLOYMENT_UNKNOWN` */
export function snapshotOf<Api>(
  { snapshots }: Pick<State<Api, unknown, unknown>, "snapshots">,
  id: string,
): Deployment<Api> {
  const found = snapshots.get(id);
  if (!found) throw failures.create("DEPLOYMENT_UNKNOWN", { deployment: id });
  return found;
}

/** With a deployment of the API as it was last read. */
export function keep<Api, Source, Served>(
  state: State<Api, Source, Served>,
  deployment: Omit<Deployment<Api>, "api">,
): State<Api, Source, Served> {
  const snapshots = new Map(state.snapshots).set(deployment.id, { ...deployment, api: state.api });
  return { ...state, snapshots };
}

/** With the deployments that a stage names and that are not there yet. */
export function keepNamed<Api, Source, Served>(
  state: State<Api, Source, Served>,
  { deploymentId, canary }: Pick<Standing, "deploymentId" | "canary">,
  clock: Clock,
): State<Api, Source, Served> {
  return [deploymentId, ...(canary ? [canary.deploymentId] : [])]
    .filter((id) => !state.snapshots.has(id))
    .reduce((before, id) => keep(before, { id, createdAt: clock.now() }), state);
}

/** Without one deployment. @throws `DEPLOYMENT_UNKNOWN` */
export function without<Api, Source, Served>(
  state: State<Api, Source, Served>,
  id: string,
): State<Api, Source, Served> {
  const snapshots = new Map(state.snapshots);
  snapshots.delete(snapshotOf(state, id).id);
  return { ...state, snapshots };
}

/** With stages where they are to stand, and what they serve there. @throws what planning throws */
export function move<Api, Source, Served>(
  state: State<Api, Source, Served>,
  moved: readonly Standing[],
  plan: Plan<Api, Source, Served>,
): State<Api, Source, Served> {
  const standings = new Map(state.standings);
  const served = new Map(state.served);
  for (const standing of moved) {
    served.set(
      standing.stage,
      plan(standing, (id) => snapshotOf(state, id).api, state.source),
    );
    standings.set(standing.stage, standing);
  }
  return { ...state, standings, served };
}

/** Six characters as API Gateway's own ids have, and none that is taken. */
export function newId(
  ids: Ids,
  { snapshots: taken }: Pick<State<unknown, unknown, unknown>, "snapshots">,
): string {
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

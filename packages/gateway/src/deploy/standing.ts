// Where a stage stands, and the ways it can go from there.
import { failures } from "../failures.ts";
import type { CanarySettings } from "../model/stage.ts";

/** Where a stage stands. */
export interface Standing {
  readonly stage: string;
  readonly deploymentId: string;
  readonly variables: Readonly<Record<string, string>>;
  readonly canary?: CanarySettings;
  /** Where it stood before, the latest last. */
  readonly before: readonly string[];
}

/** What must be said of a new canary; the rest is as API Gateway has it. */
export type NewCanary = Partial<CanarySettings> & Pick<CanarySettings, "percentTraffic">;

/** So many steps back are remembered. */
const memory = 100;

/** A step on, with the way back remembered. */
export function stepTo(standing: Standing, deploymentId: string): Standing {
  const before = [...standing.before, standing.deploymentId].slice(-memory);
  return { ...standing, deploymentId, before };
}

/**
 * To another deployment, which a canary forbids.
 *
 * @throws failure `CANARY_INVALID`.
 */
export function pointTo(standing: Standing, deploymentId: string): Standing {
  if (!standing.canary) return stepTo(standing, deploymentId);
  const why = `the stage ${standing.stage} has a canary; promote or end it first`;
  throw failures.create("CANARY_INVALID", { why });
}

/**
 * To the latest deployment before that there still is; a canary ends.
 *
 * @throws failure `NOTHING_TO_ROLL_BACK`.
 */
export function stepBack(standing: Standing, exists: (deploymentId: string) => boolean): Standing {
  const { before, stage, variables } = standing;
  const deploymentId = before.findLast(exists);
  if (deploymentId === undefined) throw failures.create("NOTHING_TO_ROLL_BACK", { stage });
  return { stage, variables, deploymentId, before: before.slice(0, before.lastIndexOf(deploymentId)) };
}

/**
 * With a canary, or with its settings changed.
 *
 * @throws failure `CANARY_INVALID`.
 */
export function withCanary(standing: Standing, given: NewCanary): Standing {
  const first = {
    deploymentId: standing.deploymentId,
    stageVariableOverrides: {},
    useStageCache: false,
  };
  const canary = { ...first, ...standing.canary, ...given };
  if (canary.percentTraffic >= 0 && canary.percentTraffic <= 100) return { ...standing, canary };
  throw failures.create("CANARY_INVALID", { why: "percentTraffic is from 0 to 100" });
}

/**
 * At the canary's deployment and with its variables; the canary stays, without traffic.
 *
 * @throws failure `CANARY_INVALID`.
 */
export function promoted(standing: Standing): Standing {
  const { canary, variables } = standing;
  if (!canary) {
    throw failures.create("CANARY_INVALID", { why: "Promotion not available. Canary does not exist" });
  }
  return {
    ...stepTo(standing, canary.deploymentId),
    variables: { ...variables, ...canary.stageVariableOverrides },
    canary: { ...canary, percentTraffic: 0, stageVariableOverrides: {} },
  };
}

/** Without its canary. */
export function withoutCanary({ stage, deploymentId, variables, before }: Standing): Standing {
  return { stage, deploymentId, variables, before };
}

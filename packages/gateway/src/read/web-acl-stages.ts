// Which stages of the REST API have a web ACL.
import type { RestApi } from "../model/rest-api.ts";
import { closest } from "./closest.ts";
import type { Cursor } from "./cursor.ts";

/** Takes a stage for a web ACL. */
export type Claim = (stage: string, at: Cursor) => void;

/** A stage must be there, and has one web ACL at most. @throws `DEFINITION_INVALID` */
export function createStageClaims(restApi: RestApi | undefined): Claim {
  const all = restApi === undefined ? [] : [restApi.stage, ...(restApi.stages ?? []).map(({ name }) => name)];
  const known = new Set(all);
  const taken = new Map<string, string>();
  return (stage, at) => {
    if (!known.has(stage)) {
      const near = closest(stage, known);
      at.refuse(`a stage of the REST API (${[...known].join(", ") || "there is none"})`, {
        hint: near === undefined ? `There is no stage ${stage.slice(0, 128)}.` : `Did you mean "${near}"?`,
      });
    }
    const first = taken.get(stage);
    if (first !== undefined) {
      at.refuse("a stage without a web ACL", {
        hint: `The one of ${first} stands before ${stage} already, and a stage has one at most.`,
      });
    }
    taken.set(stage, at.path);
  };
}

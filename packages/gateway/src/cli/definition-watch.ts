// Deploys a definition anew whenever its file changes.
import { isDeepStrictEqual } from "node:util";
import { createSourceWatch } from "../lambda/source-watch.ts";
import type { Service } from "../model/service.ts";
import type { Log } from "../ports.ts";
import type { Gateway } from "../start.ts";

/** What watching a definition needs. */
export interface DefinitionWatch {
  readonly file: string;
  readonly read: () => Promise<Service>;
  readonly gateway: Pick<Gateway, "redeploy" | "deployments">;
  readonly first: Service;
  readonly log: Log;
  /** Says what went wrong; the deployment before goes on. */
  readonly fail: (error: unknown) => void;
}

/** Parts of a definition that a running gateway cannot take over. */
const started = [
  "functions",
  "bundling",
  "websocketApi",
  "tables",
  "buckets",
  "userPools",
  "identities",
  "domains",
  "functionUrls",
  "schedules",
  "localLimits",
] as const;

/** APIs that come or go; one that stays is deployed anew. */
const apis = ["restApi", "httpApi"] as const;

/** Starts watching. The returned function ends it. */
export function watchDefinition({ file, read, gateway, first, log, fail }: DefinitionWatch): () => void {
  let before = first;
  const watch = createSourceWatch(async () => {
    try {
      const next = await read();
      if (isDeepStrictEqual(next, before)) return;
      gateway.redeploy(next);
      const stale = [
        ...started.filter((part) => !isDeepStrictEqual(next[part], first[part])),
        ...apis.filter((part) => (next[part] === undefined) !== (first[part] === undefined)),
      ];
      before = next;
      log.info(`deployed ${file}: ${idsOf(gateway.deployments)}`);
      if (stale.length > 0) log.warn(`start again for what changed in: ${stale.join(", ")}`);
    } catch (error) {
      fail(error);
    }
  });
  watch.follow([file]);
  return () => watch.close();
}

function idsOf({ rest, http }: Gateway["deployments"]): string {
  const latest = [
    ["REST", rest],
    ["HTTP", http],
  ] as const;
  return latest
    .flatMap(([name, deployments]) => {
      const id = deployments?.history().at(-1)?.id;
      return id === undefined ? [] : [`${name} ${id}`];
    })
    .join(", ");
}

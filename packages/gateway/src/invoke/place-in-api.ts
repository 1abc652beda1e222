// Which stage of an API a request names, and which path within it: by its own path, or by a custom domain's mapping.
import type { ArrivedHttp } from "./application.ts";

/** Where within an API a request goes. */
export interface PlaceInApi {
  /** Empty where the path names none. */
  readonly stage: string;
  /** Without stage or base path, percent-encoding kept; slashes that lead count as one. */
  readonly path: string;
}

/**
 * Reads a REST request's stage and path. On a custom domain the mapping knows the stage, and its base path goes.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/rest-api-mappings.html
 */
export function toPlaceInApi({ path, mapping }: Pick<ArrivedHttp, "path" | "mapping">): PlaceInApi {
  if (mapping) return { stage: mapping.stage, path: oneSlash(withoutBasePath(path, mapping.basePath)) };
  const start = afterSlashes(path, 0);
  const slash = path.indexOf("/", start);
  const end = slash < 0 ? path.length : slash;
  return { stage: path.slice(start, end), path: oneSlash(path.slice(end)) };
}

/** A path on a custom domain without its mapping's base path. */
export function withoutBasePath(path: string, basePath: string): string {
  return basePath === "" ? path : path.slice(basePath.length + 1);
}

function oneSlash(path: string): string {
  return `/${path.slice(afterSlashes(path, 0))}`;
}

function afterSlashes(path: string, from: number): number {
  let at = from;
  while (path[at] === "/") at += 1;
  return at;
}

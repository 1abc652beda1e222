// What a stage's cache does for one method: its key, its time, and who may refresh it.
import { gatewayLimits } from "@gatewright/contract";
import type { RestApi, RestMethod } from "../model/rest-api.ts";
import type { MethodSettings, RestStage } from "../model/stage.ts";

/** One part of a cache key: where the request has it. */
export interface CacheKeyPart {
  readonly name: string;
  readonly from: "path" | "querystring" | "header" | "multivaluequerystring" | "multivalueheader";
  readonly of: string;
}

/** How answers of one method are kept. */
export interface CachePlan {
  readonly namespace: string;
  readonly parts: readonly CacheKeyPart[];
  readonly seconds: number;
  readonly isEncrypted: boolean;
  /** What becomes of `Cache-Control: max-age=0` from a caller without the right to it; absent where all have it. */
  readonly refusal?: NonNullable<MethodSettings["unauthorizedCacheControl"]>;
}

/** A method, as a stage has it. */
interface CachedMethod {
  readonly api: RestApi;
  readonly stage: RestStage;
  readonly method: RestMethod;
  readonly verb: string;
  readonly settings: MethodSettings;
  /** Whether the method itself asks for it: without that, only GET is cached. */
  readonly isOwn: boolean;
}

/**
 * Plans the cache of one method; `undefined` where nothing is kept: no cache, switched off, no time, or a stream.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-caching.html
 */
export function planCache({ stage, method, verb, settings, isOwn }: CachedMethod): CachePlan | undefined {
  if (stage.cacheCluster?.enabled !== true || settings.cachingEnabled === false) return undefined;
  if (verb !== "GET" && !isOwn) return undefined;
  const { integration } = method;
  if (integration.type === "MOCK_CORS" || integration.responseTransferMode === "STREAM") return undefined;
  const seconds = Math.min(
    settings.cacheTtlSeconds ?? gatewayLimits.cacheTtlDefaultSeconds,
    gatewayLimits.cacheTtlMaxSeconds,
  );
  if (seconds <= 0) return undefined;
  const mapping = integration.type === "AWS_PROXY" ? {} : integration.requestParameters;
  return {
    namespace: integration.cacheNamespace ?? method.resourceId,
    parts: readParts(integration.cacheKeyParameters ?? [], mapping),
    seconds,
    isEncrypted: settings.cacheDataEncrypted === true,
    ...(settings.requireAuthorizationForCacheControl !== false && {
      refusal: settings.unauthorizedCacheControl ?? "SUCCEED_WITH_RESPONSE_HEADER",
    }),
  };
}

/** Sorted by name, so that the order in a definition makes no difference between two methods of one namespace. */
function readParts(
  names: readonly string[],
  mapping: Readonly<Record<string, string>>,
): readonly CacheKeyPart[] {
  return [...new Set(names)].toSorted().flatMap((name) => readPart(name, mapping[name] ?? name) ?? []);
}

function readPart(name: string, place: string): CacheKeyPart | undefined {
  const [, from, of] =
    /^(?:method|integration)\.request\.(path|querystring|header|multivaluequerystring|multivalueheader)\.(.+)$/.exec(
      place,
    ) ?? [];
  if (of === undefined) return undefined; // a constant, the same for all
  return { name, from: from as CacheKeyPart["from"], of }; // one of the names in the pattern
}

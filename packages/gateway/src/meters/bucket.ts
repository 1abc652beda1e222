// Token buckets: how many requests may come at once, and how fast after that.
import type { Clock } from "../ports.ts";

/** Tokens added per second, and the most that a bucket holds. -1 means no limit. */
export interface BucketSize {
  readonly rateLimit: number;
  readonly burstLimit: number;
}

/** Buckets by key. A bucket starts full. */
export interface Buckets {
  /** Takes one token; `false` when the bucket holds none. */
  take(key: string, size: BucketSize): boolean;
}

/** A token is counted in thousandths, so that whole rates stay whole numbers at every millisecond. */
const token = 1000;

/**
 * Creates token buckets that live as long as the gateway.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-request-throttling.html
 */
export function createBuckets(clock: Clock): Buckets {
  const levels = new Map<string, { level: number; at: number }>();
  return {
    take(key, { rateLimit, burstLimit }) {
      if (rateLimit < 0 || burstLimit < 0) return true;
      const now = clock.now();
      const full = burstLimit * token;
      const bucket = levels.get(key);
      if (!bucket) {
        levels.set(key, { level: full >= token ? full - token : full, at: now });
        return full >= token;
      }
      const level = Math.min(full, bucket.level + Math.max(0, now - bucket.at) * rateLimit);
      const isEnough = level >= token;
      bucket.level = isEnough ? level - token : level;
      bucket.at = now;
      return isEnough;
    },
  };
}

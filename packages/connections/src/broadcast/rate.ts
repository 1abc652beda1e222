// A token bucket for the account: @connections counts in the same rate as every other call of API Gateway.

/** A rate that many broadcasts of this process may share. */
export interface Rate {
  /** Takes one token; what it returns must be waited for, `undefined` means that there was one. */
  take(): Promise<void> | undefined;
}

/** How fast, and how much at once. */
export interface RateOptions {
  /** Posts a second. @default 10000, the quota of an account in a region */
  readonly perSecond?: number;
  /** Posts at once after a pause. @default half of `perSecond`, as AWS does */
  readonly burst?: number;
}

const longestNapMs = 1_000;

/**
 * Makes a token bucket. It knows of this process only: divide the account's rate by how many of them post at once.
 *
 * @example
 * const rate = postRate({ perSecond: 2_000 }); // outside of the handler
 * await broadcast({ registry, poster }, { room }, message, { rate });
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html
 */
export function postRate({ perSecond = 10_000, burst = perSecond / 2 }: RateOptions = {}): Rate {
  const most = Math.max(1, burst);
  let tokens = most;
  let filledAt = performance.now();
  const waiting: (() => void)[] = [];
  let timer: ReturnType<typeof setTimeout> | undefined;

  const fill = (): void => {
    const now = performance.now();
    tokens = Math.min(most, tokens + ((now - filledAt) * perSecond) / 1_000);
    filledAt = now;
  };
  const serve = (): void => {
    timer = undefined;
    fill();
    while (tokens >= 1 && waiting.length > 0) {
      tokens -= 1;
      waiting.shift()?.();
    }
    if (waiting.length > 0) sleep();
  };
  const sleep = (): void => {
    timer ??= setTimeout(serve, Math.min(longestNapMs, Math.max(1, ((1 - tokens) * 1_000) / perSecond)));
  };
  return {
    take() {
      fill();
      if (tokens >= 1 && waiting.length === 0) {
        tokens -= 1;
        return undefined;
      }
      sleep();
      return new Promise((resolve) => waiting.push(resolve));
    },
  };
}

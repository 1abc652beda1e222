// Says something before API Gateway's ten idle minutes are over, and notices when nobody hears it.

/** When to say it. */
export interface HeartbeatTimes {
  readonly everyMs: number;
  /** How long silence may last after it was said. */
  readonly patienceMs: number;
}

/** What a heartbeat does. */
export interface HeartbeatActs {
  beat(): void;
  /** Nothing at all was heard after a beat: the connection only looks alive. */
  dead(): void;
}

/** A running heartbeat. */
export interface Heartbeat {
  /** Something was heard, whatever it was. */
  heard(): void;
  /** Beats now: after a sleep, a change of network. */
  probe(): void;
  stop(): void;
}

/** Starts to beat. */
export function startHeartbeat({ everyMs, patienceMs }: HeartbeatTimes, acts: HeartbeatActs): Heartbeat {
  let silence: ReturnType<typeof setTimeout> | undefined;
  const probe = (): void => {
    silence ??= setTimeout(() => acts.dead(), patienceMs);
    acts.beat();
  };
  const timer = setInterval(probe, everyMs);
  const heard = (): void => {
    clearTimeout(silence);
    silence = undefined;
  };
  return {
    heard,
    probe,
    stop() {
      clearInterval(timer);
      heard();
    },
  };
}

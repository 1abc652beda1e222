// The moments when a browser loses its network, and when it is likely to have it back: online again, or visible again.

interface EventSource {
  addEventListener?(type: string, listener: () => void): void;
  removeEventListener?(type: string, listener: () => void): void;
}

/** What is done at those moments. */
export interface WakeActs {
  /** The browser says that it has no network. */
  lost(): void;
  /** It may have it back; `changed` where it was gone for certain. */
  woken(changed: boolean): void;
}

/** Watches for those moments; where there are none (Node), they never come. Returns what ends it. */
export function onWake(acts: WakeActs): () => void {
  // a browser's global scope, a worker's without document, or Node's without either
  const scope = globalThis as EventSource & { document?: EventSource & { visibilityState?: string } };
  const { document } = scope;
  const lost = (): void => acts.lost();
  const back = (): void => acts.woken(true);
  const seen = (): void => {
    if (document?.visibilityState === "visible") acts.woken(false);
  };
  scope.addEventListener?.("offline", lost);
  scope.addEventListener?.("online", back);
  document?.addEventListener?.("visibilitychange", seen);
  return () => {
    scope.removeEventListener?.("offline", lost);
    scope.removeEventListener?.("online", back);
    document?.removeEventListener?.("visibilitychange", seen);
  };
}

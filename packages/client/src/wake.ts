// The moments when a browser is likely to have its network back: online again, or visible again.

interface EventSource {
  addEventListener?(type: string, listener: () => void): void;
  removeEventListener?(type: string, listener: () => void): void;
}

/** Calls `woken` at those moments; where there are none (Node), never. Returns what ends it. */
export function onWake(woken: () => void): () => void {
  // a browser's global scope, a worker's without document, or Node's without either
  const scope = globalThis as EventSource & { document?: EventSource & { visibilityState?: string } };
  const seen = (): void => {
    if (scope.document?.visibilityState === "visible") woken();
  };
  scope.addEventListener?.("online", woken);
  scope.document?.addEventListener?.("visibilitychange", seen);
  return () => {
    scope.removeEventListener?.("online", woken);
    scope.document?.removeEventListener?.("visibilitychange", seen);
  };
}

// Before the tab goes: what has not been sent would be lost.
import { useEffect } from "preact/hooks";
import type { Outgoing } from "../chat-state.ts";

/** Lets the browser ask while something is on its way; what failed is the user's to leave. */
export function useLeaveGuard(outgoing: readonly Outgoing[]): void {
  const isBusy = outgoing.some(({ problem }) => problem === undefined);
  useEffect(() => {
    if (!isBusy) return undefined;
    const ask = (event: BeforeUnloadEvent): void => event.preventDefault();
    addEventListener("beforeunload", ask);
    return () => removeEventListener("beforeunload", ask);
  }, [isBusy]);
}

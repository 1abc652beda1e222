// One value that a view shows, and a way to hear of its changes.
import { useEffect, useState } from "preact/hooks";

/** A value with listeners. */
export interface Store<State> {
  readonly state: State;
  /** Replaces some of the fields, and tells. */
  set(change: Partial<State>): void;
  subscribe(listener: () => void): () => void;
}

/** Starts a store. */
export function createStore<State extends object>(first: State): Store<State> {
  let state = first;
  const listeners = new Set<() => void>();
  return {
    get state() {
      return state;
    },
    set(change) {
      state = { ...state, ...change };
      for (const listener of listeners) listener();
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** The state of a store, in a component that is drawn again when it changes. */
export function useStore<State extends object>(store: Store<State>): State {
  const [state, setState] = useState(store.state);
  useEffect(() => {
    setState(store.state);
    return store.subscribe(() => setState(store.state));
  }, [store]);
  return state;
}

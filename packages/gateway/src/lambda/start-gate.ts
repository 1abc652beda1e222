// How many environments may be starting at once: more than the cores can load would slow every one of them.

/** A start that takes longer makes way for the next: it is likely to wait, not to compute. */
export const slowStartMs = 500;

/** Something that wants to start an environment and may have to wait for its turn. */
export interface Starter {
  /** Whether an event waits for the start. Those go first. */
  isUrgent(): boolean;
  /** It may be possible now; ask again. */
  retry(): void;
}

/** Lets a few through at a time. */
export interface StartGate {
  /** Takes a place, or answers false and calls `retry` when one is free. */
  enter(starter: Starter): boolean;
  leave(): void;
}

/** Makes a gate with so many places. */
export function createStartGate(places: number): StartGate {
  let free = places;
  const waiting = new Set<Starter>();
  return {
    enter(starter) {
      if (free === 0) {
        waiting.add(starter);
        return false;
      }
      free -= 1;
      return true;
    },
    leave() {
      free += 1;
      const turn = [...waiting].sort((a, b) => Number(b.isUrgent()) - Number(a.isUrgent()));
      waiting.clear();
      for (const starter of turn) starter.retry();
    },
  };
}

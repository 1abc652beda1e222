// Listeners of one kind of event: one that throws does not keep the others from hearing.

/** Listeners that can be added, taken off, and told. */
export interface Listeners<Event> {
  add(listener: (event: Event) => void): () => void;
  tell(event: Event): void;
}

/** Starts with nobody listening. A listener's error surfaces as uncaught, as it would from a DOM event. */
export function createListeners<Event>(): Listeners<Event> {
  const listeners = new Set<{ readonly hear: (event: Event) => void }>();
  return {
    add(hear) {
      const listener = { hear };
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    tell(event) {
      for (const { hear } of listeners) {
        try {
          hear(event);
        } catch (error) {
          queueMicrotask(() => {
            throw error;
          });
        }
      }
    },
  };
}

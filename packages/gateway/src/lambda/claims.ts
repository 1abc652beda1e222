// Who has an event that was sent ahead: its environment, or the service again. Decided without asking the thread.

/** Events that may be on their way to one environment: more than are ever sent ahead. */
const places = 256;
const open = 0;
const begun = 1;
const recalled = 2;

/** One place for each event on its way to an environment, in memory that both threads see. */
export interface Claims {
  readonly shared: SharedArrayBuffer;
  /** A place for the next event. */
  next(): number;
  /** Takes an event back. `false`: it has begun. */
  recall(place: number): boolean;
}

/** The service's side. */
export function createClaims(): Claims {
  const shared = new SharedArrayBuffer(places * Int32Array.BYTES_PER_ELEMENT);
  const states = new Int32Array(shared);
  let last = 0;
  return {
    shared,
    next() {
      last = (last + 1) % places;
      Atomics.store(states, last, open);
      return last;
    },
    recall: (place) => Atomics.compareExchange(states, place, open, recalled) === open,
  };
}

/** The environment's side: answers whether the event of a place may begin, and from then on it has. */
export function beginsIn(shared: SharedArrayBuffer): (place: number) => boolean {
  const states = new Int32Array(shared);
  return (place) => Atomics.compareExchange(states, place, open, begun) === open;
}

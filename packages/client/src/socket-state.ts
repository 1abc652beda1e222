// What a socket is doing, as a UI can show it.

/** One change of state. */
export type StateChange =
  /** A connection is being made; `attempt` is 0 for the first and after every success. */
  | { readonly state: "connecting"; readonly attempt: number }
  /** It is there. `again` is true from the second time on: join rooms again, with the last sequence numbers. */
  | { readonly state: "open"; readonly again: boolean }
  /** It fell, or could not be made: the next try is in `delayMs`. `code` is the close code (1006 where nothing is known). */
  | { readonly state: "waiting"; readonly attempt: number; readonly delayMs: number; readonly code: number }
  /** `close()` was called; nothing will happen any more. */
  | { readonly state: "closed" };

/** The name of a state. */
export type SocketState = StateChange["state"];

// Messages of one connection on their way in: handled side by side, in the order of arrival, at most so many at once.

/** A connection's inbox. */
export interface Inbox {
  push(text: string): void;
}

/** What an inbox needs: somebody who handles a message, and a tap. */
export interface InboxPorts {
  /** Handles one message; never rejects. The next one may start before it is done. */
  handle(text: string): Promise<void>;
  /** Stops and starts the stream of messages. */
  pause(): void;
  resume(): void;
}

/** So many messages of one connection are handled at once; the client's next ones wait in its own socket. */
export const inFlightAtMost = 16;

/** Makes an inbox. What arrives although it is paused waits its turn. */
export function createInbox(ports: InboxPorts): Inbox {
  const waiting: string[] = [];
  let inFlight = 0;
  let paused = false;

  const start = (text: string): void => {
    inFlight += 1;
    void ports.handle(text).finally(() => {
      inFlight -= 1;
      work();
    });
  };
  const take = (): string | undefined => (inFlight < inFlightAtMost ? waiting.shift() : undefined);
  const work = (): void => {
    for (let text = take(); text !== undefined; text = take()) start(text);
    const full = inFlight >= inFlightAtMost;
    if (full === paused) return;
    paused = full;
    if (full) ports.pause();
    else ports.resume();
  };
  return {
    push(text) {
      waiting.push(text);
      work();
    },
  };
}

// One WebSocket from its making to its end: opens at most once, ends exactly once.

/** What the client needs of a WebSocket: the browser's, Node's, or that of `ws`. */
export interface WebSocketLike {
  send(text: string): void;
  close(code?: number, reason?: string): void;
  addEventListener(type: "open" | "error", listener: () => void): void;
  addEventListener(type: "message", listener: (event: { readonly data: unknown }) => void): void;
  addEventListener(type: "close", listener: (event: { readonly code: number }) => void): void;
}

/** The constructor of a WebSocket. */
export type WebSocketClass = new (url: string, protocols: string[]) => WebSocketLike;

/** One connection. */
export interface Link {
  send(text: string): void;
  /** Ends it now: `ended` runs at once, without waiting for the other side. */
  end(): void;
  /** Ends it later, unless it has ended by itself. */
  endAfter(ms: number): void;
  readonly openedAt: number | undefined;
}

/** Where to, and with which class. */
export interface Address {
  readonly url: string;
  readonly protocols: readonly string[];
  readonly WebSocket: WebSocketClass;
  /** A connection that has not opened by then ends. */
  readonly openMs: number;
}

/** What happens on a connection. */
export interface LinkEvents {
  opened(link: Link): void;
  received(link: Link, data: unknown): void;
  /** Once; `code` is 1006 when nothing better is known. */
  ended(link: Link, code: number): void;
}

/** Makes a connection. @throws what the WebSocket's constructor throws for a bad address or protocol */
export function openLink({ url, protocols, WebSocket, openMs }: Address, events: LinkEvents): Link {
  const socket = new WebSocket(url, [...protocols]);
  let over = false;
  let openedAt: number | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const ended = (code: number): void => {
    if (over) return;
    over = true;
    clearTimeout(timer);
    events.ended(link, code);
  };
  const link: Link = {
    send: (text) => socket.send(text),
    end() {
      socket.close(1000);
      ended(1006);
    },
    endAfter(ms) {
      clearTimeout(timer);
      if (!over) timer = setTimeout(() => link.end(), ms);
    },
    get openedAt() {
      return openedAt;
    },
  };
  link.endAfter(openMs);
  socket.addEventListener("open", () => {
    if (over) return;
    clearTimeout(timer);
    openedAt = Date.now();
    events.opened(link);
  });
  socket.addEventListener("message", ({ data }) => {
    if (!over) events.received(link, data);
  });
  socket.addEventListener("close", ({ code }) => ended(code));
  // a close event follows every error; without a listener `ws` would throw
  socket.addEventListener("error", () => undefined);
  return link;
}

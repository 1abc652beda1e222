// What this room and its door say to each other: an upgrade request, a socket, an HTTP request and its answer.
import type { HeaderPair } from "../invoke/application.ts";

/** An upgrade request that waits for its answer: exactly one of `accept` and `refuse` is called. */
export interface Knock {
  readonly method: string;
  /** Path and query as on the request line. */
  readonly target: string;
  /** Names as sent, in order, repeated where the client repeated them. */
  readonly headers: readonly HeaderPair[];
  readonly remoteAddress: string;
  /** Whether the client is known to have left. A client may also leave unseen. */
  readonly left: boolean;
  /**
   * Answers 101 and opens the socket; nothing is read from it before.
   * Gives `undefined`, and ends the socket, where the client has left or the handshake turns out to be broken.
   */
  accept(subprotocol: string | undefined, listener: SocketListener): ClientSocket | undefined;
  /** Answers with another status and ends the socket. */
  refuse(answer: HttpAnswer): void;
}

/** An open socket, seen from the gateway. */
export interface ClientSocket {
  /** False from the moment that either side has started to close. */
  readonly isOpen: boolean;
  /** Bytes that were sent and that the system has not taken yet. */
  readonly bufferedBytes: number;
  /** Sends one text message, as text or as its bytes in UTF-8; `done` runs when the system has taken it or never will. */
  send(text: string | Uint8Array, done?: () => void): void;
  /** Sends one binary message. */
  sendBinary(bytes: Uint8Array, done?: () => void): void;
  /** Starts the closing handshake. */
  close(code: number, reason: string): void;
  /** Ends the socket at once. */
  terminate(): void;
  /** Stops reading; what was read already still arrives. */
  pause(): void;
  resume(): void;
}

/** What an open socket tells. */
export interface SocketListener {
  text(text: string): void;
  /** A binary message, which API Gateway does not take. */
  binary(): void;
  /** A ping or a pong. */
  alive(): void;
  /** The client broke a rule of the protocol or a limit; the door is closing the socket with this code. */
  violated(code: number): void;
  /** The socket is closed: with the client's code, 1005 where it gave none, 1006 where it just went. */
  closed(code: number, reason: string): void;
}

/** An HTTP request that is no upgrade. */
export interface PlainRequest {
  readonly method: string;
  /** Path and query as on the request line. */
  readonly target: string;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  /** The whole body; `undefined` where it was longer than the door reads. */
  readonly body: Buffer | undefined;
  readonly remoteAddress: string;
}

/** An HTTP answer. */
export interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

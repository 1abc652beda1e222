// One connection: opening, open, closing, closed, and never back.
import type { Clock } from "../ports.ts";
import type { Ending } from "./close.ts";
import type { AdmittedCaller } from "./events.ts";
import type { ClientSocket } from "./wire.ts";

/** Where a connection is in its life. */
export type ConnectionState = "opening" | "open" | "closing" | "closed";

/** What became of a text that was to be sent. */
export type Posted = "sent" | "gone" | "full";

/**
 * A client that does not read makes us keep at most so much for it, and one message more: 256 KiB, ours to choose, AWS
 * names no number. Whoever posts then hears 429.
 */
export const outboundBufferBytes = 262_144;

/** A client that does not finish the closing handshake is cut off after this time. */
const closingGraceMs = 2_000;

/**
 * A client's connection, from the moment that its authorizer let it in.
 *
 * Text can be sent only while it is open. The first ending that is named is the one that counts.
 */
export class Connection {
  readonly caller: AdmittedCaller;
  readonly #clock: Clock;
  #state: ConnectionState = "opening";
  #socket: ClientSocket | undefined;
  #ending: Ending | undefined;
  #cutShort = false;
  #isLost = false;
  #lastActiveAt: number;
  #stopGrace: () => void = () => {};

  constructor(caller: AdmittedCaller, clock: Clock) {
    this.caller = caller;
    this.#clock = clock;
    this.#lastActiveAt = clock.now();
  }

  get id(): string {
    return this.caller.connectionId;
  }

  get state(): ConnectionState {
    return this.#state;
  }

  /** Whether it was ended from this side: messages that still wait are then dropped. */
  get isCutShort(): boolean {
    return this.#cutShort;
  }

  /** When something was last sent or received, in milliseconds. */
  get lastActiveAt(): number {
    return this.#lastActiveAt;
  }

  /** The handshake is done. */
  open(socket: ClientSocket): void {
    if (this.#state !== "opening") return socket.terminate();
    this.#socket = socket;
    this.#state = "open";
    this.touch();
  }

  /** Notes that there was traffic. */
  touch(): void {
    this.#lastActiveAt = this.#clock.now();
  }

  /** Sends a text, or its bytes in UTF-8, from outside, unless the client has stopped reading. */
  post(text: string | Uint8Array): Posted {
    const socket = this.#openSocket();
    if (!socket) return "gone";
    if (socket.bufferedBytes >= outboundBufferBytes) return "full";
    socket.send(text);
    this.touch();
    return "sent";
  }

  /** Sends the answer to a message, bytes as binary; resolves when the system has taken it, or when nobody is left to get it. */
  reply(answer: string | Uint8Array): Promise<void> {
    const socket = this.#openSocket();
    if (!socket) return Promise.resolve();
    this.touch();
    return new Promise((resolve) => {
      if (typeof answer === "string") socket.send(answer, resolve);
      else socket.sendBinary(answer, resolve);
    });
  }

  /** Starts to close; a client that does not answer is cut off. */
  close(ending: Ending): void {
    if (this.#state !== "open") return;
    this.willEnd(ending);
    this.#socket?.close(ending.code, ending.reason);
    this.#stopGrace = this.#clock.after(closingGraceMs, () => this.terminate());
  }

  /** Notes why a socket is being closed that is being closed already. */
  willEnd(ending: Ending): void {
    this.#ending ??= ending;
    this.#cutShort = true;
    if (this.#state === "open") this.#state = "closing";
  }

  /** Cuts the client off and forgets to say so: nobody is told of its end. */
  lose(): this {
    this.#isLost = true;
    this.terminate();
    return this;
  }

  /** Whether it was lost: its `$disconnect` does not run. */
  get isLost(): boolean {
    return this.#isLost;
  }

  /** Cuts the client off. */
  terminate(): void {
    this.#socket?.terminate();
  }

  /** The end, as it was observed; gives the ending that counts. */
  closed(observed: Ending): Ending {
    this.#stopGrace();
    this.#state = "closed";
    this.#socket = undefined;
    this.#ending ??= observed;
    return this.#ending;
  }

  #openSocket(): ClientSocket | undefined {
    return this.#state === "open" && this.#socket?.isOpen ? this.#socket : undefined;
  }
}

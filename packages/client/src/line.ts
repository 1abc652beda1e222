// Keeps one connection up: dials, falls, waits, dials again, and moves to a fresh one before two hours are over.
import { toDelayMs, type Backoff } from "./backoff.ts";
import { openLink, type Address, type Link } from "./link.ts";
import { SocketError } from "./socket-error.ts";
import type { StateChange } from "./socket-state.ts";

/** When a line does what, in milliseconds. */
export interface LineTimes extends Backoff {
  /** A connection that lived this long was a good one: the next pauses are short again. */
  readonly goodMs: number;
  /** A connection that has not opened by then is given up. */
  readonly openMs: number;
  /** Age at which a connection is replaced by a fresh one. */
  readonly rolloverMs: number;
  /** How long the old one is still listened to. */
  readonly overlapMs: number;
}

/** What a line tells. */
export interface LineEvents {
  state(change: StateChange): void;
  /** Sending goes here from now on. */
  opened(link: Link): void;
  received(data: unknown): void;
  ended(link: Link): void;
  problem(error: SocketError): void;
}

/** A line that stays up until it is closed. */
export interface Line {
  /** The connection to send on, if there is one. */
  current(): Link | undefined;
  /**
   * The network may be back: it dials now if it waits, and also beside an open connection where the network has
   * `changed`, since that one is likely to be dead. `false` when it did not dial.
   */
  hurry(changed: boolean): boolean;
  close(): void;
}

/** Where a line dials; asked before each connection. `fresh` asks for a new token, since the last ones led nowhere. */
export type Directory = (need: { readonly fresh: boolean }) => Promise<Omit<Address, "openMs">>;

/** A browser cannot see a 401: after this many connections that never opened, a fresh token is asked for. */
const unopenedBeforeFresh = 2;

/** Dials at once, and again until it is closed. */
export function startLine(directory: Directory, times: LineTimes, events: LineEvents): Line {
  const line = new KeptLine(directory, times, events);
  line.dial();
  return line;
}

class KeptLine implements Line {
  readonly #directory: Directory;
  readonly #times: LineTimes;
  readonly #events: LineEvents;
  readonly #links = new Set<Link>();
  #current: Link | undefined;
  #dialing = false;
  #closed = false;
  /** Tries since the last good connection. */
  #attempt = 0;
  /** Connections in a row that never opened. */
  #unopened = 0;
  #opens = 0;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #rollover: ReturnType<typeof setTimeout> | undefined;

  constructor(directory: Directory, times: LineTimes, events: LineEvents) {
    this.#directory = directory;
    this.#times = times;
    this.#events = events;
  }

  current(): Link | undefined {
    return this.#current;
  }

  hurry(changed: boolean): boolean {
    const dials = this.#retry !== undefined || (changed && this.#current !== undefined);
    if (dials) this.dial();
    return dials;
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#retry);
    clearTimeout(this.#rollover);
    this.#current = undefined;
    for (const link of this.#links) link.end();
    this.#events.state({ state: "closed" });
  }

  dial(): void {
    if (this.#dialing || this.#closed) return;
    this.#dialing = true;
    clearTimeout(this.#retry);
    this.#retry = undefined;
    if (!this.#current) this.#tellConnecting();
    this.#open().catch((cause: unknown) => {
      const says = "The address or the token could not be had, or is not valid; trying again.";
      if (!this.#closed) this.#events.problem(new SocketError("NOT_OPENED", says, { cause }));
      this.#missed(1006);
    });
  }

  async #open(): Promise<void> {
    const address = await this.#directory({ fresh: this.#unopened >= unopenedBeforeFresh });
    if (this.#closed) return;
    const link = openLink(
      { ...address, openMs: this.#times.openMs },
      {
        opened: (link) => this.#opened(link),
        received: (_, data) => this.#events.received(data),
        ended: (link, code) => this.#ended(link, code),
      },
    );
    this.#links.add(link);
  }

  #opened(link: Link): void {
    const old = this.#current;
    this.#dialing = false;
    this.#unopened = 0;
    this.#opens += 1;
    this.#current = link;
    this.#rollOverIn(this.#times.rolloverMs * (1 - Math.random() / 20));
    this.#events.state({ state: "open", again: this.#opens > 1 });
    this.#events.opened(link);
    old?.endAfter(this.#times.overlapMs);
  }

  #ended(link: Link, code: number): void {
    this.#links.delete(link);
    this.#events.ended(link);
    if (link.openedAt === undefined) this.#missed(code);
    else if (link === this.#current) {
      this.#current = undefined;
      clearTimeout(this.#rollover);
      // one that lived for a while was a good one: begin with short pauses again
      if (Date.now() - link.openedAt >= this.#times.goodMs) this.#attempt = 0;
      if (this.#dialing) this.#tellConnecting();
      else this.#wait(code);
    }
  }

  /** A connection that never was. */
  #missed(code: number): void {
    this.#dialing = false;
    this.#unopened += 1;
    if (this.#closed) return;
    if (this.#current) this.#rollOverIn(toDelayMs(this.#unopened, this.#times));
    else this.#wait(code);
  }

  #wait(code: number): void {
    this.#attempt += 1;
    const delayMs = toDelayMs(this.#attempt, this.#times);
    this.#retry = setTimeout(() => this.dial(), delayMs);
    this.#events.state({ state: "waiting", attempt: this.#attempt, delayMs, code });
  }

  #rollOverIn(ms: number): void {
    clearTimeout(this.#rollover);
    this.#rollover = setTimeout(() => this.dial(), ms);
  }

  #tellConnecting(): void {
    this.#events.state({ state: "connecting", attempt: this.#attempt });
  }
}

// Where the reader of a log is: at the newest, which is then followed, or further up, which then holds still.

const nearPx = 80;

/** A scrolled element with messages in it, each with its place in `data-seq`. */
export class LogTracker {
  readonly #tellAway: (isAway: boolean) => void;
  #log: HTMLElement | undefined;
  #follows = true;
  #measured = { scrollTop: 0, scrollHeight: 0, clientHeight: 0 };
  #anchor: Anchor | undefined;
  #newest = 0;
  #seen = 0;

  constructor(tellAway: (isAway: boolean) => void) {
    this.#tellAway = tellAway;
  }

  /** The last message that the reader was shown. */
  get seen(): number {
    return this.#seen;
  }

  /** Takes the element in hand, and stays at its end while it or what is in it changes its height. */
  attach(log: HTMLElement, inner: HTMLElement): () => void {
    this.#log = log;
    const observer = new ResizeObserver(() => this.#follow());
    observer.observe(log);
    observer.observe(inner);
    return () => observer.disconnect();
  }

  /** Other messages are there; `first` and `newest` are their places. */
  drawn({ first, newest }: { readonly first: number | undefined; readonly newest: number }): void {
    const log = this.#log;
    if (!log) return;
    this.#newest = newest;
    if (this.#follows) {
      this.#seen = newest;
      this.#follow();
    } else if (this.#anchor) {
      log.scrollTop += (placeOf(log, this.#anchor.seq) ?? this.#anchor.top) - this.#anchor.top;
    }
    const top = first === undefined ? undefined : placeOf(log, first);
    this.#anchor = first === undefined || top === undefined ? undefined : { seq: first, top };
    this.#measured = measure(log);
  }

  /** For the element's own scroll events. */
  scrolled(): void {
    if (!this.#log) return;
    const before = this.#measured;
    const now = measure(this.#log);
    this.#measured = now;
    const isResized = now.scrollHeight !== before.scrollHeight || now.clientHeight !== before.clientHeight;
    if (now.scrollHeight - now.scrollTop - now.clientHeight < nearPx) this.#arrive();
    // a reader leaves by scrolling up; a picture that comes or a message box that grows makes nobody leave
    else if (this.#follows && isResized) this.#follow();
    else if (now.scrollTop < before.scrollTop) this.#leave();
  }

  /** Takes the reader to the newest: gently where it is near and the reader likes motion. */
  toNewest(): void {
    const log = this.#log;
    if (!log) return;
    const { scrollTop, scrollHeight, clientHeight } = log;
    const isFar = scrollHeight - scrollTop > 4 * clientHeight;
    const isCalm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.#arrive();
    log.scrollTo({ top: scrollHeight, behavior: isFar || isCalm ? "auto" : "smooth" });
  }

  #arrive(): void {
    this.#follows = true;
    this.#seen = this.#newest;
    this.#tellAway(false);
  }

  #leave(): void {
    this.#follows = false;
    this.#tellAway(true);
  }

  #follow(): void {
    const log = this.#log;
    if (log && this.#follows) log.scrollTop = log.scrollHeight;
  }
}

/** The first message and where it was: what comes before it must not push it away from under the reader's eyes. */
interface Anchor {
  readonly seq: number;
  readonly top: number;
}

function measure({ scrollTop, scrollHeight, clientHeight }: HTMLElement): {
  scrollTop: number;
  scrollHeight: number;
  clientHeight: number;
} {
  return { scrollTop, scrollHeight, clientHeight };
}

function placeOf(log: HTMLElement, seq: number): number | undefined {
  return log.querySelector<HTMLElement>(`[data-seq="${seq}"]`)?.offsetTop;
}

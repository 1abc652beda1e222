// What this user has said and the room has not yet: it goes out once, however often the line falls.
import { SocketError, type connectSocket } from "@gatewright/client";
import { UploadError } from "@gatewright/uploads/client";
import type { ChatMessage } from "../functions/chat.ts";
import type { socket } from "../functions/socket.ts";
import { ApiError, inWords, type ChatApi } from "./api.ts";
import type { ChatState, Outgoing } from "./chat-state.ts";
import { toHeldFile, type HeldFile } from "./held-file.ts";
import type { KeptUpload, KeptUploads } from "./kept-uploads.ts";
import { askOf, sendFile } from "./send-file.ts";
import type { Store } from "./store.ts";

/** The chat's socket, typed by the server's table. */
export type ChatLine = ReturnType<typeof connectSocket<typeof socket>>;

/** Codes after which a message goes out again by itself: nobody knows whether it arrived, and twice does no harm. */
export const passing: ReadonlySet<string> = new Set([
  "LOST",
  "TIMEOUT",
  "QUEUE_FULL",
  "NOT_IN_ROOM",
  "INTERNAL",
  "TOO_MANY_MESSAGES",
  "SESSION_EXPIRED",
  "SESSION_UNKNOWN",
]);

/** Messages on their way. */
export interface Outbox {
  add(what: { readonly text?: string; readonly file?: File }): void;
  retry(key: string): void;
  discard(key: string): void;
  /** Has a file wait: what has arrived of it stays. */
  pause(key: string): void;
  resume(key: string): void;
  /** Sends everything that waits for a connection. */
  flush(): void;
}

/** What an outbox works with. */
export interface OutboxParts {
  readonly store: Store<ChatState>;
  readonly api: ChatApi;
  readonly line: ChatLine;
  /** Uploads that were on their way when the page was loaded anew. */
  readonly kept: KeptUploads;
  readonly shown: (message: ChatMessage) => void;
}

const againMs = 1_000;
/** Answers, of a kind, after which another try may fare no better. */
const counted: ReadonlySet<string> = new Set(["INTERNAL", "TIMEOUT"]);
const mostTries = 5;

/** Starts with the files that are kept. */
export function createOutbox(parts: OutboxParts): Outbox {
  return new KeptOutbox(parts);
}

/** Texts go out one after another, so that they keep their order; files beside them, so that they hold nobody up. */
class KeptOutbox implements Outbox {
  readonly #parts: OutboxParts;
  readonly #files = new Map<string, HeldFile>();
  readonly #busy = new Set<string>();
  /** Said, with a place, and not shown yet because an earlier message is missing. */
  readonly #placed = new Set<string>();
  readonly #tries = new Map<string, number>();
  #talking = false;

  constructor(parts: OutboxParts) {
    this.#parts = parts;
    const lost = parts.kept.all().map((upload) => this.#takeBack(upload));
    if (lost.length > 0) parts.store.set({ outgoing: [...parts.store.state.outgoing, ...lost] });
    parts.store.subscribe(() => this.#forgetShown());
  }

  add({ text, file }: { readonly text?: string; readonly file?: File }): void {
    const { room, outgoing } = this.#parts.store.state;
    if (room === undefined || (file && this.#goOn(room, file))) return;
    const key = crypto.randomUUID();
    const held = file && toHeldFile(file);
    if (held) this.#files.set(key, held);
    const message: Outgoing = {
      key,
      room,
      ...(text !== undefined && { text }),
      ...(held && { file: held.described, sent: 0 }),
      ...(held?.refused !== undefined && { problem: held.refused, isHopeless: true }),
    };
    this.#parts.store.set({ outgoing: [...outgoing, message] });
    this.flush();
  }

  retry(key: string): void {
    this.#replace(key, ({ problem: _problem, isThere: _isThere, ...message }) => message);
    this.flush();
  }

  /** A message whose file had begun: the file has to be chosen again, unless it is proven already. */
  #takeBack({ key, room, name, contentType, ticket, isProven = false }: KeptUpload): Outgoing {
    if (isProven) {
      const held = toHeldFile(new File([], name, { type: contentType }));
      this.#files.set(key, Object.assign(held, { proven: ticket.id }));
    }
    return { key, room, file: { name, size: ticket.size, contentType }, isLost: !isProven };
  }

  /** Whether it is a file that had begun before the page was loaded anew; it then goes on. */
  #goOn(room: string, file: File): boolean {
    const { store, kept } = this.#parts;
    const isLost = new Set(store.state.outgoing.flatMap((each) => (each.isLost ? each.key : [])));
    const upload = kept
      .all()
      .find(
        (each) =>
          isLost.has(each.key) &&
          each.room === room &&
          each.name === file.name &&
          each.ticket.size === file.size &&
          each.lastModified === file.lastModified,
      );
    if (!upload) return false;
    const held = Object.assign(toHeldFile(file), { ticket: upload.ticket });
    this.#files.set(upload.key, held);
    const change = { file: held.described, sent: 0, isLost: false };
    this.#replace(upload.key, (message) => ({ ...message, ...change }));
    this.flush();
    return true;
  }

  discard(key: string): void {
    const { api, kept } = this.#parts;
    const held = this.#files.get(key);
    const upload = kept.find(key);
    if (upload && !held?.run) {
      const { id } = upload.ticket;
      askOf(api, upload.room)({ do: "abort", id }).catch(() => undefined); // the bucket's own rules end it
    }
    held?.run?.abort();
    held?.stop.abort();
    this.#remove(key);
  }

  pause(key: string): void {
    this.#setPaused(key, true);
  }

  resume(key: string): void {
    this.#setPaused(key, false);
  }

  #setPaused(key: string, isPaused: boolean): void {
    const held = this.#files.get(key);
    if (!held) return;
    held.isPaused = isPaused;
    if (isPaused) held.run?.pause();
    else held.run?.resume();
    this.#replace(key, (message) => ({ ...message, isPaused }));
  }

  flush(): void {
    for (const message of this.#ready()) if (message.file) void this.#send(message);
    if (!this.#talking) void this.#talk();
  }

  async #talk(): Promise<void> {
    this.#talking = true;
    for (let next = this.#nextText(); next; next = this.#nextText()) if (!(await this.#send(next))) break;
    this.#talking = false;
  }

  #nextText(): Outgoing | undefined {
    return this.#ready().find(({ file }) => !file);
  }

  #ready(): readonly Outgoing[] {
    const { store, line } = this.#parts;
    const { outgoing, room } = store.state;
    if (line.state !== "open") return [];
    return outgoing.filter(
      ({ key, ...each }) =>
        each.room === room && each.problem === undefined && !each.isLost && !this.#placed.has(key),
    );
  }

  /** Whether there is an answer, be it yes or no; without one it goes out again later. */
  async #send(message: Outgoing): Promise<boolean> {
    const { key, room, text } = message;
    const { line, shown, store } = this.#parts;
    if (this.#busy.has(key)) return false;
    this.#busy.add(key);
    try {
      const file = message.file && (await this.#fileOf(message));
      const said = await line.send("send", {
        room,
        key,
        ...(text !== undefined && { text }),
        ...(file !== undefined && { file }),
      });
      this.#placed.add(key);
      shown(said);
      if (store.state.room !== room) this.#remove(key);
      return true;
    } catch (error) {
      const waits = this.#mayPass(key, error);
      if (!waits) this.#refuse(key, inWords(error));
      else if (line.state === "open") setTimeout(() => this.flush(), againMs);
      return !waits;
    } finally {
      this.#busy.delete(key);
    }
  }

  async #fileOf({ key, room }: Outgoing): Promise<string | undefined> {
    const held = this.#files.get(key);
    if (!held) return undefined;
    const onProgress = (sent: number): void => this.#replace(key, (message) => ({ ...message, sent }));
    const onThere = (): void => this.#replace(key, (message) => ({ ...message, isThere: true }));
    return sendFile(this.#parts.api, { key, room, held, kept: this.#parts.kept, onProgress, onThere });
  }

  /** What was refused is uploaded anew when it is tried again. */
  #refuse(key: string, problem: string): void {
    const held = this.#files.get(key);
    if (held) delete held.proven;
    this.#tries.delete(key);
    this.#replace(key, (message) => ({ ...message, problem }));
  }

  /** Without a connection everything waits; with one, only what nobody has refused, and not for ever. */
  #mayPass(key: string, error: unknown): boolean {
    if (error instanceof SocketError) {
      const tries = (this.#tries.get(key) ?? 0) + 1;
      if (counted.has(error.code)) this.#tries.set(key, tries);
      return passing.has(error.code) && tries < mostTries;
    }
    const unreached =
      (error instanceof ApiError && error.status === 0) ||
      (error instanceof UploadError && error.code === "NETWORK");
    return unreached && this.#parts.line.state !== "open";
  }

  #replace(key: string, change: (message: Outgoing) => Outgoing): void {
    const { store } = this.#parts;
    const { outgoing } = store.state;
    const place = outgoing.findIndex((each) => each.key === key);
    const message = outgoing[place];
    if (message) store.set({ outgoing: outgoing.with(place, change(message)) });
  }

  #remove(key: string): void {
    const { store } = this.#parts;
    const preview = this.#files.get(key)?.described.preview;
    if (preview !== undefined) URL.revokeObjectURL(preview);
    this.#files.delete(key);
    this.#parts.kept.forget(key);
    this.#placed.delete(key);
    this.#tries.delete(key);
    store.set({ outgoing: store.state.outgoing.filter((each) => each.key !== key) });
  }

  /** However a message came to be shown, also by the history after a lost answer, it is no longer on its way. */
  #forgetShown(): void {
    const { outgoing, messages } = this.#parts.store.state;
    if (outgoing.length === 0) return;
    const shown = new Set(messages.map(({ id }) => id));
    for (const { key } of outgoing) if (shown.has(key)) this.#remove(key);
  }
}

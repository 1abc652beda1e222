// A stage's cache: answers by key, each for its time, the least recently used making room.
import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import type { Clock } from "../ports.ts";

/** An answer as it is kept. */
export interface CachedAnswer {
  readonly status: number;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Buffer;
}

/** How one answer is kept. */
export interface Keeping {
  readonly seconds: number;
  readonly isEncrypted: boolean;
}

/** A cache of answers. */
export interface ResponseCache {
  read(key: string): CachedAnswer | undefined;
  /** Keeps an answer; one that is larger than the whole cache is not kept. */
  keep(key: string, answer: CachedAnswer, keeping: Keeping): void;
  /** Forgets all. Returns how many answers there were. */
  flush(): number;
  /** Bytes of all that is kept, keys and headers included. */
  readonly bytes: () => number;
}

interface Entry {
  readonly content: CachedAnswer | Buffer;
  readonly bytes: number;
  readonly until: number;
}

/** What an entry costs beside its texts, roughly. */
const entryBytes = 200;

/**
 * Creates a cache of so many bytes. Answers that are to be encrypted are kept under a key that only this cache has.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-caching.html
 */
export function createResponseCache(clock: Clock, capacity: number): ResponseCache {
  const entries = new Map<string, Entry>();
  const vault = createVault();
  let bytes = 0;
  const drop = (key: string): void => {
    const entry = entries.get(key);
    if (!entry) return;
    bytes -= entry.bytes;
    entries.delete(key);
  };
  const makeRoom = (): void => {
    for (const oldest of entries.keys()) {
      if (bytes <= capacity) return;
      drop(oldest);
    }
  };
  return {
    read(key) {
      const entry = entries.get(key);
      if (!entry) return undefined;
      if (clock.now() >= entry.until) {
        drop(key);
        return undefined;
      }
      entries.delete(key); // used now: the last to make room
      entries.set(key, entry);
      return Buffer.isBuffer(entry.content) ? vault.open(entry.content) : entry.content;
    },
    keep(key, answer, { seconds, isEncrypted }) {
      drop(key);
      const content = isEncrypted ? vault.close(answer) : answer;
      const size =
        entryBytes + key.length * 2 + (Buffer.isBuffer(content) ? content.length : sizeOf(content));
      if (size > capacity) return;
      entries.set(key, { content, bytes: size, until: clock.now() + seconds * 1000 });
      bytes += size;
      if (bytes > capacity) makeRoom();
    },
    flush() {
      const count = entries.size;
      entries.clear();
      bytes = 0;
      return count;
    },
    bytes: () => bytes,
  };
}

function sizeOf({ headers, body }: CachedAnswer): number {
  return headers.reduce((sum, [name, value]) => sum + (name.length + value.length) * 2, body.length);
}

/** AES-256-GCM under a key of this process. */
function createVault(): { close(answer: CachedAnswer): Buffer; open(sealed: Buffer): CachedAnswer } {
  const key = randomBytes(32);
  return {
    close({ status, headers, body }) {
      const nonce = randomBytes(12);
      const cipher = createCipheriv("aes-256-gcm", key, nonce);
      const head = Buffer.from(JSON.stringify({ status, headers }));
      const length = Buffer.alloc(4);
      length.writeUInt32BE(head.length);
      const sealed = Buffer.concat([cipher.update(Buffer.concat([length, head, body])), cipher.final()]);
      return Buffer.concat([nonce, cipher.getAuthTag(), sealed]);
    },
    open(sealed) {
      const decipher = createDecipheriv("aes-256-gcm", key, sealed.subarray(0, 12));
      decipher.setAuthTag(sealed.subarray(12, 28));
      const plain = Buffer.concat([decipher.update(sealed.subarray(28)), decipher.final()]);
      const start = 4 + plain.readUInt32BE();
      const head = JSON.parse(plain.toString("utf8", 4, start)) as Pick<CachedAnswer, "status" | "headers">; // closed above
      return { ...head, body: plain.subarray(start) };
    },
  };
}

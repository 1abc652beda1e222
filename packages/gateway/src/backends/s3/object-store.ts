// Objects on the disk: their bytes under random names, their facts in one small file each.
import { createHash, randomUUID } from "node:crypto";
import {
  createReadStream,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { open } from "node:fs/promises";
import { join } from "node:path";
import type { Readable } from "node:stream";

/** What is known of an object besides its bytes. */
export interface StoredObject {
  readonly key: string;
  readonly size: number;
  /** MD5 in hexadecimal, without quotes. */
  readonly etag: string;
  /** Milliseconds since the epoch. */
  readonly lastModified: number;
  /** Headers to give back, as `content-type`; lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  /** What the caller sent as `x-amz-meta-NAME`, by name. */
  readonly metadata: Readonly<Record<string, string>>;
  readonly checksum?: { readonly algorithm: string; readonly value: string };
  /** Name of the file that holds the bytes. */
  readonly data: string;
}

/** Bytes on the disk that no object has yet. */
export interface Draft {
  readonly data: string;
  append(piece: Buffer): Promise<void>;
  /** The bytes are complete; the file is closed. */
  finish(): Promise<void>;
  /** The bytes are not wanted. */
  discard(): Promise<void>;
}

/** The objects of one bucket. */
export interface ObjectStore {
  find(key: string): StoredObject | undefined;
  /** Every key in the order of its UTF-8 bytes. */
  keys(): readonly string[];
  draft(): Promise<Draft>;
  /** Makes finished bytes the object of its key, in one step; the bytes it had are removed. */
  put(object: StoredObject): void;
  remove(key: string): void;
  /** The bytes from `start` to `end`, both counted. */
  read(object: StoredObject, range?: { readonly start: number; readonly end: number }): Promise<Readable>;
}

/**
 * Opens the objects in a folder, and makes it where there is none.
 *
 * No key is ever a path: facts lie under the SHA-256 of the key, bytes under a random name. An object appears by one
 * rename, so a reader sees the old one or the new one; bytes that no object has are removed here.
 */
export function openObjectStore(folder: string): ObjectStore {
  const factsFolder = join(folder, "facts");
  const dataFolder = join(folder, "data");
  mkdirSync(factsFolder, { recursive: true });
  mkdirSync(dataFolder, { recursive: true });
  const objects = readFacts(factsFolder);
  removeStrays(dataFolder, new Set([...objects.values()].map((object) => object.data)));
  let sorted: readonly string[] | undefined;
  const removeData = (object: StoredObject | undefined) => {
    if (object) rmSync(join(dataFolder, object.data), { force: true });
  };

  return {
    find: (key) => objects.get(key),
    keys: () =>
      (sorted ??= [...objects.keys()].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))),
    draft: () => openDraft(dataFolder),
    put(object) {
      const before = objects.get(object.key);
      const file = join(factsFolder, factsName(object.key));
      writeFileSync(`${file}.new`, JSON.stringify(object));
      renameSync(`${file}.new`, file);
      objects.set(object.key, object);
      if (!before) sorted = undefined;
      removeData(before);
    },
    remove(key) {
      const before = objects.get(key);
      if (!before) return;
      rmSync(join(factsFolder, factsName(key)), { force: true });
      objects.delete(key);
      sorted = undefined;
      removeData(before);
    },
    async read(object, range) {
      const file = await open(join(dataFolder, object.data)); // held open: a later overwrite does not disturb it
      return createReadStream("", { fd: file, ...range });
    },
  };
}

function factsName(key: string): string {
  return `${createHash("sha256").update(key).digest("hex")}.json`;
}

function readFacts(folder: string): Map<string, StoredObject> {
  const objects = new Map<string, StoredObject>();
  for (const name of readdirSync(folder)) {
    if (!name.endsWith(".json")) continue; // a write that was cut short
    const object = JSON.parse(readFileSync(join(folder, name), "utf8")) as StoredObject; // written by `put` alone
    objects.set(object.key, object);
  }
  return objects;
}

function removeStrays(folder: string, wanted: ReadonlySet<string>): void {
  for (const name of readdirSync(folder)) {
    if (!wanted.has(name)) rmSync(join(folder, name), { force: true });
  }
}

async function openDraft(folder: string): Promise<Draft> {
  const data = randomUUID();
  const path = join(folder, data);
  const file = await open(path, "wx");
  let isOpen = true;
  const finish = async () => {
    if (isOpen) await file.close();
    isOpen = false;
  };
  return {
    data,
    append: (piece) => file.appendFile(piece),
    finish,
    async discard() {
      await finish();
      rmSync(path, { force: true });
    },
  };
}

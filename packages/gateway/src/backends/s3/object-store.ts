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
import { Readable } from "node:stream";
import type { Piece, Range, StoredObject } from "./stored-object.ts";
import { openUploadStore, type UploadStore } from "./upload-store.ts";

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
  /** The bytes from `start` to `end`, both counted; a later overwrite does not disturb them. */
  read(object: StoredObject, range?: Range): Readable;
  /** Objects that are still coming, part by part. */
  readonly uploads: UploadStore;
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
  const inUse = new Set([...objects.values()].flatMap(({ pieces }) => pieces.map(({ data }) => data)));
  const bytes = openBytes(dataFolder);
  const uploads = openUploadStore(join(folder, "uploads"), {
    inUse,
    remove: (pieces) => bytes.remove(pieces),
  });
  removeStrays(dataFolder, new Set([...inUse, ...uploads.inUse()]));
  let sorted: readonly string[] | undefined;

  return {
    uploads,
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
      const kept = new Set(object.pieces.map(({ data }) => data));
      bytes.remove((before?.pieces ?? []).filter(({ data }) => !kept.has(data)));
    },
    remove(key) {
      const before = objects.get(key);
      if (!before) return;
      rmSync(join(factsFolder, factsName(key)), { force: true });
      objects.delete(key);
      sorted = undefined;
      bytes.remove(before.pieces);
    },
    read: ({ pieces }, range) => bytes.read(pieces, range),
  };
}

interface Bytes {
  read(pieces: readonly Piece[], range?: Range): Readable;
  /** Removes pieces as soon as nobody reads them. */
  remove(pieces: readonly Piece[]): void;
}

function openBytes(folder: string): Bytes {
  const readers = new Map<string, number>();
  const unwanted = new Set<string>();
  const erase = (data: string) => rmSync(join(folder, data), { force: true });
  const count = (pieces: readonly Piece[], step: 1 | -1) => {
    for (const { data } of pieces) {
      const now = (readers.get(data) ?? 0) + step;
      if (now > 0) readers.set(data, now);
      else {
        readers.delete(data);
        if (unwanted.delete(data)) erase(data);
      }
    }
  };
  return {
    read(pieces, range) {
      count(pieces, 1);
      const readable = Readable.from(readPieces(folder, pieces, range), { objectMode: false });
      return readable.once("close", () => count(pieces, -1));
    },
    remove(pieces) {
      for (const { data } of pieces) {
        if (readers.has(data)) unwanted.add(data);
        else erase(data);
      }
    },
  };
}

async function* readPieces(
  folder: string,
  pieces: readonly Piece[],
  range: Range = { start: 0, end: Number.POSITIVE_INFINITY },
): AsyncGenerator<Buffer, void, undefined> {
  let before = 0;
  for (const { data, size } of pieces) {
    const start = Math.max(0, range.start - before);
    const end = Math.min(size - 1, range.end - before);
    before += size;
    if (start <= end) yield* createReadStream(join(folder, data), { start, end }) as AsyncIterable<Buffer>; // no encoding is set
  }
}

function factsName(key: string): string {
  return `${createHash("sha256").update(key).digest("hex")}.json`;
}

function readFacts(folder: string): Map<string, StoredObject> {
  const objects = new Map<string, StoredObject>();
  for (const name of readdirSync(folder)) {
    if (!name.endsWith(".json")) continue; // a write that was cut short
    const object = JSON.parse(readFileSync(join(folder, name), "utf8")) as WrittenObject; // written by `put` alone
    const pieces = object.pieces ?? [{ data: object.data ?? "", size: object.size }];
    objects.set(object.key, { ...object, pieces });
  }
  return objects;
}

/** Objects of earlier versions have their bytes in one file. */
type WrittenObject = Omit<StoredObject, "pieces"> &
  Partial<Pick<StoredObject, "pieces">> & { readonly data?: string };

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

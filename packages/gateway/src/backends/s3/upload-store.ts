// Objects that come part by part, on the disk: what was begun, and which parts are there.
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Checksum, ChecksumType, Piece, StoredObject } from "./stored-object.ts";

/** An object that is still coming. */
export interface StoredUpload extends Pick<StoredObject, "key" | "headers" | "metadata" | "tags"> {
  readonly id: string;
  /** Milliseconds since the epoch. */
  readonly begun: number;
  /** What was announced; parts must carry it. */
  readonly checksum?: { readonly algorithm: string; readonly type: ChecksumType };
}

/** A part that has arrived. */
export interface StoredPart extends Piece {
  /** From 1 to 10,000. */
  readonly number: number;
  /** MD5 in hexadecimal. */
  readonly etag: string;
  readonly lastModified: number;
  readonly checksum?: Checksum;
}

/** The unfinished objects of one bucket. */
export interface UploadStore {
  begin(upload: StoredUpload): void;
  find(id: string): StoredUpload | undefined;
  /** By key, then by when they were begun. */
  all(): readonly StoredUpload[];
  /** By number. */
  parts(id: string): readonly StoredPart[];
  /** Keeps a part; the bytes of an earlier one of this number are removed. */
  putPart(id: string, part: StoredPart): void;
  /** Forgets an upload; the bytes of its parts go too, but for those that an object has taken over. */
  end(id: string, taken?: readonly Piece[]): void;
  /** Names of the files that parts are in. */
  inUse(): Set<string>;
}

interface Kept {
  readonly upload: StoredUpload;
  readonly parts: Map<number, StoredPart>;
}

/** Who owns the bytes. */
interface Bytes {
  /** Names of files that objects have. */
  readonly inUse: ReadonlySet<string>;
  readonly remove: (pieces: readonly Piece[]) => void;
}

/** Opens the uploads in a folder, and makes it where there is none. They outlive a restart. */
export function openUploadStore(folder: string, bytes: Bytes): UploadStore {
  mkdirSync(folder, { recursive: true });
  const uploads = readUploads(folder, bytes.inUse);
  const find = (id: string) => uploads.get(id);
  const sorted = (id: string) => [...(find(id)?.parts.values() ?? [])].sort((a, b) => a.number - b.number);
  return {
    begin(upload) {
      mkdirSync(join(folder, upload.id));
      write(join(folder, upload.id, "upload.json"), upload);
      uploads.set(upload.id, { upload, parts: new Map() });
    },
    find: (id) => find(id)?.upload,
    all: () => [...uploads.values()].map(({ upload }) => upload).sort(inOrder),
    parts: sorted,
    putPart(id, part) {
      const parts = find(id)?.parts;
      const before = parts?.get(part.number);
      write(join(folder, id, `${part.number}.json`), part);
      parts?.set(part.number, part);
      if (before) bytes.remove([before]);
    },
    end(id, taken = []) {
      const kept = new Set(taken.map(({ data }) => data));
      const parts = sorted(id).filter(({ data }) => !kept.has(data));
      uploads.delete(id);
      rmSync(join(folder, id), { recursive: true, force: true });
      bytes.remove(parts);
    },
    inUse: () =>
      new Set([...uploads.values()].flatMap(({ parts }) => [...parts.values()].map(({ data }) => data))),
  };
}

function inOrder(one: StoredUpload, other: StoredUpload): number {
  return Buffer.compare(Buffer.from(one.key), Buffer.from(other.key)) || one.begun - other.begun;
}

function write(file: string, facts: object): void {
  writeFileSync(`${file}.new`, JSON.stringify(facts));
  renameSync(`${file}.new`, file);
}

/** An upload whose bytes an object has taken over was complete when the process ended. */
function readUploads(folder: string, taken: ReadonlySet<string>): Map<string, Kept> {
  const uploads = new Map<string, Kept>();
  for (const id of readdirSync(folder)) {
    const names = readdirSync(join(folder, id)).filter((name) => name.endsWith(".json"));
    const read = (name: string): unknown => JSON.parse(readFileSync(join(folder, id, name), "utf8"));
    const parts = names.filter((name) => name !== "upload.json").map((name) => read(name) as StoredPart); // written by `putPart` alone
    if (!names.includes("upload.json") || parts.some(({ data }) => taken.has(data))) {
      rmSync(join(folder, id), { recursive: true, force: true });
      continue;
    }
    uploads.set(id, {
      upload: read("upload.json") as StoredUpload, // written by `begin` alone
      parts: new Map(parts.map((part) => [part.number, part])),
    });
  }
  return uploads;
}

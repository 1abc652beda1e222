// Opens the archives that deployments make of functions.
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join, normalize, sep } from "node:path";
import { inflateRawSync } from "node:zlib";

interface Entry {
  readonly name: string;
  readonly method: number;
  readonly packed: number;
  readonly size: number;
  readonly at: number;
}

/** What Lambda allows unpacked. */
const maximumBytes = 262_144_000;

const endMark = 0x06_05_4b_50;
const entryMark = 0x02_01_4b_50;
const endLength = 22;
const entryLength = 46;

/**
 * Writes every file of an archive below a folder.
 *
 * Knows stored and deflated entries, as all packagers write them, and nothing beyond 4 GB. No entry can reach
 * out of the folder.
 *
 * @throws {RangeError} where it is no such archive, or is larger than Lambda takes
 */
export async function unzip(archive: Buffer, folder: string): Promise<void> {
  const entries = readEntries(archive);
  if (entries.reduce((sum, { size }) => sum + size, 0) > maximumBytes)
    throw new RangeError("it is larger than Lambda takes");
  for (const entry of entries.filter(({ name }) => !name.endsWith("/"))) {
    const file = normalize(join(folder, entry.name));
    if (!file.startsWith(normalize(folder) + sep))
      throw new RangeError("an entry reaches out of the archive");
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, contentOf(archive, entry));
  }
}

function readEntries(archive: Buffer): Entry[] {
  const end = archive.lastIndexOf(Buffer.from([0x50, 0x4b, 0x05, 0x06]));
  if (end < 0 || archive.length < end + endLength || archive.readUInt32LE(end) !== endMark) {
    throw new RangeError("it is not an archive");
  }
  const count = archive.readUInt16LE(end + 10);
  let at = archive.readUInt32LE(end + 16);
  return Array.from({ length: count }, () => {
    if (archive.readUInt32LE(at) !== entryMark) throw new RangeError("its list of files is broken");
    const name = archive.readUInt16LE(at + 28);
    const entry = {
      method: archive.readUInt16LE(at + 10),
      packed: archive.readUInt32LE(at + 20),
      size: archive.readUInt32LE(at + 24),
      at: archive.readUInt32LE(at + 42),
      name: archive.toString("utf8", at + entryLength, at + entryLength + name),
    };
    at += entryLength + name + archive.readUInt16LE(at + 30) + archive.readUInt16LE(at + 32);
    return entry;
  });
}

function contentOf(archive: Buffer, { at, method, packed, size }: Entry): Buffer {
  const start = at + 30 + archive.readUInt16LE(at + 26) + archive.readUInt16LE(at + 28);
  const bytes = archive.subarray(start, start + packed);
  if (method === 0) return bytes;
  if (method !== 8) throw new RangeError("it is packed in a way that Lambda does not know");
  return inflateRawSync(bytes, { maxOutputLength: Math.max(size, 1) });
}

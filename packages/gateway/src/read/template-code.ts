// Where the code of a template's functions is on this machine: sources, assets of the CDK, packages, inline text.
import { existsSync } from "node:fs";
import { mkdir, readFile, stat, writeFile } from "node:fs/promises";
import { createHash } from "node:crypto";
import { dirname, join, relative, resolve } from "node:path";
import type { Cursor } from "./cursor.ts";
import { unzip } from "./unzip.ts";

/** What is known of the place that a template came from. */
export interface CodePlaces {
  /** Of the template file. */
  readonly templateFolder: string;
  /** Of the service: handlers are named from here. */
  readonly folder: string;
  /** The package of a function, where the framework left one. */
  readonly packageOf: (logicalId: string) => string | undefined;
}

const extensions = ["ts", "mts", "cts", "tsx", "js", "mjs", "cjs", "jsx"];

/**
 * Gives the handler as the service's folder sees it.
 *
 * Sources win over packages, so that a change is seen at once: what is packaged was bundled from them.
 *
 * @throws `DEFINITION_INVALID` where there is no code on this machine
 */
export async function locateHandler(
  resource: Cursor,
  of: { readonly logicalId: string; readonly handler: string; readonly places: CodePlaces },
): Promise<string> {
  const { handler, places } = of;
  const code = resource.at("Properties").at("Code");
  const metadata = resource.optional("Metadata")?.skip();
  const asset = metadata?.optional("aws:asset:path");
  const from = (folder: string): string =>
    relative(places.folder, join(folder, handler)).replaceAll("\\", "/");
  if (asset !== undefined) {
    code.skip(); // says where it is on AWS
    return from(await open(resolve(places.templateFolder, asset.text()), places, asset));
  }
  if (code.isText) return from(await open(resolve(places.templateFolder, code.text()), places, code));
  const inline = code.optional("ZipFile");
  if (inline !== undefined) return from(await writeInline(inline.text(), of.logicalId, places));
  code.skip();
  if (hasSource(join(places.folder, handler))) return handler;
  const packed = places.packageOf(of.logicalId);
  if (packed !== undefined && existsSync(packed)) return from(await open(packed, places, code));
  if (hasSource(join(places.templateFolder, handler))) return from(places.templateFolder);
  return code.refuse("code on this machine", {
    hint: `Neither a source of ${handler.slice(0, 80)} nor a package is beside the template.`,
  });
}

/** Whether a handler is in a source beside. */
export function hasSource(handler: string): boolean {
  const file = handler.replace(/\.[^./\\]+$/, "");
  return extensions.some((extension) => existsSync(`${file}.${extension}`));
}

/** A folder as it is; an archive is unpacked once, into a folder named by its content. */
async function open(path: string, { folder }: CodePlaces, at: Cursor): Promise<string> {
  const found = await stat(path).catch(() => undefined);
  if (found === undefined) return at.refuse("a folder or archive beside the template");
  if (found.isDirectory()) return path;
  const archive = await readFile(path);
  const target = join(
    folder,
    ".gatewright",
    "code",
    createHash("sha256").update(archive).digest("hex").slice(0, 16),
  );
  if (existsSync(target)) return target;
  try {
    await unzip(archive, target);
    return target;
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return at.refuse("an archive that can be opened", { hint: `${error.message}.` });
  }
}

/** Lambda takes inline text for CommonJS, and for a module only where it can be nothing else. */
async function writeInline(text: string, logicalId: string, { folder }: CodePlaces): Promise<string> {
  const target = join(folder, ".gatewright", "code", logicalId);
  const file = join(target, /^\s*(?:export|import)\s/m.test(text) ? "index.mjs" : "index.cjs");
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, text);
  return target;
}

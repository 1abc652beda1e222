// What outlives a run: the folder, who holds it, the local account's credentials, and made-up API keys.
import { randomBytes } from "node:crypto";
import { mkdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import type { LocalCredentials } from "./backends/backend.ts";
import { failures } from "./failures.ts";
import { holderOf, holdFolder } from "./folder-lock.ts";
import type { LocalIdentity } from "./model/identity.ts";
import type { ApiKey } from "./model/rest-api.ts";
import { readIfThere, writeWhole } from "./private-file.ts";

/** The open data folder of one gateway. */
export interface DataFolder {
  /** Where it is. */
  readonly folder: string;
  readonly credentials: LocalCredentials;
  readonly apiKeys: readonly { readonly name: string; readonly value: string }[];
  /** Values by key id. */
  readonly apiKeyValues: ReadonlyMap<string, string>;
  /** Access keys of the identities that have none in the definition, by name. */
  readonly identityKeys: ReadonlyMap<string, LocalCredentials>;
  folderFor(part: "dynamodb" | "s3" | "cognito" | "functions" | "certificates"): string;
  /** Leaves word, for the owner's eyes, of what runs here; the Serverless plugin reads it. */
  announce(running: Running): Promise<void>;
  /** Lets another gateway have the folder. */
  close(): Promise<void>;
}

/** What `running.json` says while a gateway runs. */
export interface Running {
  readonly urls: Readonly<Record<string, string>>;
  /** The whole environment of each function, by its key. */
  readonly environments: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Who can sign in with a password, and to which client of a user pool. */
  readonly signIns: readonly SignIn[];
}

/** What `InitiateAuth` needs for one local user. */
export interface SignIn {
  readonly clientId: string;
  readonly name: string;
  readonly password: string;
}

/** A gateway that runs in some process. */
export interface RunningGateway extends Running {
  readonly pid: number;
  /** The Node.js that it runs on, and its functions with it. */
  readonly node: { readonly path: string; readonly version: string };
}

interface Kept {
  readonly credentials: LocalCredentials;
  readonly apiKeyValues: Readonly<Record<string, string>>;
  /** By name; earlier versions made none. */
  readonly identityKeys?: Readonly<Record<string, LocalCredentials>>;
}

/** What a folder is opened with. */
export interface FolderOptions {
  readonly fresh: boolean;
  readonly apiKeys: readonly ApiKey[];
  /** Those without an access key get one. @default nobody */
  readonly identities?: readonly LocalIdentity[];
}

/**
 * Opens the folder for this process alone, and makes what a first run needs.
 *
 * @throws `DATA_FOLDER_BUSY` while another living process holds it; `DATA_FOLDER_UNREADABLE` where its file is broken.
 */
export async function openDataFolder(folder: string, options: FolderOptions): Promise<DataFolder> {
  const pid = await holderOf(folder);
  if (pid !== undefined) throw failures.create("DATA_FOLDER_BUSY", { folder, pid });
  if (options.fresh) await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const lock = await holdFolder(folder);
  const kept = await readKept(join(folder, "account.json"), options);
  return {
    folder,
    credentials: kept.credentials,
    apiKeys: options.apiKeys.map(({ id, name }) => ({ name, value: kept.apiKeyValues[id] ?? "" })),
    apiKeyValues: new Map(options.apiKeys.map(({ id }) => [id, kept.apiKeyValues[id] ?? ""])),
    identityKeys: new Map(Object.entries(kept.identityKeys ?? {})),
    folderFor: (part) => join(folder, part),
    announce: (running) => writePrivately(join(folder, "running.json"), { ...thisRun(), ...running }),
    async close() {
      await rm(join(folder, "running.json"), { force: true });
      await lock.close();
    },
  };
}

/** What a living process runs on the data in a folder; `undefined` where none does. */
export async function readRunning(folder: string): Promise<RunningGateway | undefined> {
  const text = await readFile(join(folder, "running.json"), "utf8").catch(() => undefined);
  if (text === undefined) return undefined;
  const running = JSON.parse(text) as RunningGateway; // written whole by `announce`, or not at all
  return (await holderOf(folder)) === running.pid ? running : undefined;
}

function thisRun(): Pick<RunningGateway, "pid" | "node"> {
  return { pid: process.pid, node: { path: process.execPath, version: process.versions.node } };
}

/** Reads what earlier runs made, adds what is new, and keeps it for its owner's eyes only. */
async function readKept(file: string, { apiKeys, identities = [] }: FolderOptions): Promise<Kept> {
  const before = await readJson(file);
  const credentials = before?.credentials ?? makeCredentials();
  const identityKeys = Object.fromEntries(
    identities
      .filter(({ accessKeyId }) => accessKeyId === undefined)
      .map(({ name }) => [name, before?.identityKeys?.[name] ?? makeCredentials()]),
  );
  const apiKeyValues = Object.fromEntries(
    apiKeys.map(({ id, value }) => [id, value ?? before?.apiKeyValues[id] ?? randomText(40)]),
  );
  const kept: Kept = { credentials, apiKeyValues, identityKeys };
  await writePrivately(file, kept);
  return kept;
}

function makeCredentials(): LocalCredentials {
  return { accessKeyId: `LOCAL${randomText(15).toUpperCase()}`, secretAccessKey: randomText(40) };
}

async function writePrivately(file: string, value: unknown): Promise<void> {
  await writeWhole(file, `${JSON.stringify(value, undefined, 2)}\n`);
}

async function readJson(file: string): Promise<Kept | undefined> {
  const text = await readIfThere(file);
  if (text === undefined) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    if (isKept(value)) return value;
  } catch (cause) {
    throw failures.create("DATA_FOLDER_UNREADABLE", { file }, { cause });
  }
  throw failures.create("DATA_FOLDER_UNREADABLE", { file });
}

function isKept(value: unknown): value is Kept {
  const kept = value as Partial<Kept> | null; // only looked at, key by key
  return (
    typeof kept?.credentials?.accessKeyId === "string" &&
    typeof kept.credentials.secretAccessKey === "string" &&
    typeof kept.apiKeyValues === "object"
  );
}

function randomText(length: number): string {
  return randomBytes(length).toString("base64url").replaceAll(/[-_]/g, "x").slice(0, length);
}

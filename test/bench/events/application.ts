// The application that every adapter is to be: its paths, what a new message must be, and what is answered.
import type { HttpEvent, RestEvent } from "@gatewright/contract";
import type { Context } from "aws-lambda";

/** What a Lambda function may be given here. */
export type Event = RestEvent | HttpEvent;

/** What it hands back, in either dialect. */
export interface Result {
  readonly statusCode?: number | string;
  readonly headers?: Readonly<Record<string, string | number | boolean>> | null;
  readonly multiValueHeaders?: Readonly<Record<string, readonly (string | number | boolean)[]>> | null;
  readonly body?: string | null;
}

/** What an adapter exports as `handler`. */
export type Handler = (event: Event, context: Context) => Promise<Result>;

/** The only page that may call. Its calls may carry credentials. */
export const pageOrigin = "https://chat.example";

/** All thirty routes. `POST /rooms/{room}/messages` and `GET /health` are called; the rest is there to be told apart. */
export const routes = [
  "GET /health",
  "GET /rooms",
  "POST /rooms",
  "GET /rooms/{room}",
  "PUT /rooms/{room}",
  "DELETE /rooms/{room}",
  "GET /rooms/{room}/messages",
  "POST /rooms/{room}/messages",
  "GET /rooms/{room}/messages/{message}",
  "PATCH /rooms/{room}/messages/{message}",
  "DELETE /rooms/{room}/messages/{message}",
  "GET /rooms/{room}/members",
  "PUT /rooms/{room}/members/{member}",
  "DELETE /rooms/{room}/members/{member}",
  "GET /rooms/{room}/files",
  "POST /rooms/{room}/files",
  "GET /rooms/{room}/files/{file}",
  "DELETE /rooms/{room}/files/{file}",
  "GET /users",
  "POST /users",
  "GET /users/{user}",
  "PUT /users/{user}",
  "DELETE /users/{user}",
  "GET /users/{user}/rooms",
  "GET /users/{user}/sessions",
  "DELETE /users/{user}/sessions/{session}",
  "GET /statistics",
  "GET /statistics/{day}",
  "GET /search",
  "POST /reports",
] as const;

/** What a caller may send as a message. */
export interface NewMessage {
  readonly text: string;
  readonly tags: readonly string[];
  readonly mentions: readonly string[];
  readonly replyTo?: string;
  readonly files: readonly FileOfMessage[];
}

/** A file that a message names. */
export interface FileOfMessage {
  readonly id: string;
  readonly name: string;
  readonly type: string;
  readonly size: number;
}

/** One thing that is wrong with a body. */
export interface Issue {
  readonly message: string;
  readonly path?: readonly string[];
}

const fields: ReadonlySet<string> = new Set(["text", "tags", "mentions", "replyTo", "files"]);
const fileFields: ReadonlySet<string> = new Set(["id", "name", "type", "size"]);
type Unknown = Readonly<Record<string, unknown>>;

/** Says what is wrong with a body; nothing if it is a message. By hand, so that no schema library is measured. */
export function findIssues(value: unknown): readonly Issue[] {
  if (!isObject(value)) return [{ message: "must be an object" }];
  const issues: Issue[] = [];
  const { text, tags, mentions, replyTo, files } = value;
  if (!isText(text, 1_000)) issues.push({ message: "must be text of 1 to 1000 characters", path: ["text"] });
  if (!isTexts(tags)) issues.push({ message: "must be at most ten texts", path: ["tags"] });
  if (!isTexts(mentions)) issues.push({ message: "must be at most ten texts", path: ["mentions"] });
  if (replyTo !== undefined && !isText(replyTo, 40))
    issues.push({ message: "must be text", path: ["replyTo"] });
  if (!Array.isArray(files) || files.length > 10 || !files.every(isFile))
    issues.push({ message: "must be at most ten files", path: ["files"] });
  for (const name in value) if (!fields.has(name)) issues.push({ message: "is not known", path: [name] });
  return issues;
}

function isFile(value: unknown): boolean {
  if (!isObject(value)) return false;
  for (const name in value) if (!fileFields.has(name)) return false;
  const { id, name, type, size } = value;
  return isText(id, 40) && isText(name, 255) && isText(type, 100) && Number.isSafeInteger(size);
}

function isTexts(value: unknown): boolean {
  return Array.isArray(value) && value.length <= 10 && value.every((text) => isText(text, 40));
}

function isText(value: unknown, most: number): boolean {
  return typeof value === "string" && value.length > 0 && value.length <= most;
}

function isObject(value: unknown): value is Unknown {
  return typeof value === "object" && value !== null;
}

/** The message as it is answered. Nothing is stored. */
export interface Stored extends NewMessage {
  readonly id: string;
  readonly room: string;
  readonly notify: boolean;
}

/** What `POST /rooms/{room}/messages` does. */
export function post(room: string, message: NewMessage, notify: boolean): Stored {
  return { id: "m-1", room, notify, ...message };
}

/** What `GET /health` does. */
export function health(): { readonly ok: true } {
  return { ok: true };
}

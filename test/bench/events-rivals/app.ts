// The app that every adapter serves: its routes, its one schema, and what is right and wrong about an answer.
import type { StandardSchemaV1 } from "@standard-schema/spec";

/** What is posted. */
export interface NewMessage {
  readonly text: string;
  readonly author: string;
  readonly tags: readonly string[];
  readonly priority: number;
}

/** What is answered to it. */
export interface Posted extends NewMessage {
  readonly id: string;
  readonly room: string;
  readonly notify: boolean;
}

export const origin = "https://chat.example";

/** The GET routes of the table beside the two that are measured; thirty in all. */
export const otherPaths: readonly string[] = [
  "users",
  "rooms",
  "files",
  "invites",
  "reports",
  "webhooks",
  "audits",
].flatMap((name) => [`/${name}`, `/${name}/{id}`, `/${name}/{id}/history`, `/${name}/{id}/members/{member}`]);

const fields = new Set(["text", "author", "tags", "priority"]);

/** What is wrong with a message; nothing when it is right. */
export function mistakes(value: unknown): { readonly message: string; readonly path: readonly string[] }[] {
  if (typeof value !== "object" || value === null) return [{ message: "must be an object", path: [] }];
  const { text, author, tags, priority } = value as Record<string, unknown>;
  const found: { message: string; path: string[] }[] = [];
  if (typeof text !== "string" || text.length === 0 || text.length > 4000)
    found.push({ message: "must be a text", path: ["text"] });
  if (typeof author !== "string" || author.length === 0)
    found.push({ message: "must be a name", path: ["author"] });
  if (!Array.isArray(tags) || tags.length > 10 || !tags.every((tag) => typeof tag === "string"))
    found.push({ message: "must be up to ten tags", path: ["tags"] });
  if (typeof priority !== "number" || !Number.isInteger(priority))
    found.push({ message: "must be a whole number", path: ["priority"] });
  for (const name in value) if (!fields.has(name)) found.push({ message: "is not known", path: [name] });
  return found;
}

/** The same as a Standard Schema, written by hand so that no library is measured. */
export const newMessage: StandardSchemaV1<unknown, NewMessage> = {
  "~standard": {
    version: 1,
    vendor: "bench",
    validate(value) {
      const issues = mistakes(value);
      return issues.length === 0 ? { value: value as NewMessage } : { issues };
    },
  },
};

/** The same as what ajv compiles a schema to, for a validator that wants an event. */
export function validateEvent(event: { readonly body: unknown }): boolean {
  const issues = mistakes(event.body);
  validateEvent.errors = issues.length === 0 ? null : issues;
  return issues.length === 0;
}
validateEvent.errors = null as null | ReturnType<typeof mistakes>;

/** The work itself. */
export function post(room: string, notify: boolean, message: NewMessage): Posted {
  return { id: "m-1", room, notify, ...message };
}

// A Standard Schema in, a typed value or the caller's mistakes out.
import type { StandardSchemaV1 } from "@standard-schema/spec";
import type { FieldError } from "./http-error.ts";

/** What a schema said about a value. */
export type Verdict = StandardSchemaV1.Result<unknown>;

/** Whether a value is a schema of any library that follows Standard Schema. */
export function isSchema(value: unknown): value is StandardSchemaV1 {
  if ((typeof value !== "object" && typeof value !== "function") || value === null) return false;
  const standard = (value as Partial<StandardSchemaV1>)["~standard"]; // arktype's schemas are functions
  return standard?.version === 1 && typeof standard.validate === "function";
}

/** Names the mistakes that a schema found in one part of what the caller sent. */
export function toFieldErrors(part: string, issues: readonly StandardSchemaV1.Issue[]): FieldError[] {
  return issues.map((issue) => ({ path: toPath(part, issue.path), message: issue.message }));
}

function toPath(part: string, path: StandardSchemaV1.Issue["path"]): string {
  let text = part;
  for (const step of path ?? []) text += `.${String(typeof step === "object" ? step.key : step)}`;
  return text;
}

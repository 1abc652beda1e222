// Paths and methods of REST and HTTP APIs as the deployment framework takes them.
import type { Cursor } from "./cursor.ts";

const methods = ["GET", "POST", "PUT", "PATCH", "OPTIONS", "HEAD", "DELETE", "ANY"] as const;

/** A verb, or ANY. */
export type Method = (typeof methods)[number];

/** Reads a method; `*` is ANY. */
export function toMethod(text: string, at: Cursor): Method {
  const method = text === "*" ? "ANY" : methods.find((method) => method === text.toUpperCase());
  return method ?? at.refuse(`one of ${methods.join(", ")}`);
}

/** Splits `GET /rooms`. */
export function splitRoute(at: Cursor): { readonly method: string; readonly path: string } {
  const [, method, path] = /^(\S+)\s+(\S+)$/.exec(at.text()) ?? [];
  if (method === undefined || path === undefined) return at.refuse('a method and a path, as in "GET /rooms"');
  return { method, path };
}

/** A path as API Gateway prints it: begins with one slash, ends with none. */
export function toRestPath(text: string, at: Cursor): string {
  const path = `/${text.replace(/^\//, "").replace(/\/$/, "")}`;
  if (path !== "/") assertSegments(path, at, /^[\w.:$~-]+$/);
  return path;
}

/** A path of an HTTP API, kept as it is. */
export function toHttpPath(text: string, at: Cursor): string {
  if (!text.startsWith("/")) return at.refuse('a path that begins with "/"');
  if (text !== "/") assertSegments(text.replace(/\/$/, ""), at, /^[^\s{}?#]+$/);
  return text;
}

function assertSegments(path: string, at: Cursor, literal: RegExp): void {
  const seen = new Set<string>();
  const segments = path.slice(1).split("/");
  for (const [index, segment] of segments.entries()) {
    const [, name, greedy] = /^\{([\w.:-]+)(\+?)\}$/.exec(segment) ?? [];
    if (name === undefined) {
      if (!literal.test(segment)) {
        at.refuse("a path of plain segments, {name} segments and perhaps a last {name+}", {
          hint: segment === "" ? "It has an empty segment." : undefined,
        });
      }
      continue;
    }
    if (greedy === "+" && index < segments.length - 1)
      at.refuse(`a path with {${name}+} as its last segment`);
    if (seen.has(name)) at.refuse(`a path that has {${name}} once`);
    seen.add(name);
  }
}

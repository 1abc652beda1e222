// One direction: who may import whom, no cycles, and nothing that is not declared.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readSources, root, target, type SourceFile } from "./sources.ts";

const downhill: Readonly<Record<string, readonly string[]>> = {
  contract: [],
  signature: ["contract"],
  events: ["contract"],
  authorizer: ["contract"],
  connections: ["contract", "signature"],
  client: ["contract"],
  uploads: ["contract", "signature"],
  observability: ["contract"],
  gateway: ["contract", "signature"],
};

const sources = readSources();

interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
}

function declared(packageName: string): string[] {
  const manifest = JSON.parse(
    readFileSync(join(root, "packages", packageName, "package.json"), "utf8"),
  ) as Manifest;
  return [...Object.keys(manifest.dependencies ?? {}), ...Object.keys(manifest.peerDependencies ?? {})];
}

const packageOf = (specifier: string): string =>
  specifier
    .split("/")
    .slice(0, specifier.startsWith("@") ? 2 : 1)
    .join("/");

describe.each(Object.keys(downhill))("%s", (name) => {
  const own = sources.filter((file) => file.package === name);

  it("imports only downhill, and only what it declares", () => {
    const allowed = new Set([
      ...declared(name),
      ...(downhill[name] ?? []).map((below) => `@gatewright/${below}`),
    ]);
    const foreign = own.flatMap((file) =>
      file.imports
        .filter((specifier) => !specifier.startsWith(".") && !specifier.startsWith("node:"))
        .filter((specifier) => !allowed.has(packageOf(specifier)) || isSibling(name, specifier))
        .map((specifier) => `${file.path}: ${specifier}`),
    );
    expect(foreign).toEqual([]);
  });

  it("stays inside its own folder", () => {
    const outside = own.flatMap((file) =>
      file.imports
        .filter((specifier) => specifier.startsWith("."))
        .map((specifier) => target(file, specifier))
        .filter((path) => !path.startsWith(join("packages", name, "src"))),
    );
    expect(outside).toEqual([]);
  });

  it("has no cycles, type imports included", () => {
    expect(findCycle(own)).toEqual([]);
  });
});

/** An import reads every export of a built-in, and those load more: `webcrypto`, `File`, `fetch`. */
const slowBuiltin =
  /^import (?!type\b)[^;]*?\bfrom "(?:node:)?(?:buffer|console|crypto|https?|http2|stream|timers)";/m;

describe.each(["contract", "signature", "events", "authorizer", "connections", "uploads", "observability"])(
  "%s, which starts with a function",
  (name) => {
    it("imports no built-in whose import is slow: process.getBuiltinModule gives it without that", () => {
      const slow = sources.filter((file) => file.package === name && slowBuiltin.test(file.text));
      expect(slow.map((file) => file.path)).toEqual([]);
    });
  },
);

function isSibling(from: string, specifier: string): boolean {
  const [scope, name = ""] = specifier.split("/");
  return scope === "@gatewright" && !(downhill[from] ?? []).includes(name);
}

/** Some cycle, as the files along it; empty where there is none. */
function findCycle(files: readonly SourceFile[]): string[] {
  const byPath = new Map(files.map((file) => [file.path, file]));
  const done = new Set<string>();
  const visit = (path: string, trail: readonly string[]): string[] => {
    if (trail.includes(path)) return [...trail.slice(trail.indexOf(path)), path];
    const file = byPath.get(path);
    if (!file || done.has(path)) return [];
    for (const specifier of file.imports.filter((text) => text.startsWith("."))) {
      const cycle = visit(target(file, specifier), [...trail, path]);
      if (cycle.length > 0) return cycle;
    }
    done.add(path);
    return [];
  };
  for (const file of files) {
    const cycle = visit(file.path, []);
    if (cycle.length > 0) return cycle;
  }
  return [];
}

// What `custom.esbuild` asks of the bundler, as the plugin serverless-esbuild reads it.
import type { Service } from "../model/service.ts";
import { closest } from "./closest.ts";
import type { Cursor } from "./cursor.ts";
import type { Definition } from "./definition.ts";

function words(text: string): string[] {
  return text.split(" ");
}

/** Options that change what runs: handed to esbuild, which checks them. */
const honoured: readonly string[] = [
  ...words("alias banner charset conditions define drop dropLabels external footer format"),
  ...words("ignoreAnnotations inject jsx jsxDev jsxFactory jsxFragment jsxImportSource jsxSideEffects"),
  ...words("keepNames legalComments loader mainFields mangleCache mangleProps mangleQuoted minify"),
  ...words("minifyIdentifiers minifySyntax minifyWhitespace nodePaths packages preserveSymlinks pure"),
  ...words("reserveProps resolveExtensions supported target treeShaking tsconfig tsconfigRaw"),
];

/** Options for the package that is deployed, and those that the gateway sets itself. `exclude` is what Lambda brings. */
const withoutEffect: ReadonlySet<string> = new Set([
  ...words("bundle color concurrency disposeContext exclude installExtraArgs keepOutputDirectory logLevel"),
  ...words("logLimit logOverride metafile nativeZip outputBuildFolder outputFileExtension outputWorkFolder"),
  ...words("packagePath packager packagerOptions platform skipRebuild sourceRoot sourcemap sourcesContent"),
  ...words("stripEntryResolveExtensions watch zipConcurrency"),
]);

/** What would make another program of the function, and cannot be done here. */
const refused: Readonly<Record<string, string>> = {
  plugins: "plugins of esbuild",
  nodeExternals: "nodeExternals (name the packages under external)",
  skipBuild: "functions that are not bundled",
  skipBuildExcludeFns: "functions that are not bundled",
  splitting: "splitting of bundles",
};

/**
 * Reads `custom.esbuild`, or nothing where it is not there.
 *
 * Paths among its values start at the definition's folder. A key that nobody knows gets a notice.
 *
 * @throws `NOT_SUPPORTED` for plugins, a file of settings, other platforms than `node`; `DEFINITION_INVALID` for other
 *   formats than `esm` and `cjs`
 */
export function readBundling(definition: Definition): Pick<Service, "bundling"> {
  const at = definition.root.optional("custom")?.optional("esbuild");
  if (at === undefined) return {};
  if (!at.isMap) at.notSupported("a file of esbuild settings");
  if (at.optional("bundle")?.flag() === false) at.at("bundle").notSupported("functions that are not bundled");
  at.optional("format")?.oneOf(["esm", "cjs"]);
  const platform = at.optional("platform");
  if (platform !== undefined && platform.text() !== "node")
    platform.notSupported("another platform than node");
  const bundling = Object.fromEntries(
    at.entries().flatMap(([key, value]) => {
      const what = Object.hasOwn(refused, key) && refused[key];
      if (what && isAsked(value)) value.notSupported(what);
      if (honoured.includes(key) && value.isGiven) return [[key, value.json()]];
      if (!what && !withoutEffect.has(key) && !honoured.includes(key)) note(definition, value, key);
      return [];
    }),
  );
  return { bundling };
}

/** An empty list asks for nothing. */
function isAsked(at: Cursor): boolean {
  if (at.isFlag) return at.flag();
  return at.isGiven && !(at.isList && at.items().length === 0);
}

function note({ notice }: Definition, at: Cursor, key: string): void {
  const near = closest(key, honoured);
  const hint = near === undefined ? "" : ` Did you mean "${near}"?`;
  notice(at.path, `This is no option of esbuild that the gateway knows.${hint}`);
}

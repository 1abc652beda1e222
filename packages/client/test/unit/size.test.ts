// What the client costs a page: everything it exports, bundled and minified, at most 6 KB gzipped.
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { describe, expect, it } from "vitest";

describe("the client's size", () => {
  it("is at most 6 KB gzipped, with nothing but its own code", async () => {
    const { outputFiles, metafile } = await build({
      entryPoints: [new URL("../../src/index.ts", import.meta.url).pathname],
      bundle: true,
      minify: true,
      format: "esm",
      platform: "browser",
      target: "es2022",
      write: false,
      metafile: true,
    });
    const gzipped = gzipSync(outputFiles[0]?.contents ?? "").length;
    expect(gzipped).toBeGreaterThan(1_000);
    expect(gzipped).toBeLessThanOrEqual(6 * 1_024);
    const foreign = Object.keys(metafile.inputs).filter(
      (path) => !/packages\/client\/src\/|^src\//.test(path),
    );
    expect(foreign).toEqual([]);
  });
});

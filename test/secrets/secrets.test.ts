// The search through all output of a run finds what it looks for, wherever it was said, and fails the run.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { findLeaks } from "./leaks.ts";
import { watchVariable } from "./note.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** A run of its own, with a watch of its own. */
async function runPlanted(planted: "yes" | "no") {
  const { [watchVariable]: _, ...env } = process.env;
  const config = join(root, "test", "secrets", "planted", "vitest.config.ts");
  const child = spawn(
    process.execPath,
    [join(root, "node_modules", "vitest", "vitest.mjs"), "run", "--silent", `--config=${config}`],
    { cwd: root, env: { ...env, GATEWRIGHT_TEST_PLANT: planted, NO_COLOR: "1" } },
  );
  const ended = once(child, "close");
  const said = await Promise.all([text(child.stdout), text(child.stderr)]);
  await ended;
  return { code: child.exitCode, said: said.join("") };
}

describe("a run of tests", () => {
  test("fails where a secret was said, in whichever way, and tells which without telling it", async () => {
    const { code, said } = await runPlanted("yes");
    const report = said.slice(said.indexOf("Secrets are in the output"));
    expect(code).toBe(1);
    const found = [...report.matchAll(/^ {2}(.{4})… after/gm)].map(([, start]) => start);
    const all = ["con1", "out1", "err1", "spa1", "inn1", "syn1", "thr1", "col1", "sig1", "add1", "bad1"];
    expect([...new Set(found)].toSorted()).toEqual(all.toSorted());
    expect(report).toContain("a signed JWT after");
    expect(report).not.toContain("planted-0123456789");
  });

  test("passes where none was", async () => {
    const { code, said } = await runPlanted("no");
    expect(said).not.toContain("Secrets are in the output");
    expect(code).toBe(0);
  });
});

describe("the search", () => {
  const token = "eyJhbGciOiJub25lIn0.eyJzdWIiOiJhZGEifQ_longer.c2lnbmF0dXJlLXRoYXQtaXMtbG9uZw";
  const odd = "a secret with spaces, and more";
  const [, payload = "", signature = ""] = token.split(".");

  test.each([
    ["it itself", `token=${token}&x`],
    ["its payload", `{"p":"${payload}"}`],
    ["its signature", `x${signature}`],
    ["in base64", Buffer.from(token).toString("base64")],
    ["the odd one", `<${odd}>`],
    ["the odd one percent-encoded", `?s=${encodeURIComponent(odd)}`],
    ["a ticket", `gwt_${"aB3".repeat(14)}c`],
    ["an API key", `gwk_${"0".repeat(23)}1_${"aB3".repeat(14)}c`],
  ])("finds %s", (_what, said) => {
    expect(findLeaks([token, odd], `before ${said} after`)).toHaveLength(1);
  });

  test("finds nothing in what is no secret, or a part too short to be one", () => {
    const header = token.split(".", 1)[0] ?? "";
    const said = `${header} ${signature.slice(0, 15)} gwt_${"A".repeat(43)} ${"path/".repeat(20)}`;
    expect(findLeaks([token, odd, "short"], said)).toEqual([]);
  });

  test("takes no longer for many secrets than for few", () => {
    const secrets = Array.from({ length: 20_000 }, (_, at) => `${at}-${"x".repeat(8)}-${at * 7919}-secret`);
    const said = `${"a line that says little, with /a/path/that-is-long-enough\n".repeat(20_000)}${secrets[12_345]}`;
    expect(findLeaks(secrets, said)).toHaveLength(1);
  });
});

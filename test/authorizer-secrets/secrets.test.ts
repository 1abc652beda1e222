// Runs the authorizer's whole suite and looks for every token, key and cookie of it in all that was written.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, existsSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** Short texts are in every output by chance. */
const shortest = 16;

test("no token of the suite is in its output, its errors or its report", { timeout: 170_000 }, async () => {
  const folder = mkdtempSync(join(tmpdir(), "gatewright-secrets-"));
  try {
    const secrets = join(folder, "secrets.txt");
    const report = join(folder, "report.json");
    const child = spawn(
      process.execPath,
      [
        join(root, "node_modules", "vitest", "vitest.mjs"),
        "run",
        "packages/authorizer",
        "--typecheck.enabled=false",
        "--reporter=verbose",
        "--reporter=json",
        `--outputFile.json=${report}`,
      ],
      {
        cwd: root,
        env: {
          ...process.env,
          GATEWRIGHT_TEST_SECRETS: secrets,
          DEBUG: "node-saml,oidc-provider:*",
          NO_COLOR: "1",
        },
      },
    );
    const ended = once(child, "close");
    const [out, error] = await Promise.all([text(child.stdout), text(child.stderr)]);
    await ended;
    const written = out + error + (existsSync(report) ? readFileSync(report, "utf8") : "");
    expect(written).toContain("Test Files");
    expect(child.exitCode, out.slice(-2000)).toBe(0);

    const made = new Set(readFileSync(secrets, "utf8").split("\n"));
    const parts = new Set([...made].flatMap(partsOf));
    const sought = [...parts].filter((one) => one.length >= shortest);
    expect(sought.length).toBeGreaterThan(500);
    expect(sought.filter((one) => written.includes(one)).map((one) => one.slice(0, 12))).toEqual([]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

/** A JWT's payload and signature give it away too; its header is the same in all of them. */
function partsOf(token: string): readonly string[] {
  const [, payload = "", signature = ""] = token.split(".");
  return [token, payload, signature];
}

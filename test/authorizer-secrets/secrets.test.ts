// The authorizer's suite once more, with its libraries told to say all they know: the search at the end reads that too.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const root = fileURLToPath(new URL("../..", import.meta.url));

test(
  "no token of the suite is told by what its libraries say for debugging",
  { timeout: 170_000 },
  async () => {
    const vitest = join(root, "node_modules", "vitest", "vitest.mjs");
    const child = spawn(
      process.execPath,
      [vitest, "run", "packages/authorizer", "--typecheck.enabled=false", "--reporter=verbose"],
      { cwd: root, env: { ...process.env, DEBUG: "node-saml,oidc-provider:*", NO_COLOR: "1" } },
    );
    const ended = once(child, "close");
    const [out, error] = await Promise.all([text(child.stdout), text(child.stderr)]);
    await ended;
    expect(out + error).toContain("oidc-provider");
    // It adds to the watch of this run, which is searched when all is over.
    expect(child.exitCode, out.slice(-2000)).toBe(0);
  },
);

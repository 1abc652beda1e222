// Brings the Node and pnpm that the house needs, from npm, on a machine that has only some Node and npm.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { delimiter, join } from "node:path";

const versions = { node: "24.21.0", pnpm: "12.21.0" };
const windows = process.platform === "win32";
const exe = windows ? ".exe" : "";

/** Runs a command to its end with its output on stderr; stdout belongs to the task. Stops this process where it fails. */
export function must(command, args, options) {
  const { status, error } = spawnSync(command, args, {
    stdio: ["ignore", 2, 2],
    shell: windows && command === "npm",
    ...options,
  });
  if (error) fail(`${command} did not start: ${error.message}`);
  if (status !== 0) fail(`${[command, ...args].join(" ")} ended with ${status}; see what it printed above.`);
}

/** Tells the developer why nothing goes on. */
export function fail(message) {
  console.error(`gatewright: ${message}`);
  process.exit(1);
}

/**
 * Installs Node, pnpm and every dependency where they are missing or out of date, and says where they are.
 * What is already there costs a few file reads.
 */
export function prepare(root) {
  const folder = join(root, ".toolchain");
  const bin = join(folder, "bin");
  const node = join(bin, `node${exe}`);
  const env = { ...withoutNpm(process.env), PATH: `${bin}${delimiter}${process.env.PATH ?? ""}` };

  const toolStamp = `${versions.node} ${versions.pnpm} ${process.platform} ${process.arch}`;
  if (!existsSync(node) || stampOf(folder, "tools") !== toolStamp) {
    console.error(`gatewright: fetching Node ${versions.node} and pnpm ${versions.pnpm} from npm (once) …`);
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(bin, { recursive: true });
    writeFileSync(join(folder, "package.json"), `${JSON.stringify({ private: true })}\n`);
    const packages = Object.entries(versions).map(([name, version]) => `${name}@${version}`);
    must("npm", ["install", "--no-audit", "--no-fund", "--loglevel=error", "--no-save", ...packages], {
      cwd: folder,
      env: withoutNpm(process.env),
    });
    link(join(folder, "node_modules", "node", "bin", `node${exe}`), node);
    link(join(folder, "node_modules", "pnpm", `pnpm${exe}`), join(bin, `pnpm${exe}`));
    writeFileSync(join(folder, "tools.stamp"), toolStamp);
  }

  const wanted = lockStamp(root);
  if (!existsSync(join(root, "node_modules")) || stampOf(folder, "install") !== wanted) {
    console.error("gatewright: installing dependencies …");
    must(join(bin, `pnpm${exe}`), ["install", "--frozen-lockfile", "--reporter=append-only"], {
      cwd: root,
      env,
    });
    writeFileSync(join(folder, "install.stamp"), wanted);
  }
  return { node, env };
}

/** pnpm's shims forget a Node inside node_modules, so the binary is linked outside. */
function link(from, to) {
  if (!existsSync(from)) fail(`${from} is missing after the installation. Remove .toolchain and try again.`);
  if (windows) copyFileSync(from, to);
  else symlinkSync(from, to);
}

function stampOf(folder, name) {
  const file = join(folder, `${name}.stamp`);
  return existsSync(file) ? readFileSync(file, "utf8") : "";
}

function lockStamp(root) {
  const hash = createHash("sha256").update(JSON.stringify(versions));
  for (const file of ["pnpm-lock.yaml", "pnpm-workspace.yaml"]) hash.update(readFileSync(join(root, file)));
  return hash.digest("hex");
}

/** npm hands its own settings down by environment; they would confuse a second npm or pnpm. */
function withoutNpm(environment) {
  return Object.fromEntries(
    Object.entries(environment).filter(([name]) => !name.toLowerCase().startsWith("npm_")),
  );
}

// Packages a service as a deployment would, with nobody's AWS account and nowhere to go.
import { spawn } from "node:child_process";
import { delimiter, dirname, join } from "node:path";
import { text } from "node:stream/consumers";
import { definitionFile } from "./running-chat.ts";

/** The house's own folder. */
export const root: string = dirname(definitionFile);

/** Runs `sls package` in `folder`, writing to `to`; gives the template. @throws with what the command said */
export async function packageService(folder: string, to: string, home: string): Promise<string> {
  const path = (process.env["PATH"] ?? "").split(delimiter).filter((entry) => !entry.startsWith(root));
  const child = spawn(join(root, "node_modules", ".bin", "sls"), ["package", "--package", to], {
    cwd: folder,
    env: {
      PATH: [...path, dirname(process.execPath)].join(delimiter),
      HOME: home,
      AWS_PROFILE: "of-nobody",
      AWS_SESSION_TOKEN: "of-nobody",
      HTTPS_PROXY: "http://127.0.0.1:9",
    },
    stdio: ["ignore", "pipe", "pipe"],
    timeout: 90_000, // a build that fails leaves it waiting
  });
  const ended = new Promise<number | null>((resolve) => child.once("close", resolve));
  const [out, said, code] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  if (code !== 0) throw new Error(`${out}\n${said}`);
  return join(to, "cloudformation-template-update-stack.json");
}

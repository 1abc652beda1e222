// `useDotenv: true`: variables of the environment that stand in a file beside the definition.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseEnv } from "node:util";

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The environment with what `.env.{stage}` says, or `.env` where there is no such file. What is set already stays.
 *
 * `$NAME`, `${NAME}` and `${NAME:-default}` in a value stand for other variables, as the deployment framework expands
 * them.
 *
 * @see https://www.serverless.com/framework/docs/environment-variables
 */
export function withDotenv(env: Environment, folder: string, stage: string): Environment {
  const text = readText(join(folder, `.env.${stage}`)) ?? readText(join(folder, ".env"));
  if (text === undefined) return env;
  const known: Record<string, string | undefined> = { ...env };
  for (const [name, value = ""] of Object.entries(parseEnv(text))) known[name] ??= expand(value, known);
  return known;
}

const reference = /(\\?)\$(?:\{(\w+)(?::?-([^}]*))?\}|(\w+))/g;

/** Variables are known in the order of the file, so that none leads to itself. */
function expand(value: string, known: Environment): string {
  return value.replaceAll(reference, (...found: (string | undefined)[]) => {
    const [whole = "", escape, braced, otherwise = "", plain] = found;
    if (escape !== "") return whole.slice(1);
    const given = known[braced ?? plain ?? ""];
    return given === undefined || given === "" ? otherwise : given;
  });
}

function readText(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined; // there need not be one
  }
}

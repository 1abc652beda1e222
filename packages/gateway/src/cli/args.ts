// The command line, read once: what to do, with which options.
import { parseArgs } from "node:util";
import { failures } from "../failures.ts";

/** What the command line asks for. */
export type Command = { readonly name: "help" } | { readonly name: "version" } | DevCommand;

/** `gatewright dev` with its options. */
export interface DevCommand {
  readonly name: "dev";
  readonly file: string;
  readonly port: number;
  readonly stage?: string;
  /** Values of `${param:…}`. */
  readonly params?: Readonly<Record<string, string>>;
  readonly folder?: string;
  readonly fresh: boolean;
  readonly json: boolean;
  readonly callerHeaders?: true;
}

const options = {
  port: { type: "string" },
  stage: { type: "string" },
  param: { type: "string", multiple: true },
  data: { type: "string" },
  fresh: { type: "boolean" },
  json: { type: "boolean" },
  "caller-headers": { type: "boolean" },
  help: { type: "boolean", short: "h" },
  version: { type: "boolean", short: "v" },
} as const;

/**
 * Reads the arguments after the program's name. `definition` is the file where they name none.
 *
 * @throws `ARGUMENTS_INVALID` for an option or command that there is not.
 */
export function readArguments(argv: readonly string[], definition = "serverless.yml"): Command {
  const { values, positionals } = parse(argv);
  if (values.version) return { name: "version" };
  const [command, file = definition, ...rest] = positionals;
  if (values.help || command === undefined || command === "help") return { name: "help" };
  if (command !== "dev") throw invalid(`there is no command "${command}"`);
  if (rest.length > 0) throw invalid(`"${rest.join(" ")}" is one argument too many`);
  return {
    name: "dev",
    file,
    port: readPort(values.port),
    fresh: values.fresh ?? false,
    json: values.json ?? false,
    ...(values["caller-headers"] === true && { callerHeaders: true as const }),
    ...(values.stage !== undefined && { stage: values.stage }),
    ...(values.param !== undefined && { params: readParams(values.param) }),
    ...(values.data !== undefined && { folder: values.data }),
  };
}

/** Reads a port number as `--port` takes it; 4000 where none is given. */
export function readPort(text: string | undefined): number {
  const port = Number(text ?? 4000);
  if (text?.trim() === "" || !Number.isInteger(port) || port < 0 || port > 65_526) {
    throw invalid(`--port takes a whole number from 0 to 65526, not "${text}"`);
  }
  return port;
}

/** As the deployment framework takes them: `--param name=value`, again for each. */
function readParams(texts: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    texts.map((text) => {
      const [, name = "", value = ""] = /^([\w.-]+)=(.*)$/s.exec(text) ?? [];
      if (name === "") throw invalid("--param takes name=value");
      return [name, value];
    }),
  );
}

interface Parsed {
  readonly values: ReturnType<typeof parseArgs<{ options: typeof options }>>["values"];
  readonly positionals: readonly string[];
}

function parse(argv: readonly string[]): Parsed {
  try {
    return parseArgs({ args: [...argv], options, allowPositionals: true });
  } catch (error) {
    throw invalid(error instanceof Error ? (error.message.split(". ")[0] ?? "") : String(error));
  }
}

function invalid(why: string): Error {
  return failures.create("ARGUMENTS_INVALID", { why });
}

// What a broken serverless.yml gets: one sentence that names the place and the way out, exit code 1, nothing started.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { access, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { isFailure } from "@gatewright/contract";
import { readServerless, startGateway } from "@gatewright/gateway";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { endOf, firstLine } from "./child.ts";

const cli = fileURLToPath(new URL("../../packages/gateway/src/cli/main.ts", import.meta.url));

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "gatewright-broken-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

interface Service {
  /** Lines under `provider:`. */
  readonly provider?: string;
  /** Lines under the function `hello`. */
  readonly hello?: string;
  /** Lines at the top level. */
  readonly more?: string;
}

const indent = (lines: string, by: number): string => lines.replaceAll(/^(?=.)/gm, " ".repeat(by));

/** A small definition with something in it. */
function definition({
  provider = "",
  hello = "events: [{ httpApi: GET /hello }]",
  more = "",
}: Service): string {
  return [
    "service: broken",
    "provider:",
    "  name: aws",
    "  region: us-east-1",
    indent(provider, 2),
    "functions:",
    "  hello:",
    /^handler:/m.test(hello) ? "" : "    handler: hello.handler",
    indent(hello, 4),
    "  guard:",
    "    handler: hello.handler",
    more,
  ]
    .filter((line) => line !== "")
    .join("\n");
}

/** Writes a project of one definition and a handler. */
async function project(name: string, yaml: string): Promise<string> {
  const home = join(folder, name.replaceAll(/\W+/g, "-"));
  await mkdir(home, { recursive: true });
  const handlers = 'export const handler = async () => ({ statusCode: 200, body: "hello" });\n';
  await writeFile(join(home, "hello.ts"), handlers);
  await writeFile(join(home, "syntax.ts"), "export const handler = async () => {\n  return {;\n};\n");
  await writeFile(join(home, "serverless.yml"), yaml);
  return home;
}

async function run(
  home: string,
  ...options: string[]
): Promise<{ code: unknown; out: string; said: string }> {
  const child = spawn(
    process.execPath,
    ["--conditions=@gatewright/source", cli, "dev", "serverless.yml", "--port", "0", ...options],
    { cwd: home, stdio: ["ignore", "pipe", "pipe"] },
  );
  const [out, said, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, "exit"),
  ]);
  return { code, out, said };
}

interface Broken extends Service {
  readonly what: string;
  readonly yaml?: string;
  readonly code: string;
  /** What the sentence must name: the place, and what helps. */
  readonly names: readonly string[];
}

const broken: readonly Broken[] = [
  {
    what: "YAML that cannot be read",
    yaml: "service: broken\nprovider:\n  name: aws\n region: us-east-1\n",
    code: "DEFINITION_UNREADABLE",
    names: ["serverless.yml:4:", "indentation"],
  },
  { what: "an empty file", yaml: "", code: "DEFINITION_INVALID", names: ["must be"] },
  {
    what: "a service without a name",
    yaml: "provider: { name: aws }\n",
    code: "DEFINITION_INVALID",
    names: ["service"],
  },
  {
    what: "another cloud",
    yaml: "service: broken\nprovider: { name: azure }\n",
    code: "DEFINITION_INVALID",
    names: ["provider.name", "aws"],
  },
  {
    what: "a runtime that does not run here",
    hello: "runtime: python3.13",
    code: "FUNCTION_RUNTIME_UNSUPPORTED",
    names: ["functions.hello.runtime (line 8)", "python3.13", "nodejs24.x"],
  },
  {
    what: "a number that is none",
    hello: "timeout: soon",
    code: "DEFINITION_INVALID",
    names: ["functions.hello.timeout (line 8)", "soon"],
  },
  {
    what: "an event that nobody knows",
    hello: "events: [{ pigeon: { arn: x } }]",
    code: "EVENT_UNKNOWN",
    names: ["functions.hello.events[0]", "pigeon", "http, httpApi and websocket"],
  },
  {
    what: "an event that is misspelt",
    hello: "events: [{ httpapi: GET /hello }]",
    code: "EVENT_UNKNOWN",
    names: ['Did you mean "httpApi"?'],
  },
  {
    what: "an authorizer that is nowhere declared",
    provider: "httpApi: { authorizers: { session: { type: request, functionName: guard } } }",
    hello: "events: [{ httpApi: { method: GET, path: /hello, authorizer: { name: sesion } } }]",
    code: "AUTHORIZER_UNKNOWN",
    names: ["functions.hello.events[0].httpApi.authorizer.name", 'Did you mean "session"?', "stays closed"],
  },
  {
    what: "an authorizer with nothing after it",
    hello: "events:\n  - httpApi:\n      method: GET\n      path: /hello\n      authorizer:",
    code: "DEFINITION_INVALID",
    names: ["functions.hello.events[0].httpApi.authorizer", "meant to be open"],
  },
  {
    what: "a guard that is misspelt",
    hello: "events: [{ http: { method: get, path: hello, authoriser: guard } }]",
    code: "KEY_UNKNOWN",
    names: ["functions.hello.events[0].http.authoriser", 'Did you mean "authorizer"?', "nobody is let in"],
  },
  {
    what: "an integration that nobody knows",
    hello: "events: [{ http: { method: get, path: hello, integration: lamda-proxy } }]",
    code: "INTEGRATION_UNKNOWN",
    names: ["functions.hello.events[0].http.integration", "lamda-proxy", "lambda-proxy"],
  },
  {
    what: "an integration that does not run here",
    hello:
      "events: [{ http: { method: get, path: hello, integration: http, connectionType: vpc-link, connectionId: a } }]",
    code: "NOT_SUPPORTED",
    names: ["functions.hello.events[0].http.connectionType", "VPC link"],
  },
  {
    what: "the same route twice",
    hello: "events: [{ httpApi: GET /hello }, { httpApi: { method: get, path: /hello } }]",
    code: "ROUTE_DUPLICATE",
    names: ["functions.hello.events[1]", "GET /hello", "functions.hello.events[0]"],
  },
  {
    what: "a variable without a value",
    hello: "events: [{ httpApi: GET /hello }]\ntimeout: ${self:custom.nothing.here}",
    code: "VARIABLE_UNRESOLVED",
    names: ["functions.hello.timeout", "${self:custom.nothing.here}", "default"],
  },
  {
    what: "variables that chase each other",
    hello: "timeout: ${self:custom.one}",
    more: "custom:\n  one: ${self:custom.two}\n  two: ${self:custom.one}",
    code: "VARIABLE_CYCLE",
    names: ["custom.one", "custom.two"],
  },
  {
    what: "a reference to nothing",
    hello: "environment: { TABLE: !Ref NoSuchTable }",
    code: "REFERENCE_UNRESOLVED",
    names: ["functions.hello.environment.TABLE", "NoSuchTable"],
  },
  {
    what: "a password that is no text",
    more: "custom: { gatewright: { users: [{ name: ada, password: [Sup3rSecretWord] }] } }",
    code: "DEFINITION_INVALID",
    names: ["custom.gatewright.users[0].password"],
  },
  {
    what: "a handler that names no export",
    hello: "handler: hello",
    code: "DEFINITION_INVALID",
    names: ["functions.hello.handler", "path/to/file.export"],
  },
  {
    what: "a handler without a file",
    hello: "handler: helo.handler",
    code: "HANDLER_MISSING",
    names: ["helo.handler", "hello", "helo.ts"],
  },
  {
    what: "a handler that is not exported",
    hello: "handler: hello.hander",
    code: "HANDLER_NOT_EXPORTED",
    names: ["hello.hander", "exports handler"],
  },
  {
    what: "a handler that is no TypeScript",
    hello: "handler: syntax.handler",
    code: "BUNDLE_FAILED",
    names: ["syntax.ts:2:10", "Expected identifier"],
  },
  {
    what: "a bucket that cannot be named so",
    more: "resources: { Resources: { Files: { Type: AWS::S3::Bucket, Properties: { BucketName: My_Files } } } }",
    code: "DEFINITION_INVALID",
    names: ["resources.Resources.Files.Properties.BucketName (line 11)", "My_Files", "small letters"],
  },
];

/** What is thrown when such a definition is started. */
async function startFailure(home: string): Promise<Error> {
  try {
    const read = await readServerless(join(home, "serverless.yml"));
    const gateway = await startGateway({ definition: read });
    await gateway.close();
  } catch (error) {
    if (isFailure(error)) return error;
    throw error;
  }
  throw new Error("It started.");
}

/** Those that also go through the command line, where every failure takes the same way. */
const fromTheShell = new Set([
  "DEFINITION_UNREADABLE",
  "AUTHORIZER_UNKNOWN",
  "HANDLER_MISSING",
  "BUNDLE_FAILED",
]);

describe("a definition that cannot be run", () => {
  it.each(broken)("because of $what is refused by place and way out: $code", async ({ what, ...at }) => {
    const home = await project(what, at.yaml ?? definition(at));
    const failure = await startFailure(home);
    expect(failure).toMatchObject({ code: at.code });
    for (const name of at.names) expect(failure.message).toContain(name);
    expect(failure.message).not.toContain("Sup3rSecretWord");
    const lock = access(join(home, ".gatewright", "lock"));
    await expect(lock, "the data folder stays locked").rejects.toThrow(/ENOENT/);
  });

  it.concurrent.each(broken.filter(({ code }) => fromTheShell.has(code)))(
    "because of $what ends the command with one sentence and 1",
    async ({ what, ...at }) => {
      const home = await project(`${what} again`, at.yaml ?? definition(at));
      const { code, out, said } = await run(home);
      expect(said).toMatch(/^gatewright: /);
      expect(said.trimEnd()).toMatch(new RegExp(`\\(${at.code}\\)$`));
      for (const name of at.names) expect(said).toContain(name);
      expect(said, "a stack trace").not.toMatch(/^\s+at /m);
      expect([code, out]).toEqual([1, ""]);
    },
  );

  it.concurrent("because it is not there, or is not what the command line may say", async () => {
    const home = await project("elsewhere", definition({}));
    await rm(join(home, "serverless.yml"));
    const [missing, option, port] = await Promise.all([
      run(home),
      run(home, "--prot", "4000"),
      run(home, "--port", "many"),
    ]);
    expect(missing.said).toMatch(
      /^gatewright: There is no file .*serverless\.yml\..*\(DEFINITION_MISSING\)\n$/,
    );
    expect(option.said).toMatch(/^gatewright: .*--prot.*gatewright --help.*\(ARGUMENTS_INVALID\)\n$/);
    expect(port.said).toMatch(/^gatewright: .*--port takes a whole number.*\(ARGUMENTS_INVALID\)\n$/);
    expect([missing.code, option.code, port.code]).toEqual([1, 1, 1]);
  });
});

describe("a definition with things in it that the gateway does not know", () => {
  const yaml = definition({
    provider: "logRetentionInDays: 14\nmemorySise: 512",
    hello:
      "events: [{ httpApi: { method: GET, path: /hello, colour: green } }]\nfileSystemConfig: { arn: a, localMountPath: /mnt/a }",
    more: "unheardOf: { of: all }",
  });

  it("lists each by its path at start, and starts", async () => {
    const home = await project("unknown", yaml);
    const child = spawn(
      process.execPath,
      ["--conditions=@gatewright/source", cli, "dev", "serverless.yml", "--port", "0", "--json"],
      { cwd: home, stdio: ["ignore", "pipe", "pipe"] },
    );
    const saying = text(child.stderr);
    const ended = endOf(child);
    const { http } = JSON.parse(await firstLine(child)) as { http: string }; // what --json prints
    expect((await fetch(`${http}/hello`)).status).toBe(200);
    child.kill("SIGINT");
    expect(await ended).toEqual({ code: 0, signal: null });
    const listed = (await saying).split("\n").filter((line) => line.startsWith("not acted on: "));
    expect(listed.map((line) => line.split(": ")[1])).toEqual([
      "functions.hello.events[0].httpApi.colour",
      "functions.hello.fileSystemConfig",
      "provider.memorySise",
      "unheardOf",
    ]);
    expect(listed.join("\n")).toContain('Did you mean "memorySize"?');
  });

  it("has nothing to list in the chat's own definition", async () => {
    const chat = await readServerless(fileURLToPath(new URL("../../serverless.yml", import.meta.url)));
    expect(chat.notices).toEqual([]);
  });
});

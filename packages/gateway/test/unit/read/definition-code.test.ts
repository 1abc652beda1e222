// Definitions that are code: what they may be written as, where they run, and what is said when they give nothing.
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Service } from "../../../src/model/service.ts";
import { findDefinition } from "../../../src/read/definition-text.ts";
import { readDefinition } from "../../../src/read/read-definition.ts";
import type { ReadOptions } from "../../../src/read/serverless.ts";
import { inFolder, type Files } from "./read-text.ts";

const read = (name: string, files: Files, options: ReadOptions = {}): Promise<Service> =>
  inFolder(files, (folder) => readDefinition(join(folder, name), { env: {}, ...options }));

/** A definition whose only function has these settings, as an expression. */
const shop = (settings = "{ handler: 'a.b' }"): string =>
  `{ service: 'shop', provider: { name: 'aws' }, functions: { main: ${settings} } }`;

describe("a definition in code", () => {
  it.each([
    ["serverless.ts", `const definition: { service: string } = ${shop()};\nexport default definition;`],
    [
      "serverless.ts",
      `import type { Nothing } from "not-installed";\nmodule.exports = ${shop()} as Nothing;`,
    ],
    ["serverless.ts", `export const all: object = ${shop()};\nmodule.exports = all;`],
    ["serverless.mts", `export default ${shop()};`],
    ["serverless.js", `module.exports = ${shop()};`],
    ["serverless.js", `export default ${shop()};`],
    ["serverless.js", `module.exports = Promise.resolve(${shop()});`],
    ["serverless.cjs", `module.exports = (async () => (${shop()}))();`],
    ["serverless.mjs", `export default ${shop()};`],
  ])("is what %s exports: %s", async (name, text) => {
    const service = await read(name, { [name]: text });
    expect(service.name).toBe("shop");
    expect(service.functions.map(({ handler }) => handler)).toEqual(["a.b"]);
    expect(service.notices).toEqual([]);
  });

  it("imports by the aliases of its tsconfig, and each file knows its own place and the service's folder", async () => {
    const service = await read("serverless.ts", {
      "tsconfig.json": `{ "compilerOptions": { "baseUrl": ".", "paths": { "@functions/*": ["src/functions/*"] } } }`,
      "serverless.ts": `import hello from "@functions/hello";\nconsole.log("loading");\nexport default ${shop("hello")};`,
      "src/functions/hello/index.ts": `export { hello as default } from "./hello";`,
      "src/functions/hello/hello.ts": `import { relative } from "node:path";
        const folder: string = relative(process.cwd(), __dirname);
        export const hello = { handler: folder + "/handler.main", events: [{ http: { method: "get", path: "hello" } }],
          environment: { FILE: relative(process.cwd(), __filename), PLACE: import.meta.url.slice(0, 8) } };`,
    });
    expect(service.functions[0]).toMatchObject({
      handler: "src/functions/hello/handler.main",
      environment: { FILE: join("src", "functions", "hello", "hello.ts"), PLACE: "file:///" },
    });
    expect(service.restApi?.methods.map(({ path }) => path)).toEqual(["/hello"]);
  });

  it("has variables and references as any other, and the environment that is given", async () => {
    const text = `export default { service: process.env.NAME, provider: { name: "aws", stage: "\${opt:stage, 'dev'}" },
      functions: { main: { handler: "a.b", environment: { TABLE: { Ref: "Rooms" }, STAGE: "\${sls:stage}", LATER: undefined } } },
      resources: { Resources: { Rooms: { Type: "AWS::DynamoDB::Table", Properties: { TableName: "rooms",
        AttributeDefinitions: [{ AttributeName: "pk", AttributeType: "S" }],
        KeySchema: [{ AttributeName: "pk", KeyType: "HASH" }], BillingMode: "PAY_PER_REQUEST" } } } } };`;
    const service = await read(
      "serverless.ts",
      { "serverless.ts": text },
      { env: { NAME: "corner" }, stage: "live" },
    );
    expect(service.name).toBe("corner");
    expect(service.functions[0]?.environment).toEqual({ TABLE: "rooms", STAGE: "live" });
  });

  it.each([
    [`throw new RangeError("no such shop");`, "RangeError: no such shop"],
    [`import "./nowhere";\nexport default 1;`, 'serverless.ts:1: Could not resolve "./nowhere"'],
    ["const a = ;", "serverless.ts:1: Unexpected"],
    ["process.exit(3);", "ended with 3"],
    ["const a: any = {}; a.a = a; export default a;", "circular"],
    [`export default Promise.reject(new Error("not today"));`, "Error: not today"],
  ])("that gives nothing says why: %s", async (text, why) => {
    await expect(read("serverless.ts", { "serverless.ts": text })).rejects.toMatchObject({
      code: "DEFINITION_FAILED",
      facts: { file: "serverless.ts", why: expect.stringContaining(why) as string },
    });
  });

  it.each(["export const other = 1;", "export default () => ({});", "export default 5;"])(
    "that is no map is refused as any other: %s",
    async (text) => {
      await expect(read("serverless.ts", { "serverless.ts": text })).rejects.toMatchObject({
        code: "DEFINITION_INVALID",
      });
    },
  );

  it("that is not there is missing", async () => {
    await expect(read("serverless.ts", {})).rejects.toMatchObject({ code: "DEFINITION_MISSING" });
  });
});

describe("the definition of a folder", () => {
  it.each([
    [["serverless.ts", "serverless.yml"], "serverless.yml"],
    [["serverless.yaml"], "serverless.yaml"],
    [["serverless.json"], "serverless.json"],
    [["serverless.ts", "serverless.js"], "serverless.ts"],
    [["serverless.mjs"], "serverless.mjs"],
    [[], "serverless.yml"],
  ])("of %j is %s", async (names, expected) => {
    const files = Object.fromEntries(names.map((name) => [name, ""]));
    expect(await inFolder(files, (folder) => Promise.resolve(findDefinition(folder)))).toBe(expected);
  });

  it("may be JSON", async () => {
    const text = JSON.stringify({ service: "shop", provider: { name: "aws" } }, null, "\t");
    expect((await read("serverless.json", { "serverless.json": text })).name).toBe("shop");
  });
});

// ${…}: every source, defaults, nesting, and what happens where there is no value.
import { describe, expect, it } from "vitest";
import type { ReadOptions } from "../../../src/read/serverless.ts";
import { failureOf, head, readText, type Files } from "./read-text.ts";

/** The value of an environment variable that holds this text. */
async function valueOf(
  text: string,
  more = "",
  options: ReadOptions = {},
  files: Files = {},
): Promise<string | undefined> {
  const service = await readText(definition(text, more), options, files);
  return service.functions[0]?.environment["VALUE"];
}

function definition(text: string, more = ""): string {
  return `${head}${more}\nfunctions: { main: { handler: a.b, environment: { VALUE: ${JSON.stringify(text)} } } }\n`;
}

const custom = `
custom:
  plain: text
  number: 5
  off: false
  list: [a, { b: c }]
  dev: { url: of dev }
  key: plain
  empty: null
  chain: \${self:custom.plain}!
`;

describe("a variable", () => {
  it.each([
    ["${self:service}", "shop"],
    ["${self:service.name}", "shop"],
    ["${self:provider.stage} ${self:provider.region}", "dev us-east-1"],
    ["${opt:stage, self:provider.stage}", "dev"],
    ["${self:custom.plain}", "text"],
    ["${self:custom.number}", "5"],
    ["${self:custom.off}", "false"],
    ["${self:custom.list.0}${self:custom.list.1.b}", "ac"],
    ["${self:custom.chain}", "text!"],
    ["a-${self:custom.plain}-${sls:stage}-b", "a-text-dev-b"],
    ["${self:custom.${sls:stage}.url}", "of dev"],
    ["${self:custom.${self:custom.key}}", "text"],
    ["${opt:stage, 'x'}", "x"],
    ["${opt:stage, self:custom.plain}", "text"],
    ["${opt:stage, ${self:custom.plain}}", "text"],
    ["${opt:stage, '${self:service}-x'}", "shop-x"],
    ["${self:custom.nothing, 7}", "7"],
    ["${self:custom.empty, true}", "true"],
    ['${self:custom.nothing, env:NOTHING, "it\'s, {fine}"}', "it's, {fine}"],
    ["${ssm:/a/b, 'local'}", "local"],
    ["${aws:accountId}/${aws:region}", "000000000000/us-east-1"],
    ["${sls:instanceId}", "local"],
    ["${strToBool(1)}", "true"],
    ["\\${self:service}", "${self:service}"],
    ["${stageVariables.x} ${AWS::Region} $ { ${}", "${stageVariables.x} ${AWS::Region} $ { ${}"],
  ])("%s is %s", async (text, value) => {
    expect(await valueOf(text, custom)).toBe(value);
  });

  it("of the environment, of an option and of a parameter", async () => {
    const options = { env: { A: "of env" }, stage: "live", params: { b: "given" } };
    expect(await valueOf("${env:A}|${opt:stage}|${sls:stage}|${param:b}", "", options)).toBe(
      "of env|live|live|given",
    );
    const params = "params: { default: { b: usual, c: usual }, live: { c: of live } }";
    expect(await valueOf("${param:b}|${param:c}", params, { stage: "live" })).toBe("usual|of live");
  });

  it("of another file: YAML, JSON and text, with variables of its own", async () => {
    const files = {
      "conf/a.yml": "x: { y: '${self:service}!', t: !Sub '${AWS::Region}' }",
      "b.json": '{ "z": [1, 2] }',
      "c.txt": "words",
      "stage.dev.yml": "url: u",
    };
    const text =
      "${file(./conf/a.yml):x.y}|${file(b.json):z.1}|${file(c.txt)}|${file(stage.${sls:stage}.yml):url}";
    expect(await valueOf(text, "", {}, files)).toBe("shop!|2|words|u");
    expect(await valueOf("${file(nothing.yml):a, 'default'}", "", {}, files)).toBe("default");
    expect(await valueOf("${file(conf/a.yml):x.t}", "", {}, files)).toBe("us-east-1");
  });

  it("can stand for whole functions and resources", async () => {
    const service = await readText(
      `${head}\nfunctions: ["\${file(f.yml)}", { two: { handler: c.d } }]\nresources: ["\${file(r.yml)}"]\n`,
      {},
      {
        "f.yml": "one: { handler: a.b, name: '${self:service}-one' }",
        "r.yml": "Resources: { B: { Type: AWS::S3::Bucket } }",
      },
    );
    expect(service.functions.map(({ name }) => name)).toEqual(["shop-one", "shop-dev-two"]);
    expect(service.buckets).toHaveLength(1);
    expect(service.notices).toEqual([]);
  });
});

describe("a variable without a value", () => {
  it.each([
    ["${self:custom.nothing}", "there is no custom.nothing in the definition"],
    ["${self:custom.plian}", "(there is plain)"],
    ["${env:NOTHING}", "the environment variable NOTHING is not set"],
    ["${opt:region}", "no option --region was given"],
    ["${param:nothing}", "neither given nor under params:"],
    ["${ssm:/a/b}", "asks AWS"],
    ["${slf:a}", "slf is not a source that is known"],
    ["${file(x.yml)}", "no readable file x.yml"],
    ["${file(x.ts):a}", "no file x.ts"],
    ["${aws:arn}", "accountId and region"],
    ["${sls:what}", "stage and instanceId"],
    ["${strToBool(maybe)}", "true, false"],
    ["${self:custom.empty}", "it is empty"],
    ["a-${self:custom.list}", "inside of text"],
    ["${self:service", '"}" is missing'],
    ["${opt:x, dev}", "needs quotes"],
    ["${file(x.yml}", "is missing"],
    ["${file(x.yml)a}", '":" must follow'],
    ["${self:a${self:a}}".repeat(30), ""],
  ])("%s says why", async (text, why) => {
    const failure = await failureOf(definition(text, custom));
    expect(failure).toMatchObject({
      code: "VARIABLE_UNRESOLVED",
      facts: { path: "functions.main.environment.VALUE" },
    });
    expect(failure.facts["line"]).toBeTypeOf("number");
    expect(failure.facts["why"]).toContain(why);
  });

  it("that leads to itself says how", async () => {
    const failure = await failureOf(
      definition("${self:custom.a}", "custom: { a: '${self:custom.b}', b: 'x-${self:custom.a}' }"),
    );
    expect(failure).toMatchObject({
      code: "VARIABLE_CYCLE",
      facts: { through: ["custom.a", "custom.b", "custom.a"] },
    });
    expect((await failureOf(definition("${self:}"))).code).toBe("VARIABLE_CYCLE");
  });

  it("neither nests nor grows without bound", async () => {
    expect((await failureOf(definition("${self:".repeat(5000)))).code).toBe("VARIABLE_UNRESOLVED");
    const doubling = Array.from(
      { length: 40 },
      (_, n) => `  a${n + 1}: "\${self:custom.a${n}}\${self:custom.a${n}}"`,
    );
    const more = `custom:\n  a0: xxxxxxxx\n${doubling.join("\n")}`;
    expect((await failureOf(definition("${self:custom.a40}", more))).facts["why"]).toContain("without bound");
    const chain = Array.from({ length: 300 }, (_, n) => `  a${n}: "\${self:custom.a${n + 1}}"`);
    expect(
      (await failureOf(definition("${self:custom.a0}", `custom:\n${chain.join("\n")}`))).facts["why"],
    ).toContain("too many other variables");
  });

  it("in another file names that file", async () => {
    const failure = await failureOf(definition("${file(a.yml):x}"), {}, { "a.yml": "x: ${self:nothing}" });
    expect(failure.facts).toMatchObject({ path: "a.yml: x", line: 1 });
    expect(await failureOf(definition("${file(a.yml):x}"), {}, { "a.yml": "x: [" })).toMatchObject({
      code: "DEFINITION_UNREADABLE",
      facts: { file: "a.yml" },
    });
    expect((await failureOf(definition("${file(a.json):x}"), {}, { "a.json": "{" })).code).toBe(
      "DEFINITION_UNREADABLE",
    );
  });
});

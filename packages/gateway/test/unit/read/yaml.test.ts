// YAML to a tree: tags, lines, merge keys, and every way a text can be unreadable.
import { describe, expect, it } from "vitest";
import { readYaml } from "../../../src/read/yaml.ts";

function read(text: string): unknown {
  return JSON.parse(JSON.stringify(readYaml(text, "serverless.yml").tree));
}

function problem(text: string): unknown {
  try {
    readYaml(text, "serverless.yml");
    return undefined;
  } catch (error) {
    return error;
  }
}

describe("short tags", () => {
  it.each([
    ["!Ref Table", { Ref: "Table" }],
    ["!Ref 5", { Ref: "5" }],
    ["!GetAtt Table.Arn", { "Fn::GetAtt": ["Table", "Arn"] }],
    ["!GetAtt [Table, Arn]", { "Fn::GetAtt": ["Table", "Arn"] }],
    ['!Sub "${A}-b"', { "Fn::Sub": "${A}-b" }],
    ["!Join ['-', [a, !Ref B]]", { "Fn::Join": ["-", ["a", { Ref: "B" }]] }],
    ["!If [Live, a, !Ref AWS::NoValue]", { "Fn::If": ["Live", "a", { Ref: "AWS::NoValue" }] }],
    ["!Equals [a, b]", { "Fn::Equals": ["a", "b"] }],
    ["!Condition Live", { Condition: "Live" }],
  ])("%s", (text, tree) => {
    expect(read(`a: ${text}`)).toEqual({ a: tree });
  });

  it("that do not exist end the reading", () => {
    expect(problem("a:\n  b: !Reff Table")).toMatchObject({
      code: "DEFINITION_UNREADABLE",
      facts: { line: 2 },
    });
  });
});

describe("values", () => {
  it("are those of YAML 1.2, aliases and merge keys included", () => {
    expect(read("a: yes\nb: 2012-10-17\nc: 1e3\nd: ~\n? e\n: [x]\n0: z")).toEqual({
      a: "yes",
      b: "2012-10-17",
      c: 1000,
      d: null,
      e: ["x"],
      0: "z",
    });
    expect(read("x: &x { a: 1, b: 2 }\ny: { <<: *x, b: 3 }\nz: { <<: [*x, { a: 9, c: 4 }] }")).toMatchObject({
      y: { a: 1, b: 3 },
      z: { a: 1, b: 2, c: 4 },
    });
  });

  it("know their line, or that of what is around them", () => {
    const { lineOf } = readYaml("a:\n  b:\n    - c\n    - d: 1\n", "x.yml");
    expect([lineOf("a"), lineOf("a.b"), lineOf("a.b[1].d"), lineOf("a.b[7].q.r"), lineOf("z")]).toEqual([
      1, 2, 4, 2, 1,
    ]);
  });

  it("have no prototype", () => {
    const { tree } = readYaml("__proto__: { a: 1 }", "x.yml");
    expect(Object.getPrototypeOf(tree)).toBeNull();
    expect(Object.keys(tree as object)).toEqual(["__proto__"]);
  });
});

describe("an unreadable text", () => {
  it.each([
    ["a: 1\n\tb: 2", 2],
    ["a: [1, 2", 1],
    ["a: 'x", 1],
    ["a: 1\na: 2", 2],
    ["a: b: c", 1],
    ["a: *nowhere", 1],
    ["a: 1\n---\nb: 2", 2],
    ["? [a]\n: 1", 1],
    ["a: &a [*a]", 1],
  ])("%j gives its line and does not quote it", (text, line) => {
    expect(problem(text)).toMatchObject({
      code: "DEFINITION_UNREADABLE",
      facts: { file: "serverless.yml", line },
    });
  });

  it("shows no secret", () => {
    expect(String(problem('password: "hunter2\nother: [hunter2')).includes("hunter2")).toBe(false);
  });

  it("may be deep or an alias bomb", () => {
    const bomb = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"];
    for (let n = 1; n < 12; n++)
      bomb.push(
        `a${n}: &a${n} [${Array(10)
          .fill(`*a${n - 1}`)
          .join(", ")}]`,
      );
    expect(problem(bomb.join("\n"))).toMatchObject({ code: "DEFINITION_UNREADABLE" });
    expect(problem("[".repeat(20_000))).toMatchObject({ code: "DEFINITION_UNREADABLE" });
    expect(problem(`${"[".repeat(500)}${"]".repeat(500)}`)).toMatchObject({ code: "DEFINITION_UNREADABLE" });
  });
});

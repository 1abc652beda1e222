// `useDotenv`: which file is read, what comes first, and what a value may refer to.
import { describe, expect, it } from "vitest";
import { failureOf, readText, type Files } from "./read-text.ts";

const definition = (value: string, more = "useDotenv: true"): string => `
service: shop
${more}
provider: { name: aws }
functions: { main: { handler: a.b, environment: { VALUE: "${value}" } } }
`;

async function valueOf(value: string, files: Files, options: Parameters<typeof readText>[1] = {}) {
  const service = await readText(definition(value), options, files);
  expect(service.notices).toEqual([]);
  return service.functions[0]?.environment;
}

describe("a .env file", () => {
  const files = {
    ".env": 'COLOUR=red\nQUOTED="a b" # says this\nEMPTY=\n',
    ".env.live": "COLOUR=blue\n",
  };

  it.each([
    ["${env:COLOUR}", {}, "red"],
    ["${env:QUOTED}", {}, "a b"],
    ["${env:EMPTY, 'x'}", {}, ""],
    ["${env:COLOUR}", { stage: "live" }, "blue"],
    ["${env:QUOTED, 'none'}", { stage: "live" }, "none"],
    ["${env:COLOUR}", { env: { COLOUR: "green" } }, "green"],
    ["${env:COLOUR}", { stage: "other" }, "red"],
  ])("gives %s with %j: %s", async (value, options, expected) => {
    expect(await valueOf(value, files, options)).toEqual({ VALUE: expected });
  });

  it.each([
    ["HOST=here\nURL=http://$HOST/${HOST}/${PORT:-80}/${NOBODY}", "http://here/here/80/"],
    ["URL=${HOME_OF}/a", "/home/a"],
    ["URL=a\\$b", "a$b"],
    ["URL=$URL$URL", ""],
  ])("may refer to other variables: %s", async (text, expected) => {
    expect(await valueOf("${env:URL, ''}", { ".env": text }, { env: { HOME_OF: "/home" } })).toEqual({
      VALUE: expected,
    });
  });

  it("is named after the definition's own stage", async () => {
    const text = definition("${env:COLOUR}").replace("name: aws", "name: aws, stage: '${self:custom.stage}'");
    const service = await readText(`${text}custom: { stage: live }\n`, {}, files);
    expect(service.functions[0]?.environment).toEqual({ VALUE: "blue" });
  });

  it("need not be there, and is not read where nobody asks", async () => {
    for (const text of [definition("${env:COLOUR}"), definition("${env:COLOUR}", "useDotenv: false")]) {
      const found = text.includes("true") ? {} : files;
      expect(await failureOf(text, {}, found)).toMatchObject({ code: "VARIABLE_UNRESOLVED" });
    }
  });
});

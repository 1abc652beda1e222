// ${file(values.js)}: what files of code may give, and what is said when they give nothing.
import { describe, expect, it } from "vitest";
import { failureOf, head, readText } from "./read-text.ts";

const definition = (value: string): string =>
  `${head}\ncustom: { colour: red }\nfunctions: { main: { handler: a.b, environment: { VALUE: "${value}" } } }\n`;

async function valueOf(value: string, name: string, text: string): Promise<string | undefined> {
  const options = { stage: "live", env: { HOST: "here" } };
  const { functions } = await readText(definition(value), options, { [name]: text });
  return functions[0]?.environment["VALUE"];
}

describe("a file of code", () => {
  it.each([
    ["${file(v.js)}", "v.js", "module.exports = 5;", "5"],
    ["${file(v.js)}", "v.js", "module.exports = () => 'a';", "a"],
    ["${file(v.js)}", "v.js", "module.exports = async ({ options }) => options.stage;", "live"],
    ["${file(./v.js):host}", "v.js", "module.exports.host = process.env.HOST;", "here"],
    ["${file(./v.js):make}", "v.js", "module.exports.make = ({ options }) => `${options.stage}!`;", "live!"],
    ["${file(v.js):deep.items.1}", "v.js", "exports.deep = async () => ({ items: ['a', () => 'b'] });", "b"],
    ["${file(v.js):from}", "v.js", "exports.from = () => '${self:custom.colour}';", "red"],
    ["${file(conf/v.mjs):a}", "conf/v.mjs", "export const a = 1; console.log('loading');", "1"],
    ["${file(v.mjs)}", "v.mjs", "export default () => 'd';", "d"],
    ["${file(v.ts):a}", "v.ts", "export const a: string = 'typed';", "typed"],
    ["${file(v.cjs):nothing, 'otherwise'}", "v.cjs", "module.exports = {};", "otherwise"],
    ["${file(v.js):folder}", "v.js", "exports.folder = require('fs').existsSync('serverless.yml');", "true"],
    ["${file(v.js):long}", "v.js", "exports.long = 'x'.repeat(300_000);", "x".repeat(300_000)],
  ])("gives %s", async (value, name, text, expected) => {
    expect(await valueOf(value, name, text)).toBe(expected);
  });

  it.each([
    ["throw new TypeError('no such thing');", "v.js failed: TypeError: no such thing"],
    ["module.exports = () => { throw new Error('not today'); };", "v.js failed: Error: not today"],
    [
      "module.exports = ({ resolveVariable }) => resolveVariable('self:service');",
      "cannot be asked for here",
    ],
    ["const = 1;", "v.js failed: SyntaxError"],
    ["process.exit(0);", "v.js failed: it ended early"],
    ["module.exports = {};", "v.js gives no a.b"],
  ])("that gives nothing says why: %s", async (text, why) => {
    const failure = await failureOf(definition("${file(v.js):a.b}"), {}, { "v.js": text });
    expect(failure).toMatchObject({ code: "VARIABLE_UNRESOLVED" });
    expect(failure.message).toContain(why);
  });
});

// What npm's users put into their functions: how much it is, and what is not in it.
import { build } from "esbuild";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

async function bundle(contents: string): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: dirname(fileURLToPath(import.meta.url)) },
    bundle: true,
    minify: true,
    write: false,
    platform: "node",
    format: "esm",
    conditions: ["@gatewright/source"],
  });
  return outputFiles[0]?.text ?? "";
}

const use = (names: string, from = "index") =>
  `import { ${names} } from "../../src/${from}.ts"; globalThis.used = [${names}];`;

test.each(["cognito", "oidc", "introspection", "apiKey", "ticket", "custom"])(
  "an authorizer with %s is at most 45 KB, without AWS's SDK and without XML",
  async (verifier) => {
    const text = await bundle(use(`allow, authorizer, deny, fromHeader, fromSubprotocol, ${verifier}`));
    expect(text.length).toBeLessThanOrEqual(45_000);
    const foreign = ["@aws-sdk", "ConditionalCheckFailed", "node-saml", "xmldom", "xml-exc-c14n"];
    expect(foreign.filter((word) => text.includes(word))).toEqual([]);
    const libraries = { oidc: "openid-configuration", cognito: "cognito:groups" };
    for (const [name, word] of Object.entries(libraries))
      expect([name, text.includes(word)]).toEqual([name, verifier === name]);
  },
);

test("nothing is loaded of what only a call needs", async () => {
  const text = await bundle(use("authorizer, cognito"));
  expect(/import[^;]*"node:https?"/.test(text)).toBe(false);
  expect(text.includes("getBuiltinModule")).toBe(true);
});

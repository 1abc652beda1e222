// What the plugin takes a hold of, and for which commands; test/integration/invoke-local.test.ts runs it in osls.
import { createRequire } from "node:module";
import { describe, expect, it } from "vitest";

const require = createRequire(import.meta.url);
type Hooks = Readonly<Record<string, () => Promise<void>>>;
const Plugin = require("../../serverless-plugin.cjs") as new (
  serverless: object,
  options: object,
) => {
  readonly hooks?: Hooks;
};

const hooksFor = (commands: readonly string[]): Hooks | undefined =>
  new Plugin({ processedInput: { commands } }, {}).hooks;

describe("the Serverless plugin", () => {
  it.each([["deploy"], ["package"], ["print"], ["info"], ["remove"], ["invoke"], ["deploy", "function"], []])(
    "does nothing for: sls %s %s",
    (...commands) => {
      expect(hooksFor(commands)).toBeUndefined();
    },
  );

  it("has a hold on: sls invoke local", () => {
    expect(Object.keys(hooksFor(["invoke", "local"]) ?? {})).toContain("initialize");
  });

  it("leaves a function that is not in the definition to the command", async () => {
    const serverless = {
      processedInput: { commands: ["invoke", "local"] },
      service: { getAllFunctions: () => ["hello"] },
    };
    const { hooks } = new Plugin(serverless, { function: "toString" });
    await hooks?.["initialize"]?.();
    await hooks?.["after:invoke:local:loadEnvVars"]?.();
  });
});

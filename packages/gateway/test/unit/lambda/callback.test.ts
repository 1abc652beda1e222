// Handlers that answer by a callback: taken as far as the function's own runtime takes them.
import { describe, expect, test } from "vitest";
import { takesCallbacks } from "../../../src/lambda/callback.ts";
import { folderWith, lambda, run, type Running } from "./function-fixture.ts";

async function app(source: string, names: readonly string[], runtime: string): Promise<Running> {
  const folder = await folderWith({ "app.cjs": source });
  return run(
    folder,
    names.map((name) => lambda(name, `app.${name}`, { runtime })),
  );
}

describe("a callback, of a runtime before Node.js 24", () => {
  test("says the answer, or the error", async () => {
    const { invoke } = await app(
      `exports.now = (event, context, callback) => callback(null, event.n + 1);
       exports.later = (event, context, callback) => { setTimeout(callback, 5, undefined, context.awsRequestId.length > 0); };
       exports.nothing = (event, context, callback) => callback();
       exports.wrong = (event, context, callback) => callback(new RangeError("too many"));
       exports.text = (event, context, callback) => callback("Unauthorized");
       exports.thrown = (event, context, callback) => { throw new TypeError("no callback came"); };`,
      ["now", "later", "nothing", "wrong", "text", "thrown"],
      "nodejs22.x",
    );
    expect(await invoke("now", { n: 1 })).toEqual({ kind: "returned", payload: "2" });
    expect(await invoke("later")).toEqual({ kind: "returned", payload: "true" });
    expect(await invoke("nothing")).toEqual({ kind: "returned", payload: "null" });
    expect(await invoke("wrong")).toMatchObject({ errorType: "RangeError", errorMessage: "too many" });
    expect(await invoke("text")).toMatchObject({ kind: "failed", errorMessage: "Unauthorized" });
    expect(await invoke("thrown")).toMatchObject({
      errorType: "TypeError",
      errorMessage: "no callback came",
    });
  });

  test("and a promise: the first of them counts", async () => {
    const { invoke } = await app(
      `exports.called = async (event, context, callback) => { callback(null, "called"); };
       exports.promised = async (event, context, callback) => "promised";
       exports.rejected = async (event, context, callback) => { throw new Error("rejected"); };
       exports.twice = (event, context, callback) => { callback(null, 1); callback(null, 2); };`,
      ["called", "promised", "rejected", "twice"],
      "nodejs18.x",
    );
    expect(await invoke("called")).toEqual({ kind: "returned", payload: '"called"' });
    expect(await invoke("promised")).toEqual({ kind: "returned", payload: '"promised"' });
    expect(await invoke("rejected")).toMatchObject({ errorMessage: "rejected" });
    expect(await invoke("twice")).toEqual({ kind: "returned", payload: "1" });
  });

  test.each([
    ["nodejs", true],
    ["nodejs8.10", true],
    ["AWS_Lambda_nodejs22.x", true],
    ["nodejs24.x", false],
    ["nodejs26.x", false],
  ])("which %s is: %s", (runtime, expected) => {
    expect(takesCallbacks(runtime)).toBe(expected);
  });
});

test("an export called default is found in CommonJS, where the module itself goes by that name", async () => {
  const { invoke } = await app(
    `exports.default = async () => "of default"; exports.other = async () => "of other";`,
    ["default", "other"],
    "nodejs24.x",
  );
  expect(await invoke("default")).toEqual({ kind: "returned", payload: '"of default"' });
  expect(await invoke("other")).toEqual({ kind: "returned", payload: '"of other"' });
});

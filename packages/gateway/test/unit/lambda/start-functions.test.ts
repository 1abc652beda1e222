// The Lambda service seen from outside: what invocations answer, with real handlers in real threads.
import { execFile } from "node:child_process";
import { mkdir, symlink } from "node:fs/promises";
import { promisify } from "node:util";
import { describe, expect, test, vi } from "vitest";
import { limits } from "@gatewright/contract";
import { startFunctions } from "../../../src/lambda/start-functions.ts";
import { systemClock } from "../../../src/ports.ts";
import { folderWith, lambda, run, type Running, type RunOptions } from "./function-fixture.ts";
import type { LambdaFunction } from "../../../src/model/lambda-function.ts";

/** One file `app.ts`; every export named becomes a function of that key. */
async function app(
  source: string,
  names: Readonly<Record<string, Partial<LambdaFunction>>>,
  options?: RunOptions,
): Promise<Running> {
  const folder = await folderWith({ "src/app.ts": source });
  const list = Object.entries(names).map(([name, more]) => lambda(name, `src/app.${name}`, more));
  return run(folder, list, options);
}

describe("what a handler answers", () => {
  test("its value comes back as JSON, from promises and plain values alike", async () => {
    const { invoke } = await app(
      `export const later = async (event: { n: number }) => ({ statusCode: 200, n: event.n + 1 });
       export const now = (event: { n: number }) => event.n * 2;`,
      { later: {}, now: {} },
    );
    expect(await invoke("later", { n: 1 })).toEqual({
      kind: "returned",
      payload: '{"statusCode":200,"n":2}',
    });
    expect(await invoke("now", { n: 21 })).toEqual({ kind: "returned", payload: "42" });
  });

  test("undefined becomes null, as in Lambda; what JSON cannot hold is an error", async () => {
    const { invoke, printed } = await app(
      `export const nothing = async () => {};
       export const big = async () => ({ n: 1n });
       export const func = async () => () => 1;`,
      { nothing: {}, big: {}, func: {} },
    );
    expect(await invoke("nothing")).toEqual({ kind: "returned", payload: "null" });
    expect(await invoke("func")).toEqual({ kind: "returned", payload: undefined });
    expect(await invoke("big")).toEqual({
      kind: "failed",
      errorType: "Runtime.JSONStringifyError",
      errorMessage: "Unable to stringify response body",
    });
    expect(printed.join("\n")).toContain("Do not know how to serialize a BigInt");
  });

  test("an error that it throws has its name and message, and its stack names the source's line", async () => {
    const { invoke, printed } = await app(
      `interface Order { id: string }
       class OutOfStock extends Error { override name = "OutOfStock"; }
       export const thrown = (event: Order) => {
         throw new OutOfStock("none left");
       };
       export const rejected = async () => Promise.reject("just text");`,
      { thrown: {}, rejected: {} },
    );
    expect(await invoke("thrown")).toEqual({
      kind: "failed",
      errorType: "OutOfStock",
      errorMessage: "none left",
    });
    expect(await invoke("rejected")).toEqual({
      kind: "failed",
      errorType: "string",
      errorMessage: "just text",
    });
    expect(printed[0]).toMatch(/^\[thrown\] stderr: ERROR\tInvoke Error\t[\w-]{36}\tOutOfStock: none left$/);
    expect(printed[1]).toMatch(/at .*src\/app\.ts:4:\d+/);
    expect(printed.join("\n")).not.toContain("node:internal");
  });

  test("6 MB are the limit of event and result", async () => {
    const { invoke } = await app(
      `export const size = async (event: string) => event.length;
       export const make = async (n: number) => "x".repeat(n);
       export const wide = async (n: number) => "€".repeat(n);`,
      { size: {}, make: {}, wide: {} },
    );
    const most = limits.lambdaPayloadBytes;
    expect(await invoke("size", "x".repeat(most - 2))).toEqual({
      kind: "returned",
      payload: String(most - 2),
    });
    expect(await invoke("size", "x".repeat(most - 1))).toEqual({ kind: "too-large", which: "event" });
    expect((await invoke("make", most - 2)).kind).toBe("returned");
    expect(await invoke("make", most - 1)).toEqual({ kind: "too-large", which: "result" });
    expect(await invoke("wide", most / 2)).toEqual({ kind: "too-large", which: "result" });
    expect((await invoke("make", 1)).kind).toBe("returned");
  });

  test("an event that JSON cannot hold, and a function that is not there, are answers too", async () => {
    const { invoke } = await app(`export const echo = async (event: unknown) => event;`, { echo: {} });
    expect(await invoke("echo", { n: 1n })).toMatchObject({ errorType: "InvalidRequestContentException" });
    expect(await invoke("echo", undefined)).toEqual({ kind: "returned", payload: "{}" });
    expect(await invoke("nobody")).toMatchObject({ errorType: "ResourceNotFoundException" });
  });

  test("a handler in CommonJS, in JavaScript, in an object, with require and __dirname", async () => {
    const folder = await folderWith({
      "a.cjs": `const { sep } = require("node:path"); exports.handler = async () => [sep, typeof __dirname];`,
      "b.js": `import { createRequire } from "node:module"; const require = createRequire(import.meta.url);
               export const routes = { get: async () => require("node:path").sep };`,
      "c.mjs": `export default async () => 3;`,
    });
    const list = [lambda("a", "a.handler"), lambda("b", "b.routes.get"), lambda("c", "c.default")];
    const { result } = await run(folder, list);
    expect([await result("a"), await result("b"), await result("c")]).toEqual([["/", "string"], "/", 3]);
  });
});

describe("what a handler sees", () => {
  test("the context and the variables of Lambda, and nothing of the developer's own", async () => {
    vi.stubEnv("MY_SHELL_SECRET", "hunter2");
    const { result } = await app(
      `export const look = async (_: unknown, context: any) => ({
         env: process.env,
         context: { ...context, remaining: context.getRemainingTimeInMillis() },
       });`,
      { look: { environment: { TABLE: "orders", AWS_REGION: "mars", AWS_LAMBDA_FUNCTION_NAME: "x" } } },
      { environment: { AWS_ACCESS_KEY_ID: "AKID", AWS_ENDPOINT_URL_S3: "http://127.0.0.1:1" } },
    );
    vi.unstubAllEnvs();
    const { env, context } = (await result("look")) as Record<"env" | "context", Record<string, string>>;
    expect(env["MY_SHELL_SECRET"]).toBeUndefined();
    expect(env["HOME"]).toBeUndefined();
    expect(env).toMatchObject({
      TABLE: "orders",
      AWS_REGION: "eu-west-1",
      AWS_DEFAULT_REGION: "eu-west-1",
      AWS_ACCESS_KEY_ID: "AKID",
      AWS_ENDPOINT_URL_S3: "http://127.0.0.1:1",
      AWS_EXECUTION_ENV: "AWS_Lambda_nodejs24.x",
      AWS_LAMBDA_FUNCTION_NAME: "shop-dev-look",
      AWS_LAMBDA_FUNCTION_VERSION: "$LATEST",
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: "256",
      AWS_LAMBDA_LOG_GROUP_NAME: "/aws/lambda/shop-dev-look",
      _HANDLER: "src/app.look",
      TZ: ":UTC",
    });
    expect(env["_X_AMZN_TRACE_ID"]).toMatch(
      /^Root=1-[0-9a-f]{8}-[0-9a-f]{24};Parent=[0-9a-f]{16};Sampled=0$/,
    );
    expect(context).toMatchObject({
      functionName: "shop-dev-look",
      functionVersion: "$LATEST",
      invokedFunctionArn: "arn:aws:lambda:eu-west-1:123456789012:function:shop-dev-look",
      memoryLimitInMB: "256",
      logGroupName: "/aws/lambda/shop-dev-look",
      logStreamName: env["AWS_LAMBDA_LOG_STREAM_NAME"],
    });
    expect(context["awsRequestId"]).toMatch(/^[0-9a-f-]{36}$/);
    expect(context["remaining"]).toBeGreaterThan(0);
    expect(context["remaining"]).toBeLessThanOrEqual(6000);
  });

  test("its own variables are its own: one function's changes do not reach another", async () => {
    const { result } = await app(
      `export const set = async () => { process.env.SEEN = "yes"; };
       export const get = async () => process.env.SEEN ?? "no";`,
      { set: {}, get: {} },
    );
    await result("set");
    expect(await result("get")).toBe("no");
    expect(process.env["SEEN"]).toBeUndefined();
  });
});

describe("a handler that goes wrong does not take the service with it", () => {
  const source = `
    let calls = 0;
    export const sick = async (how: string) => {
      calls += 1;
      if (how === "loop") for (;;);
      if (how === "never") await new Promise(() => {});
      if (how === "exit") process.exit(3);
      if (how === "exit 0") process.exit();
      if (how === "uncaught") { setTimeout(() => { throw new RangeError("later"); }); await new Promise(() => {}); }
      if (how === "unhandled") { void Promise.reject(new RangeError("later")); await new Promise(() => {}); }
      if (how === "memory") { const all: unknown[] = []; for (;;) all.push(new Array(10_000).fill(calls)); }
      return calls;
    };`;

  test.each([
    ["loop", "Sandbox.Timedout", /Task timed out after 1\.50 seconds/],
    ["never", "Sandbox.Timedout", /Task timed out after 1\.50 seconds/],
    ["exit", "Runtime.ExitError", /exit status 3/],
    ["exit 0", "Runtime.ExitError", /without providing a reason/],
    ["uncaught", "RangeError", /^later$/],
    ["unhandled", "Runtime.UnhandledPromiseRejection", /RangeError: later/],
  ])("%s", async (how, errorType, errorMessage) => {
    const { invoke, result } = await app(source, { sick: { timeoutMs: 1500 } });
    expect(await result("sick", "well")).toBe(1);
    expect(await invoke("sick", how)).toEqual({
      kind: "failed",
      errorType,
      errorMessage: expect.stringMatching(errorMessage),
    });
    expect(await result("sick", "well")).toBe(1); // a new environment: it counts from the start
  });

  test("memory without end", async () => {
    const { invoke, result, printed } = await app(source, { sick: { memoryMb: 64, timeoutMs: 15_000 } });
    expect(await invoke("sick", "memory")).toMatchObject({ errorType: "Runtime.ExitError" });
    expect(printed.join("\n")).toContain("memory limit");
    expect(await result("sick", "well")).toBe(1);
  });

  test("the caller's deadline passes first: the function goes on", async () => {
    const { functions, printed } = await app(
      `export const slow = async () => { await new Promise((r) => setTimeout(r, 300)); console.log("done"); };`,
      { slow: {} },
    );
    await functions.warm();
    expect(await functions.invoke("slow", {}, { timeoutMs: 50 })).toEqual({ kind: "timed-out" });
    expect(printed).toEqual([]);
    await expect.poll(() => printed).toEqual(["[slow] stdout: done"]);
  });
});

describe("a function that does not start", () => {
  test("each event gets the reason, and a later one may succeed", async () => {
    const { invoke, functions, printed, said } = await app(
      `throw new SyntaxError("bad configuration"); export const broken = async () => 1;`,
      { broken: {} },
    );
    await functions.warm();
    const failed = { kind: "failed", errorType: "SyntaxError", errorMessage: "bad configuration" };
    expect(await Promise.all([invoke("broken"), invoke("broken"), invoke("broken")])).toEqual(
      Array.from({ length: 3 }, () => failed),
    );
    expect(said[0]).toBe("error: The function broken did not start: SyntaxError: bad configuration");
    expect(printed.join("\n")).toMatch(/Init Error\tSyntaxError: bad configuration\n.*src\/app\.ts:1:/);
  });

  test("callbacks are refused as by Lambda's Node.js 24", async () => {
    const { invoke } = await app(
      `export const old = (event: unknown, context: unknown, callback: Function) => callback(null, 1);`,
      { old: {} },
    );
    expect(await invoke("old")).toMatchObject({
      kind: "failed",
      errorType: "Runtime.CallbackHandlerDeprecated",
    });
  });

  test("HANDLER_NOT_EXPORTED is found on load where a file's exports show only then", async () => {
    const folder = await folderWith({ "old.cjs": `exports.hello = 1; exports.main = async () => 1;` });
    const { invoke, said } = await run(folder, [lambda("gone", "old.handler"), lambda("odd", "old.hello")]);
    expect(await invoke("gone")).toMatchObject({ errorType: "Runtime.HandlerNotFound" });
    expect(said[0]).toMatch(/^error: The handler "old\.handler" .* exports default, hello, main\./);
    expect(await invoke("odd")).toMatchObject({ errorMessage: "old.hello is not a function" });
  });

  test("options of Node.js that a thread cannot have", async () => {
    const { invoke } = await app(`export const f = async () => 1;`, {
      f: { environment: { NODE_OPTIONS: "--title=x" } },
    });
    expect(await invoke("f")).toMatchObject({ kind: "failed", errorType: "Runtime.ExitError" });
  });
});

describe("what a function prints", () => {
  test("goes out line by line under its name, before its answer", async () => {
    const { result, printed } = await app(
      `export const talk = async () => {
         console.log("one\\ntwo %d", 2);
         console.error({ three: 3 });
         process.stdout.write("half");
         process.stdout.write(Buffer.from(" a line, no end"));
         await new Promise<void>((done) => { process.stdout.write("", () => done()); });
       };
       export const other = async () => { console.info("four"); };`,
      { talk: {}, other: {} },
    );
    await result("talk");
    await result("other");
    expect(printed).toEqual([
      "[talk] stdout: one",
      "[talk] stdout: two 2",
      "[talk] stderr: { three: 3 }",
      "[talk] stdout: half a line, no end",
      "[other] stdout: four",
    ]);
  });

  test("Powertools writes through a console of its own, and is heard too, its JSON whole", async () => {
    const folder = await folderWith({
      "a.ts": `import { Logger } from "@aws-lambda-powertools/logger";
        const logger = new Logger({ serviceName: "shop" });
        export const log = async (_: unknown, context: any) => {
          logger.addContext(context);
          logger.info("a [b]\\n c", { n: 1 });
          logger.error("bad", new Error("why"));
        };`,
    });
    await mkdir(`${folder}/node_modules`);
    const installed = new URL(
      "../../../../observability/node_modules/@aws-lambda-powertools",
      import.meta.url,
    );
    await symlink(installed, `${folder}/node_modules/@aws-lambda-powertools`);
    const { result, printed } = await run(folder, [lambda("log", "a.log")]);
    await result("log");
    expect(printed).toHaveLength(2);
    expect(printed[0]).toMatch(/^\[log\] stdout: \{/);
    expect(JSON.parse(printed[0]?.slice("[log] stdout: ".length) ?? "")).toMatchObject({
      level: "INFO",
      message: "a [b]\n c",
      service: "shop",
      function_name: "shop-dev-log",
      function_memory_size: "256",
      n: 1,
    });
    expect(printed[1]).toMatch(/^\[log\] stderr: .*"message":"bad"/);
  });

  test("goes to the log, tagged, where nobody else takes it", async () => {
    const folder = await folderWith({
      "a.ts": `export const f = async () => { console.log("out"); console.warn("err"); };`,
    });
    const said: string[] = [];
    const say = (level: string) => (line: string) => said.push(`${level} ${line}`);
    const functions = await startFunctions({
      functions: [lambda("f", "a.f")],
      folder,
      cache: `${folder}/.gatewright`,
      environment: {},
      accountId: "1",
      region: "eu-west-1",
      clock: systemClock,
      watch: false,
      log: { info: say("info"), warn: say("warn"), error: say("error") },
    });
    await functions.invoke("f", {}, { timeoutMs: 5000 });
    await functions.close();
    expect(said).toEqual(["info [f] out", "warn [f] err"]);
  });
});

describe("close", () => {
  test("waits for threads that were ending by themselves", async () => {
    const threads = () => process.getActiveResourcesInfo().filter((name) => name === "MessagePort").length;
    const before = threads();
    const { invoke, functions } = await app(`throw new Error("no"); export const broken = async () => 1;`, {
      broken: {},
    });
    const failed = await Promise.all([invoke("broken"), invoke("broken")]);
    expect(failed).toMatchObject([{ kind: "failed" }, { kind: "failed" }]);
    await functions.close();
    expect(threads()).toBe(before);
  });

  test("leaves nothing behind, fails what is open, and takes no more", async () => {
    const kept = (): string[] =>
      process.getActiveResourcesInfo().filter((name) => name !== "FSReqCallback" && name !== "Timeout");
    const before = kept().toSorted();
    const { functions, invoke } = await app(`export const hang = () => new Promise(() => {});`, {
      hang: {},
    });
    await functions.warm();
    const open = invoke("hang");
    const queued = invoke("hang");
    await functions.close();
    expect(await open).toMatchObject({ kind: "failed" });
    expect(await queued).toMatchObject({ kind: "failed", errorType: "ServiceException" });
    expect(await invoke("hang")).toMatchObject({ kind: "failed", errorType: "ServiceException" });
    await expect.poll(() => kept().toSorted()).toEqual(before);
  });

  test("lets the process end by itself, also while watching", async () => {
    const folder = await folderWith({
      "a.ts": `export const f = async () => 7;`,
      "main.mjs": `
        import { startFunctions } from ${JSON.stringify(new URL("../../../src/lambda/start-functions.ts", import.meta.url).href)};
        import { systemClock } from ${JSON.stringify(new URL("../../../src/ports.ts", import.meta.url).href)};
        const functions = await startFunctions({
          functions: [${JSON.stringify(lambda("f", "a.f"))}],
          folder: import.meta.dirname,
          cache: import.meta.dirname + "/.gatewright",
          environment: {}, accountId: "1", region: "eu-west-1", clock: systemClock, watch: true,
          log: console,
        });
        console.log((await functions.invoke("f", {}, { timeoutMs: 5000 })).payload);
        await functions.close();`,
    });
    const { stdout } = await promisify(execFile)(process.execPath, [
      "--conditions=@gatewright/source",
      `${folder}/main.mjs`,
    ]);
    expect(stdout).toBe("7\n");
  });
});

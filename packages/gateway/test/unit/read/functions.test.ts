// Functions: settings and their defaults, environments, events, and what is wrong with them.
import { describe, expect, it } from "vitest";
import type { LambdaFunction } from "../../../src/model/lambda-function.ts";
import { failureOf, head, readText, withEvents } from "./read-text.ts";

async function one(settings: string, provider = ""): Promise<LambdaFunction> {
  const service = await readText(`${head}${provider}\nfunctions:\n  main: ${settings}\n`);
  expect(service.notices).toEqual([]);
  const [first] = service.functions;
  if (first === undefined) throw new Error("there is no function");
  return first;
}

describe("a function", () => {
  it("has Lambda's and the framework's defaults", async () => {
    expect(await one("{ handler: src/a.handler }")).toEqual({
      key: "main",
      name: "shop-dev-main",
      handler: "src/a.handler",
      runtime: "nodejs24.x",
      memoryMb: 1024,
      timeoutMs: 6000,
      environment: {},
    });
  });

  it("takes the provider's settings, and its own before them", async () => {
    const provider =
      "  runtime: nodejs22.x\n  memorySize: 512\n  timeout: 10\n  environment: { A: 1, B: yes, C: c }\n";
    expect(await one("{ handler: a.b }", provider)).toMatchObject({
      runtime: "nodejs22.x",
      memoryMb: 512,
      timeoutMs: 10_000,
      environment: { A: "1", B: "yes", C: "c" },
    });
    const own =
      "{ handler: a.b, name: x, runtime: nodejs20.x, memorySize: 128, timeout: 900, reservedConcurrency: 0, environment: { A: false, D: '' } }";
    expect(await one(own, provider)).toMatchObject({
      name: "x",
      runtime: "nodejs20.x",
      memoryMb: 128,
      timeoutMs: 900_000,
      reservedConcurrency: 0,
      environment: { A: "false", B: "yes", C: "c", D: "" },
    });
  });

  it("takes numbers from variables, which are text", async () => {
    const service = await readText(
      `${head}\nfunctions: { main: { handler: a.b, timeout: "\${env:SECONDS}" } }`,
      { env: { SECONDS: "12" } },
    );
    expect(service.functions[0]?.timeoutMs).toBe(12_000);
  });

  it.each([
    ["{}", "handler", "missing"],
    ["{ handler: nothing }", "handler", '"nothing"'],
    ["{ handler: [a] }", "handler", "a list"],
    ["{ handler: a.b, timeout: 0 }", "timeout", "0"],
    ["{ handler: a.b, timeout: 901 }", "timeout", "901"],
    ["{ handler: a.b, timeout: 1.5 }", "timeout", "1.5"],
    ["{ handler: a.b, timeout: soon }", "timeout", '"soon"'],
    ["{ handler: a.b, memorySize: 64 }", "memorySize", "64"],
    ["{ handler: a.b, reservedConcurrency: -1 }", "reservedConcurrency", "-1"],
    ["{ handler: a.b, name: 'a b' }", "name", '"a b"'],
    ["{ handler: a.b, environment: [a] }", "environment", "a list"],
    ["{ handler: a.b, environment: { A: [secret] } }", "environment.A", "a list"],
    ["{ handler: a.b, environment: { 1A: secret } }", "environment.1A", "text"],
    ["{ handler: a.b, environment: { A: } }", "environment.A", "empty"],
    ["{ handler: a.b, events: { http: get /a } }", "events", "a map"],
  ])("%s is refused at its place", async (settings, path, found) => {
    const failure = await failureOf(`${head}\nfunctions:\n  main: ${settings}\n`);
    expect(failure).toMatchObject({
      code: "DEFINITION_INVALID",
      facts: { path: `functions.main.${path}`, line: 7, found },
    });
    expect(failure.message).not.toContain("secret");
  });

  it("is refused where it is no map, has an odd name, or stands twice", async () => {
    expect((await failureOf(`${head}\nfunctions: { main: a.b }`)).facts).toMatchObject({
      path: "functions.main",
    });
    expect((await failureOf(`${head}\nfunctions: { "a b": { handler: a.b } }`)).facts).toMatchObject({
      path: 'functions["a b"]',
    });
    expect(
      (await failureOf(`${head}\nfunctions: [{ a: { handler: a.b } }, { a: { handler: a.b } }]`)).facts,
    ).toMatchObject({
      path: "functions[1].a",
    });
  });

  it.each(["nodejs", "nodejs4.3", "nodejs6.10", "nodejs8.10", "nodejs10.x"])(
    "of the old runtime %s runs on the Node.js of this machine",
    async (runtime) => {
      expect(await one("{ handler: a.b }", `  runtime: ${runtime}\n`)).toMatchObject({ runtime });
    },
  );

  it("says nothing of what is for its deployment alone", async () => {
    const settings =
      "{ handler: a.b, iamRoleStatements: [], iamRoleStatementsName: r, iamRoleStatementsInherit: true, vpc: {}, tracing: Active }";
    expect(await one(settings, "  lambdaHashingVersion: 20201221\n  vpc: {}\n")).toMatchObject({
      key: "main",
    });
  });

  it.each([
    ["{ handler: a.b, layers: [{ Ref: ToolsLambdaLayer }] }", "", "functions.main.layers"],
    ["{ handler: a.b }", "  layers: [arn:aws:lambda:us-east-1:1:layer:a:1]\n", "provider.layers"],
  ])("is told of its layers, which are not here: %s", async (settings, provider, path) => {
    const service = await readText(
      `${head}${provider}\nlayers: { tools: { path: tools } }\nfunctions: { main: ${settings} }\n`,
    );
    expect(service.notices).toEqual([
      { path, says: expect.stringMatching(/^Layers are not laid over functions/) as string },
    ]);
  });

  it("runs on Node.js only", async () => {
    expect(
      await failureOf(`${head}\nfunctions: { main: { handler: a.b, runtime: python3.13 } }`),
    ).toMatchObject({
      code: "FUNCTION_RUNTIME_UNSUPPORTED",
      facts: { path: "functions.main.runtime", runtime: "python3.13" },
    });
    expect(await failureOf(`${head}\nfunctions: { main: { image: x } }`)).toMatchObject({
      code: "NOT_SUPPORTED",
    });
  });
});

describe("an event", () => {
  it.each([
    ["      - carrierPigeon: loft", "carrierPigeon", undefined],
    ["      - sqss: arn:aws:sqs:us-east-1:000000000000:q", "sqss", "sqs"],
    ["      - alexa", "alexa", undefined],
    ["      - scheduled: rate(1 minute)", "scheduled", "schedule"],
    ["      - htpApi: GET /a", "htpApi", "httpApi"],
    ["      - websockets: a", "websockets", "websocket"],
    ["      - http", "http", undefined],
  ])("of a kind that does not run ends the reading: %s", async (events, kind, closest) => {
    expect(await failureOf(withEvents(events))).toMatchObject({
      code: "EVENT_UNKNOWN",
      facts: { path: "functions.main.events[0]", kind, closest },
    });
  });

  it.each([
    ["      - sqs: arn:aws:sqs:us-east-1:000000000000:q", "sqs", ".sqs"],
    ["      - stream: { type: dynamodb, arn: { Fn::GetAtt: [Nowhere, StreamArn] } }", "stream", ".stream"],
    ["      - eventBridge: { pattern: { source: [shop] } }", "eventBridge", ".eventBridge"],
    ["      - alexaSkill", "alexaSkill", ""],
    ["      - alexaSkill:", "alexaSkill", ".alexaSkill"],
    [
      "      - cognitoUserPool: { pool: People, trigger: PostConfirmation }",
      "cognitoUserPool",
      ".cognitoUserPool",
    ],
  ])("of a service that is not here is told of, and its function runs: %s", async (events, kind, place) => {
    const service = await readText(withEvents(`${events}\n      - httpApi: GET /a`));
    expect(service.httpApi?.routes.map(({ routeKey }) => routeKey)).toEqual(["GET /a"]);
    expect(service.notices).toEqual([
      {
        path: `functions.main.events[0]${place}`,
        says: `No ${kind} event reaches a function on this machine.`,
      },
    ]);
  });

  it.each(["PreTokenGeneration", "PreAuthentication", "DefineAuthChallenge", "UserMigration", "Else"])(
    "that decides who signs in is refused by name: %s",
    async (trigger) => {
      expect(
        await failureOf(withEvents(`      - cognitoUserPool: { pool: People, trigger: ${trigger} }`)),
      ).toMatchObject({
        code: "NOT_SUPPORTED",
        facts: { what: `the trigger ${trigger} of a user pool` },
      });
    },
  );

  it("whose settings are not indented says so", async () => {
    const failure = await failureOf(withEvents("      - http:\n        path: a\n        method: get"));
    expect(failure).toMatchObject({
      code: "DEFINITION_INVALID",
      facts: { path: "functions.main.events[0]" },
    });
    expect(failure.message).toContain("http, path, method");
  });

  it.each(["      - {}", "      - [a]", "      - http: 5", "      - httpApi:", "      - websocket: [a]"])(
    "%s is refused",
    async (events) => {
      expect(await failureOf(withEvents(events))).toMatchObject({ code: "DEFINITION_INVALID" });
    },
  );
});

// The whole reading: the reference definition, the smallest one, notices, and that nothing else can come out.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { stringify } from "yaml";
import { failures } from "../../../src/failures.ts";
import { readServerless } from "../../../src/read/serverless.ts";
import { failureOf, head, readText, withEvents } from "./read-text.ts";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "../../../../..");

describe("the reference definition", () => {
  it("reads into three APIs, their functions and their back ends, with nothing left over", async () => {
    const service = await readServerless(join(root, "serverless.yml"), { env: {} });
    expect(service).toMatchObject({
      name: "gatewright-chat",
      stage: "dev",
      region: "us-east-1",
      accountId: "000000000000",
      folder: root,
      notices: [],
    });
    expect(service.functions.map(({ key }) => key)).toEqual([
      "authorizer",
      "socket",
      "rooms",
      "confirm",
      "arrived",
      "sweep",
      "sessions",
      "statistics",
    ]);
    expect(service.tables.map(({ name }) => name)).toEqual([
      "gatewright-chat-dev-connections",
      "gatewright-chat-dev-messages",
      "gatewright-chat-dev-tickets",
    ]);
    expect(service.tables[0]?.ttlAttribute).toBe("ttl");
    const [bucket] = service.buckets;
    expect(bucket?.name).toMatch(/^gatewright-chat-dev-uploads/);
    expect(bucket?.cors[0]).toMatchObject({
      allowedMethods: ["GET", "POST", "PUT", "HEAD"],
      maxAgeSeconds: 600,
    });
    const buckets = service.functions.map(({ environment }) => environment["UPLOADS_BUCKET"]);
    expect(buckets).toContain(bucket?.name);
  });

  it("guards every route that the file guards", async () => {
    const { restApi, httpApi, websocketApi } = await readServerless(join(root, "serverless.yml"));
    expect(httpApi!.authorizers).toMatchObject([
      {
        name: "session",
        type: "REQUEST",
        functionKey: "authorizer",
        identitySources: [{ from: "header", name: "Authorization" }],
        ttlSeconds: 300,
        payloadVersion: "2.0",
        simpleResponses: true,
      },
    ]);
    const session = httpApi!.authorizers[0]?.id;
    expect(
      httpApi!.routes.map((route) => [route.routeKey, route.authorizerId, route.integration.timeoutMs]),
    ).toEqual([
      ["GET /rooms", session, 30_000],
      ["GET /rooms/{room}/messages", session, 30_000],
      ["POST /rooms/{room}/uploads", session, 30_000],
      ["POST /rooms/{room}/uploads/parts", session, 30_000],
      ["GET /rooms/{room}/files/{file}", session, 30_000],
      ["POST /tickets", session, 30_000],
      ["POST /rooms/{room}/files/{file}", session, 30_000],
    ]);
    expect(restApi!.methods).toMatchObject([
      {
        method: "GET",
        path: "/statistics",
        apiKeyRequired: true,
        authorizerId: restApi!.authorizers[0]?.id,
        integration: { type: "AWS_PROXY", functionKey: "statistics", timeoutMs: 29_000 },
      },
    ]);
    expect(restApi!.authorizers).toMatchObject([
      { type: "TOKEN", functionKey: "authorizer", ttlSeconds: 300 },
    ]);
    const [connect, ...others] = websocketApi!.routes;
    expect(connect).toMatchObject({ routeKey: "$connect", authorizerId: websocketApi!.authorizers[0]?.id });
    expect(websocketApi!.authorizers).toMatchObject([
      {
        type: "REQUEST",
        identitySources: [{ from: "header", name: "Sec-WebSocket-Protocol" }],
        ttlSeconds: 0,
      },
    ]);
    expect(others.map(({ routeKey, routeResponse }) => [routeKey, routeResponse])).toEqual([
      ["$disconnect", false],
      ["$default", true],
      ["join", true],
      ["leave", true],
      ["send", true],
      ["typing", true],
    ]);
  });

  it("gives functions the ids of the pool and the client, and the pool its people", async () => {
    const { functions, userPools } = await readServerless(join(root, "serverless.yml"));
    const [pool] = userPools;
    expect(pool?.id).toMatch(/^us-east-1_[A-Za-z0-9]{9}$/);
    expect(pool?.users.map(({ name }) => name)).toEqual(["ada", "grace", "alan"]);
    expect(pool?.clients).toMatchObject([
      {
        name: "web",
        authFlows: ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
        accessTokenSeconds: 3600,
        idTokenSeconds: 3600,
        refreshTokenSeconds: 30 * 86_400,
      },
    ]);
    expect(functions.find(({ key }) => key === "authorizer")!.environment).toMatchObject({
      USER_POOL_ID: pool?.id,
      USER_POOL_CLIENT_ID: pool?.clients[0]?.id,
      CONNECTIONS_TABLE: "gatewright-chat-dev-connections",
    });
    expect(pool?.clients[0]?.id).toMatch(/^[a-z0-9]{26}$/);
  });

  it("takes another stage into every name, and the same stage gives the same names", async () => {
    const file = join(root, "serverless.yml");
    const [dev, again, live] = await Promise.all([
      readServerless(file),
      readServerless(file),
      readServerless(file, { stage: "live" }),
    ]);
    expect(again).toEqual(dev);
    expect(live.functions[0]?.name).toBe("gatewright-chat-live-authorizer");
    expect(live.tables[0]?.name).toBe("gatewright-chat-live-connections");
    expect(live.restApi!.id).not.toBe(dev.restApi!.id);
    expect(live.restApi!.id).toMatch(/^[a-z0-9]{10}$/);
  });
});

describe("the smallest definition", () => {
  it("is a service with nothing in it", async () => {
    expect(await readText(head)).toMatchObject({ name: "shop", stage: "dev", functions: [], notices: [] });
  });

  it("is not an empty file, nor a list, nor another provider", async () => {
    expect(await failureOf("")).toMatchObject({
      code: "DEFINITION_INVALID",
      facts: { path: "", found: "empty" },
    });
    expect(await failureOf("- a")).toMatchObject({ code: "DEFINITION_INVALID", facts: { found: "a list" } });
    expect(await failureOf("service: shop\nprovider: { name: google }")).toMatchObject({
      facts: { path: "provider.name", line: 2, expected: "aws", found: '"google"' },
    });
    expect(await failureOf("service: shop\nprovider: { name: aws, region: moon }")).toMatchObject({
      facts: { path: "provider.region" },
    });
  });

  it("is not a missing file", async () => {
    const folder = await mkdtemp(join(tmpdir(), "gatewright-read-"));
    await expect(readServerless(join(folder, "serverless.yml"))).rejects.toMatchObject({
      code: "DEFINITION_MISSING",
    });
    await rm(folder, { recursive: true });
  });
});

describe("a service that is written as a map", () => {
  const text = `
service: { name: shop, awsKmsKeyArn: "arn:aws:kms:us-east-1:000000000000:key/a" }
provider: { name: aws, environment: { OLD: "\${self:service}", NAME: "\${self:service.name}" } }
functions: { main: { handler: a.b } }
`;

  it("has its name there", async () => {
    const service = await readText(text);
    expect(service.name).toBe("shop");
    expect(service.functions[0]).toMatchObject({
      name: "shop-dev-main",
      environment: { OLD: "shop", NAME: "shop" },
    });
    expect(service.notices).toEqual([]);
  });

  it("must have one", async () => {
    expect(await failureOf(text.replace("name: shop", "title: shop"))).toMatchObject({
      code: "DEFINITION_INVALID",
      facts: { path: "service.name" },
    });
  });
});

describe("notices", () => {
  it("name every key that has no effect by its path, with the word that was probably meant", async () => {
    const service = await readText(
      withEvents(
        `      - websocket: { route: ping, foo: 1 }
      - httpApi: GET /a`,
        "  tracing: { lambda: true }\n  timeOut: 3\n",
      ) + "function: {}\nuseDotenv: true\n",
    );
    expect(service.notices.map(({ path }) => path)).toEqual([
      "function",
      "functions.main.events[0].websocket.foo",
      "provider.timeOut",
    ]);
    expect(service.notices[0]?.says).toContain('Did you mean "functions"?');
    expect(service.notices[2]?.says).toContain('Did you mean "timeout"?');
  });

  it("leave out what only a deployment acts on, and the developer's own space", async () => {
    const service = await readText(`
service: shop
frameworkVersion: ">=4"
plugins: [serverless-esbuild]
package: { individually: true }
custom:
  esbuild: { bundle: true }
  mine: { Ref: Nothing }
provider:
  name: aws
  architecture: arm64
  logRetentionInDays: 14
  tags: { team: a }
  iam: { role: { statements: [] } }
  deploymentBucket: { name: b }
functions:
  main:
    handler: a.b
    role: MainRole
    tags: { a: b }
    maximumRetryAttempts: 1
resources:
  Outputs: { Url: { Value: !Ref Nothing } }
  Resources:
    MainRole: { Type: AWS::IAM::Role, Properties: {} }
    Group: { Type: AWS::Logs::LogGroup, DependsOn: MainRole }
`);
    expect(service.notices).toEqual([]);
  });

  it("name resources that do not run here, and variables that nothing needed", async () => {
    const service = await readText(`${head}
custom: { key: "\${ssm:/a/b}" }
resources:
  Resources:
    Queue: { Type: AWS::SQS::Queue }
    Odd: { Properties: { a: 1 } }
`);
    expect(service.notices).toMatchObject([
      { path: "custom.key", says: expect.stringContaining("asks AWS") },
      { path: "resources.Resources.Odd", says: expect.stringContaining("without a type") },
      { path: "resources.Resources.Queue", says: expect.stringContaining("AWS::SQS::Queue") },
    ]);
  });
});

describe("a key that may be a guard", () => {
  it.each([
    ["      - http: { path: a, method: get, authoriser: guard }", "authorizer"],
    ["      - http: { path: a, method: get, privat: true }", "private"],
    ["      - httpApi: { path: /a, method: get, auth: guard }", undefined],
    ["      - websocket: { route: $connect, Authorizer: guard }", "authorizer"],
  ])("ends the reading where it is not known: %s", async (events, closest) => {
    expect(await failureOf(withEvents(events))).toMatchObject({ code: "KEY_UNKNOWN", facts: { closest } });
  });

  it("ends the reading below provider too", async () => {
    const text = withEvents("      - http: get /a", "  apiGateway: { resourcePolice: [] }\n");
    expect(await failureOf(text)).toMatchObject({
      code: "KEY_UNKNOWN",
      facts: { path: "provider.apiGateway.resourcePolice", line: 5 },
    });
  });
});

describe("what guards an API and cannot be run", () => {
  it.each([
    ["  apiGateway: { restApiId: abc }", "provider.apiGateway.restApiId"],
    ["  apiGateway: { restApiId: !ImportValue shared }", "provider.apiGateway.restApiId"],
    ["  apiGateway: { websocketApiId: abc }", "provider.apiGateway.websocketApiId"],
    ["  httpApi: { id: abc }", "provider.httpApi.id"],
  ])("is refused by name, or is an API of its own where that is asked for: %s", async (line, path) => {
    const text = withEvents(
      "      - http: get /a\n      - httpApi: get /a\n      - websocket: a",
      `${line}\n`,
    );
    expect(await failureOf(text)).toMatchObject({ code: "NOT_SUPPORTED", facts: { path } });
    expect(await failureOf(`${text}custom: { gatewright: { ownApis: false } }`)).toMatchObject({
      code: "NOT_SUPPORTED",
    });
    const service = await readText(`${text}custom: { gatewright: { ownApis: true } }`);
    expect(service.restApi?.methods.map(({ path }) => path)).toEqual(["/a"]);
    expect(service.httpApi?.routes.map(({ routeKey }) => routeKey)).toEqual(["GET /a"]);
    expect(service.notices.map((notice) => notice.path)).toEqual([path]);
  });

  it("is let pass where it is off", async () => {
    const service = await readText(
      `${head}  endpointType: edge\n  httpApi: { disableDefaultEndpoint: false }\n`,
    );
    expect(service.notices).toEqual([]);
  });
});

describe("any definition at all", () => {
  const word = fc.constantFrom(
    ..."service provider name aws functions handler events http httpApi websocket authorizer type request path".split(
      " ",
    ),
    ..."method route custom gatewright users resources Resources Properties Type Ref Fn::Sub Fn::If".split(
      " ",
    ),
    ..."AWS::DynamoDB::Table AWS::S3::Bucket AWS::Cognito::UserPool __proto__ constructor toString".split(
      " ",
    ),
    ..."apiGateway usagePlan apiKeys throttle quota cors environment stage region TableName Condition a".split(
      " ",
    ),
  );
  const text = fc.oneof(
    word,
    fc.string({ maxLength: 8 }),
    fc.constantFrom(
      "${self:a}",
      "${self:functions}",
      "${sls:stage}",
      "${",
      "${opt:x, ''}",
      "${AWS::Region}",
      "GET /a",
    ),
  );
  const { tree } = fc.letrec<{ tree: unknown; map: unknown }>((tie) => ({
    tree: fc.oneof(
      { depthSize: "small" },
      text,
      fc.integer(),
      fc.boolean(),
      fc.constant(null),
      fc.array(tie("tree")),
      tie("map"),
    ),
    map: fc.dictionary(word, tie("tree"), { maxKeys: 4 }),
  }));
  const event = fc.dictionary(fc.constantFrom("http", "httpApi", "websocket"), fc.oneof(text, tree), {
    maxKeys: 1,
  });
  const likely = fc.record(
    {
      service: fc.constant("shop"),
      provider: fc.oneof(
        fc.record(
          { name: fc.constant("aws"), httpApi: tree, apiGateway: tree, environment: tree },
          { requiredKeys: ["name"] },
        ),
        tree,
      ),
      functions: fc.dictionary(
        fc.constantFrom("a", "b"),
        fc.record(
          { handler: fc.constant("a.b"), events: fc.array(event), timeout: tree },
          { requiredKeys: ["handler"] },
        ),
      ),
      resources: fc.oneof(
        fc.record({ Resources: fc.dictionary(word, fc.record({ Type: word, Properties: tree })) }),
        tree,
      ),
      custom: tree,
    },
    { requiredKeys: ["service", "provider"] },
  );

  it("gives a service or one of our failures", async () => {
    await fc.assert(
      fc.asyncProperty(fc.oneof(likely, tree), async (value) => {
        await expectServiceOrFailure(stringify(value));
      }),
      { numRuns: 500 },
    );
  }, 60_000);

  it("also where the text is not YAML", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.string({ unit: fc.constantFrom(..."ab:-{}[]!&*'\"|>%@# \n\t0${}()".split("")), maxLength: 40 }),
        async (value) => {
          await expectServiceOrFailure(value);
          await expectServiceOrFailure(`${head}custom: ${value}`);
        },
      ),
      { numRuns: 500 },
    );
  }, 60_000);

  it("leaves no trace on objects", async () => {
    const service = await readText(`${head}
custom: { __proto__: { polluted: 1 }, gatewright: { users: [] } }
functions:
  __proto__: { handler: a.b, environment: { A: b } }
  constructor: { handler: a.b }
resources: { Conditions: { __proto__: true }, Resources: { __proto__: { Type: AWS::S3::Bucket } } }
`);
    expect(({} as Record<string, unknown>)["polluted"]).toBeUndefined();
    expect(service.functions.map(({ key }) => key)).toEqual(["__proto__", "constructor"]);
    expect(service.buckets.map(({ logicalId }) => logicalId)).toEqual(["__proto__"]);
  });
});

async function expectServiceOrFailure(text: string): Promise<void> {
  try {
    expect(await readText(text)).toHaveProperty("notices");
  } catch (error) {
    if (!failures.is(error)) throw error;
    expect(error.message).toContain(error.fix);
  }
}

// Tables, buckets, user pools, and resources that must not be passed over.
import { describe, expect, it } from "vitest";
import type { Service } from "../../../src/model/service.ts";
import { failureOf, head, readText } from "./read-text.ts";

function definition(resources: string, more = ""): string {
  return `${head}${more}\nresources:\n  Resources:\n${resources}\n`;
}

async function read(resources: string, more = ""): Promise<Service> {
  const service = await readText(definition(resources, more));
  expect(service.notices).toEqual([]);
  return service;
}

function table(properties: string): string {
  return `    T:
      Type: AWS::DynamoDB::Table
      Properties: { AttributeDefinitions: [{ AttributeName: a, AttributeType: S }, { AttributeName: b, AttributeType: N }], ${properties} }`;
}

const key = "KeySchema: [{ AttributeName: a, KeyType: HASH }]";

describe("a table", () => {
  it("becomes CreateTable's input", async () => {
    const { tables } = await read(
      table(`${key}, TableName: mine, BillingMode: PAY_PER_REQUEST, Tags: [], PointInTimeRecoverySpecification: {},
        TimeToLiveSpecification: { AttributeName: gone, Enabled: true },
        GlobalSecondaryIndexes: [{ IndexName: i, KeySchema: [{ AttributeName: b, KeyType: HASH }], Projection: { ProjectionType: INCLUDE, NonKeyAttributes: [c] } }],
        LocalSecondaryIndexes: [{ IndexName: j, KeySchema: [{ AttributeName: a, KeyType: HASH }, { AttributeName: b, KeyType: RANGE }], Projection: { ProjectionType: ALL } }]`),
    );
    expect(tables).toEqual([
      {
        logicalId: "T",
        name: "mine",
        ttlAttribute: "gone",
        createTable: {
          TableName: "mine",
          BillingMode: "PAY_PER_REQUEST",
          AttributeDefinitions: [
            { AttributeName: "a", AttributeType: "S" },
            { AttributeName: "b", AttributeType: "N" },
          ],
          KeySchema: [{ AttributeName: "a", KeyType: "HASH" }],
          GlobalSecondaryIndexes: [
            {
              IndexName: "i",
              KeySchema: [{ AttributeName: "b", KeyType: "HASH" }],
              Projection: { ProjectionType: "INCLUDE", NonKeyAttributes: ["c"] },
            },
          ],
          LocalSecondaryIndexes: [
            {
              IndexName: "j",
              KeySchema: [
                { AttributeName: "a", KeyType: "HASH" },
                { AttributeName: "b", KeyType: "RANGE" },
              ],
              Projection: { ProjectionType: "ALL" },
            },
          ],
        },
      },
    ]);
  });

  it("without a name gets CloudFormation's, and provisioned ones their numbers", async () => {
    const { tables } = await read(
      table(`${key}, ProvisionedThroughput: { ReadCapacityUnits: "2", WriteCapacityUnits: 3 }`),
    );
    expect(tables[0]?.name).toMatch(/^shop-dev-T-[A-Z0-9]{12}$/);
    expect(tables[0]?.createTable).toMatchObject({
      BillingMode: "PROVISIONED",
      ProvisionedThroughput: { ReadCapacityUnits: 2, WriteCapacityUnits: 3 },
    });
    expect(tables[0]).not.toHaveProperty("ttlAttribute");
  });

  it("with a stream leaves a word", async () => {
    const service = await readText(
      definition(table(`${key}, StreamSpecification: { StreamViewType: NEW_IMAGE }`)),
    );
    expect(service.notices).toMatchObject([{ path: "resources.Resources.T.Properties.StreamSpecification" }]);
  });

  it.each([
    [table(""), "KeySchema"],
    [table("KeySchema: []"), "KeySchema"],
    [table("KeySchema: [{ AttributeName: a, KeyType: RANGE }]"), "KeySchema"],
    [table("KeySchema: [{ AttributeName: x, KeyType: HASH }]"), "KeySchema[0].AttributeName"],
    [table(`${key}, TableName: "a b"`), "TableName"],
    [table(`${key}, BillingMode: FREE`), "BillingMode"],
  ])("%s is refused at its place", async (resources, path) => {
    expect(await failureOf(definition(resources))).toMatchObject({
      code: "DEFINITION_INVALID",
      facts: { path: `resources.Resources.T.Properties.${path}` },
    });
  });

  it("needs properties", async () => {
    expect(await failureOf(definition("    T: { Type: AWS::DynamoDB::Table }"))).toMatchObject({
      facts: { path: "resources.Resources.T.Properties", found: "missing" },
    });
  });
});

describe("a bucket", () => {
  it("has a name and rules", async () => {
    const { buckets } = await read(`    B: { Type: AWS::S3::Bucket }
    C: { Type: AWS::S3::Bucket, Properties: { BucketName: abc, BucketEncryption: {}, CorsConfiguration: { CorsRules: [{ Id: x, AllowedOrigins: a, AllowedMethods: [GET] }] } } }`);
    expect(buckets).toEqual([
      { logicalId: "B", name: expect.stringMatching(/^shop-dev-b-[a-z0-9]{12}$/), cors: [] },
      {
        logicalId: "C",
        name: "abc",
        cors: [{ allowedOrigins: ["a"], allowedMethods: ["GET"], allowedHeaders: [], exposedHeaders: [] }],
      },
    ]);
  });

  it("leaves a word about what is not acted on, and refuses bad names and methods", async () => {
    const versioned =
      "    B: { Type: AWS::S3::Bucket, Properties: { VersioningConfiguration: { Status: Enabled } } }";
    expect((await readText(definition(versioned))).notices).toMatchObject([
      { path: "resources.Resources.B.Properties.VersioningConfiguration" },
    ]);
    for (const properties of [
      "BucketName: Big",
      "CorsConfiguration: { CorsRules: [{ AllowedOrigins: [a], AllowedMethods: [PATCH] }] }",
    ]) {
      const text = definition(`    B: { Type: AWS::S3::Bucket, Properties: { ${properties} } }`);
      expect(await failureOf(text)).toMatchObject({ code: "DEFINITION_INVALID" });
    }
  });
});

describe("a user pool", () => {
  const pool = "    P: { Type: AWS::Cognito::UserPool }\n";
  const client = (properties: string): string =>
    `${pool}    C: { Type: AWS::Cognito::UserPoolClient, Properties: { UserPoolId: !Ref P, ${properties} } }`;

  it("has Cognito's defaults", async () => {
    const { userPools } = await read(client(""));
    expect(userPools).toMatchObject([
      {
        logicalId: "P",
        name: expect.stringMatching(/^shop-dev-P-/),
        users: [],
        clients: [
          {
            authFlows: ["ALLOW_REFRESH_TOKEN_AUTH", "ALLOW_USER_SRP_AUTH", "ALLOW_CUSTOM_AUTH"],
            accessTokenSeconds: 3600,
            idTokenSeconds: 3600,
            refreshTokenSeconds: 30 * 86_400,
          },
        ],
      },
    ]);
  });

  it("counts in the client's units", async () => {
    const { userPools } = await read(
      client(
        "AccessTokenValidity: 10, IdTokenValidity: 2, RefreshTokenValidity: 7200, ExplicitAuthFlows: [USER_PASSWORD_AUTH], TokenValidityUnits: { AccessToken: minutes, RefreshToken: seconds }",
      ),
    );
    expect(userPools[0]?.clients[0]).toMatchObject({
      authFlows: ["ALLOW_USER_PASSWORD_AUTH"],
      accessTokenSeconds: 600,
      idTokenSeconds: 7200,
      refreshTokenSeconds: 7200,
    });
  });

  it("has the people of the file; only the first pool", async () => {
    const users =
      "custom: { gatewright: { users: [{ name: ada, password: abc, groups: [staff], attributes: { email: a@b } }] } }";
    const { userPools } = await read(`${pool}    Q: { Type: AWS::Cognito::UserPool }`, users);
    expect(userPools.map((pool) => pool.users)).toEqual([
      [{ name: "ada", password: "abc", groups: ["staff"], attributes: { email: "a@b" } }],
      [],
    ]);
    expect((await readText(`${head}${users}`)).notices).toMatchObject([{ path: "custom.gatewright.users" }]);
    expect((await readText(`${head}custom: { gatewright: { user: [] } }`)).notices).toMatchObject([
      { path: "custom.gatewright.user", says: expect.stringContaining('"users"') },
    ]);
  });

  it.each([
    ["{ name: ada, password: 12345678 }", "password"],
    ["{ name: ada }", "password"],
    ["{ password: hunter2 }", "name"],
  ])("refuses %s without showing a password", async (user, path) => {
    const failure = await failureOf(definition(pool, `custom: { gatewright: { users: [${user}] } }`));
    expect(failure).toMatchObject({
      code: "DEFINITION_INVALID",
      facts: { path: `custom.gatewright.users[0].${path}` },
    });
    expect(failure.message).not.toMatch(/12345678|hunter2/);
  });

  it.each([
    [client("GenerateSecret: true"), "NOT_SUPPORTED"],
    ["    P: { Type: AWS::Cognito::UserPool, Properties: { MfaConfiguration: 'ON' } }", "NOT_SUPPORTED"],
    [
      "    P: { Type: AWS::Cognito::UserPool, Properties: { LambdaConfig: { PreSignUp: a } } }",
      "NOT_SUPPORTED",
    ],
    [client("ExplicitAuthFlows: [ALLOW_ALL]"), "DEFINITION_INVALID"],
    [client("AccessTokenValidity: 2, TokenValidityUnits: { AccessToken: days }"), "DEFINITION_INVALID"],
    [
      "    C: { Type: AWS::Cognito::UserPoolClient, Properties: { UserPoolId: us-east-1_elsewhere } }",
      "DEFINITION_INVALID",
    ],
    [
      "    C: { Type: AWS::Cognito::UserPoolClient, Properties: { UserPoolId: !Ref Q } }",
      "REFERENCE_UNRESOLVED",
    ],
  ])("refuses %s with %s", async (resources, code) => {
    expect(await failureOf(definition(resources))).toMatchObject({ code });
  });

  it("has one user of a name", async () => {
    const users = "custom: { gatewright: { users: [{ name: a, password: b }, { name: a, password: c }] } }";
    expect(await failureOf(definition(pool, users))).toMatchObject({
      facts: { path: "custom.gatewright.users[1].name" },
    });
  });
});

describe("a resource that guards an API", () => {
  it.each([
    ["    W: { Type: AWS::WAFRegional::WebACLAssociation }", "AWS::WAFRegional::WebACLAssociation"],
    ["    ApiGatewayRestApi: { Properties: { Policy: {} } }", "changing ApiGatewayRestApi by hand"],
    ["    HttpApiStage: { Type: AWS::ApiGatewayV2::Stage }", "AWS::ApiGatewayV2::Stage"],
  ])("is refused by name: %s", async (resources, what) => {
    expect(await failureOf(definition(resources))).toMatchObject({ code: "NOT_SUPPORTED", facts: { what } });
  });

  it("also below extensions", async () => {
    expect(
      await failureOf(`${head}\nresources: { extensions: { ApiGatewayMethodAGet: { Properties: {} } } }`),
    ).toMatchObject({
      code: "NOT_SUPPORTED",
      facts: { path: "resources.extensions.ApiGatewayMethodAGet" },
    });
  });
});

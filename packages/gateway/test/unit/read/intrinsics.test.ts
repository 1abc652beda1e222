// CloudFormation's functions and what each kind of thing gives for Ref and Fn::GetAtt.
import { describe, expect, it } from "vitest";
import { failureOf, head, readText } from "./read-text.ts";

const rest = `
custom: { gatewright: { values: { "import:network": vpc-7, "import:us-east-1-network": vpc-8 } } }
resources:
  Parameters:
    Size: { Type: Number, Default: 3 }
    Bare: { Type: String }
    Ble: { Type: String, Default: ble }
    Zones: { Type: CommaDelimitedList, Default: "one, two" }
  Mappings: { Urls: { dev: { web: https://dev } } }
  Conditions:
    Live: !Equals ["\${sls:stage}", live]
    NotLive: !Not [!Condition Live]
    Both: !And [!Condition NotLive, !Or [!Condition Live, !Condition NotLive]]
    Round: !Condition Round
  Resources:
    Table:
      Type: AWS::DynamoDB::Table
      Properties:
        TableName: !Sub "\${AWS::StackName}-things"
        BillingMode: PAY_PER_REQUEST
        AttributeDefinitions: [{ AttributeName: pk, AttributeType: S }]
        KeySchema: [{ AttributeName: pk, KeyType: HASH }]
    Bucket: { Type: AWS::S3::Bucket }
    Pool: { Type: AWS::Cognito::UserPool }
    Client: { Type: AWS::Cognito::UserPoolClient, Properties: { UserPoolId: !Ref Pool } }
    Role: { Type: AWS::IAM::Role }
    Queue: { Type: AWS::SQS::Queue }
    Circle: { Type: AWS::S3::Bucket, Condition: Live, Properties: { BucketName: !Ref Circle } }
`;

function definition(value: string): string {
  return `${head}
functions:
  main-one:
    handler: a.b
    environment: { VALUE: ${value} }
    events: [{ httpApi: GET /a }, { websocket: $default }]
${rest}`;
}

async function valueOf(value: string): Promise<string | undefined> {
  return (await readText(definition(value))).functions[0]?.environment["VALUE"];
}

describe("a function", () => {
  it.each([
    ["!Ref AWS::Region", "us-east-1"],
    ["!Ref AWS::AccountId", "000000000000"],
    ["!Ref Size", "3"],
    ["!Ref Table", "shop-dev-things"],
    ["!GetAtt Table.Arn", "arn:aws:dynamodb:us-east-1:000000000000:table/shop-dev-things"],
    ["{ Ref: Table }", "shop-dev-things"],
    ["{ 'Fn::GetAtt': Table.Arn }", "arn:aws:dynamodb:us-east-1:000000000000:table/shop-dev-things"],
    [
      '!Sub "${Table}/${Pool.Arn}"',
      /^shop-dev-things\/arn:aws:cognito-idp:us-east-1:000000000000:userpool\/us-east-1_\w{9}$/,
    ],
    ['!Sub ["${x}-${!Literal}", { x: !Ref Table }]', "shop-dev-things-${Literal}"],
    ["!Join ['-', [a, !Ref Table, 1]]", "a-shop-dev-things-1"],
    ["!Select [1, [a, b]]", "b"],
    ["!Select [0, !Split [',', 'x,y']]", "x"],
    ["!If [Live, a, b]", "b"],
    ["!If [Both, a, b]", "a"],
    ["!FindInMap [Urls, '${sls:stage}', web]", "https://dev"],
    ["!Base64 hello", "aGVsbG8="],
    ["!ToJsonString { a: !Ref Size }", '{"a":3}'],
    ["!FindInMap [Urls, live, web, { DefaultValue: !Ref Table }]", "shop-dev-things"],
    ["!FindInMap [Urls, dev, web, { DefaultValue: a }]", "https://dev"],
    ["!Select [1, !GetAZs '']", "us-east-1b"],
    ["!Select [2, !GetAZs { Ref: 'AWS::Region' }]", "us-east-1c"],
    ["!Join [',', !GetAZs eu-west-1]", "eu-west-1a,eu-west-1b,eu-west-1c"],
    ["!Join [',', !Cidr [10.0.0.0/16, 3, 8]]", "10.0.0.0/24,10.0.1.0/24,10.0.2.0/24"],
    ["!Select [1, !Cidr ['2001:db8::/56', 2, 64]]", "2001:db8:0:1::/64"],
    ["!ImportValue network", "vpc-7"],
    ["!ImportValue { 'Fn::Sub': '${AWS::Region}-network' }", "vpc-8"],
    ["!Length [a, b, c]", "3"],
    ["!Length { Ref: Zones }", "2"],
    ["!Join ['-', !Ref Zones]", "one-two"],
    ["!Select [1, { Ref: Zones }]", "two"],
    ["{ Ref: { 'Fn::Sub': 'Ta${Ble}' } }", "shop-dev-things"],
    ["!Sub '${AWS::Partition}/${AWS::URLSuffix}/${AWS::StackName}'", "aws/amazonaws.com/shop-dev"],
    ["!Ref AWS::StackId", /^arn:aws:cloudformation:us-east-1:000000000000:stack\/shop-dev\/[a-z0-9]{12}$/],
    ["!Length { Ref: 'AWS::NotificationARNs' }", "0"],
    ["!Ref Bucket", /^shop-dev-bucket-[a-z0-9]{12}$/],
    ["!GetAtt Bucket.Arn", /^arn:aws:s3:::shop-dev-bucket-/],
    ["!Ref Pool", /^us-east-1_[A-Za-z0-9]{9}$/],
    ["!GetAtt Pool.ProviderURL", /^https:\/\/cognito-idp\.us-east-1\.amazonaws\.com\/us-east-1_/],
    ["!Ref Client", /^[a-z0-9]{26}$/],
    ["!GetAtt Role.Arn", /^arn:aws:iam::000000000000:role\/shop-dev-Role-/],
    ["!GetAtt IamRoleLambdaExecution.Arn", "arn:aws:iam::000000000000:role/shop-dev-us-east-1-lambdaRole"],
    ["!Ref MainDashoneLambdaFunction", "shop-dev-main-one"],
    [
      "!GetAtt MainDashoneLambdaFunction.Arn",
      "arn:aws:lambda:us-east-1:000000000000:function:shop-dev-main-one",
    ],
    ["!Ref MainDashoneLogGroup", "/aws/lambda/shop-dev-main-one"],
    ["!Ref HttpApi", /^[a-z0-9]{10}$/],
    ["!GetAtt WebsocketsApi.ApiEndpoint", /^wss:\/\/[a-z0-9]{10}\.execute-api\.us-east-1\.amazonaws\.com$/],
  ])("%s", async (value, expected) => {
    expect(await valueOf(value)).toEqual(
      typeof expected === "string" ? expected : expect.stringMatching(expected),
    );
  });

  it("takes a key away with AWS::NoValue", async () => {
    const service = await readText(definition("!If [Live, a, !Ref AWS::NoValue]"));
    expect(service.functions[0]?.environment).toEqual({});
  });

  it("decides which resources there are", async () => {
    const service = await readText(definition("a"));
    expect(service.buckets.map(({ logicalId }) => logicalId)).toEqual(["Bucket"]);
  });

  it("gives the APIs the ids that references give", async () => {
    const service = await readText(definition("!Ref HttpApi"));
    expect(service.functions[0]?.environment["VALUE"]).toBe(service.httpApi!.id);
  });
});

describe("a function without a value", () => {
  it.each([
    ["!Ref Nothing", "declares no Nothing"],
    ["!Ref Tabel", "did you mean Table?"],
    ["!Ref ApiGatewayRestApi", "declares no ApiGatewayRestApi"],
    ["!Ref Bare", "has no Default"],
    ["!GetAtt Table.StreamArn", "no attribute StreamArn"],
    ["!GetAtt Table", "a name and an attribute"],
    ['!Sub "${Nothing}"', "declares no Nothing"],
    ["!Sub [1]", "text"],
    ["!If [Nothing, a, b]", "no condition Nothing"],
    ["!If [Round, a, b]", "depends on itself"],
    ["!If [Live]", "two values"],
    ["!Join [a]", "a list of two"],
    ["!Join ['', a]", "a list of text"],
    ["!Select [5, [a]]", "no such item"],
    ["!FindInMap [Urls, live, web]", "no such mapping"],
    ["!FindInMap [Urls, live, web, { Default: a }]", "no such mapping"],
    ["!Cidr [10.0.0.0/16, 300, 8]", "fit together"],
    ["!Cidr [10.0.0.0/30, 5, 2]", "fit together"],
    ["!Cidr [10.0.0.0, 1, 2]", "fit together"],
    ["!Cidr [10.0.0.0/16, 1]", "fit together"],
    ["!Length a", "needs a list"],
    ["!Transform { Name: Macro }", "write what the macro makes"],
    ["{ 'Fn::ValueOf': [a, b] }", "only Rules"],
    ["{ 'Fn::ForEach': [a, [b], c] }", "a key of its own"],
    ["{ 'Fn::Whatever': a }", "not evaluated here"],
    ["!And a", "list of conditions"],
    ["!And [a]", "needs conditions"],
    ["!Base64 [a]", "needs text"],
  ])("%s says why", async (value, why) => {
    const failure = await failureOf(definition(value));
    expect(failure).toMatchObject({
      code: "REFERENCE_UNRESOLVED",
      facts: { path: "functions.main-one.environment.VALUE", line: 9 },
    });
    expect(failure.facts["why"]).toContain(why);
  });

  it("that leads to itself names the place that does", async () => {
    expect(await failureOf(definition("!Ref Circle"))).toMatchObject({
      code: "REFERENCE_UNRESOLVED",
      facts: { path: "resources.Resources.Circle.Properties.BucketName", reference: "Ref Circle" },
    });
  });

  it.each([
    ["!Ref Queue", "Queue is AWS::SQS::Queue, which does not run here"],
    ["!GetAtt Queue.Arn", "Queue is AWS::SQS::Queue, which does not run here"],
    ['!Sub "https://${Queue.QueueName}/"', "Queue is AWS::SQS::Queue, which does not run here"],
    [
      "!Join ['', [a, !ImportValue other]]",
      'another stack exports it; custom.gatewright.values can hold "import:other"',
    ],
  ])(
    "for what is on AWS alone is no reason not to start, where only a function reads it: %s",
    async (value, why) => {
      const service = await readText(definition(value));
      expect(service.functions[0]?.environment["VALUE"]).toBe("not-on-this-machine");
      expect(service.notices).toContainEqual({
        path: "functions.main-one.environment.VALUE",
        says: `Functions read "not-on-this-machine" here: ${why}.`,
      });
    },
  );

  it.each(["!Ref Queue", "!ImportValue other"])(
    "for what is on AWS alone ends the reading where the gateway acts on it: %s",
    async (value) => {
      const text = `${definition("a")}    Other: { Type: AWS::S3::Bucket, Properties: { BucketName: ${value} } }\n`;
      expect(await failureOf(text)).toMatchObject({
        code: "REFERENCE_UNRESOLVED",
        facts: { path: "resources.Resources.Other.Properties.BucketName", isElsewhere: true },
      });
    },
  );

  it("stops a resource whose condition there is not", async () => {
    const text = `${head}\nresources: { Resources: { B: { Type: AWS::S3::Bucket, Condition: Nope } } }`;
    expect(await failureOf(text)).toMatchObject({ code: "REFERENCE_UNRESOLVED" });
  });
});

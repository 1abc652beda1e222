// Functions that buckets tell: by `s3` events, and by the bucket's own configuration.
import { describe, expect, it } from "vitest";
import type { Bucket } from "../../../src/model/resources.ts";
import { failureOf, head, readText } from "./read-text.ts";

const functions = (events: string) => `${head}
functions:
  thumb-nail:
    handler: a.b
    events:
${events}
  plain: { handler: a.c }
`;
const resources = (properties: string) => `resources:
  Resources:
    Files:
      Type: AWS::S3::Bucket
      Properties: { BucketName: shop-files${properties.replaceAll(/\s+/g, " ")} }
`;

async function bucketsOf(text: string): Promise<readonly Bucket[]> {
  const service = await readText(text);
  expect(service.notices).toEqual([]);
  return service.buckets;
}

describe("an s3 event", () => {
  it("of a name makes its bucket, and means everything that is created", async () => {
    expect(await bucketsOf(functions("      - s3: shop-photos"))).toEqual([
      {
        logicalId: "S3BucketShopphotos",
        name: "shop-photos",
        cors: [],
        notifications: [{ events: ["s3:ObjectCreated:*"], functionKey: "thumb-nail" }],
      },
    ]);
  });

  it("takes event and rules, several for one bucket", async () => {
    const events = `      - s3: { bucket: shop-photos, event: "s3:ObjectRemoved:*" }
      - s3: { bucket: shop-photos, event: s3:ObjectCreated:Put, rules: [{ prefix: in/ }, { suffix: .png }], forceDeploy: true }`;
    const [bucket] = await bucketsOf(functions(events));
    expect(bucket?.notifications).toEqual([
      { events: ["s3:ObjectRemoved:*"], functionKey: "thumb-nail" },
      { events: ["s3:ObjectCreated:Put"], functionKey: "thumb-nail", prefix: "in/", suffix: ".png" },
    ]);
  });

  it("finds a bucket of the definition", async () => {
    const events = "      - s3: { bucket: !Ref Files, existing: true }";
    const [bucket, ...others] = await bucketsOf(functions(events) + resources(""));
    expect([bucket?.logicalId, bucket?.notifications, others]).toEqual([
      "Files",
      [{ events: ["s3:ObjectCreated:*"], functionKey: "thumb-nail" }],
      [],
    ]);
  });

  it.each([
    ["      - s3: { bucket: elsewhere, existing: true }", "functions.thumb-nail.events[0].s3.bucket"],
    ["      - s3: { bucket: NotAName }", "functions.thumb-nail.events[0].s3.bucket"],
    [
      "      - s3: { bucket: shop-photos, event: s3:ObjectRestore:* }",
      "functions.thumb-nail.events[0].s3.event",
    ],
    [
      "      - s3: { bucket: shop-photos, rules: [{ infix: a }] }",
      "functions.thumb-nail.events[0].s3.rules[0].infix",
    ],
  ])("that cannot be kept ends the reading: %s", async (events, path) => {
    expect(await failureOf(functions(events))).toMatchObject({ code: "DEFINITION_INVALID", facts: { path } });
  });
});

describe("a bucket's own configuration", () => {
  const configured = (configuration: string) =>
    functions("      - httpApi: GET /a") + resources(`, NotificationConfiguration: { ${configuration} }`);

  it("names functions by their Arn", async () => {
    const lambda = `LambdaConfigurations: [{ Event: "s3:ObjectCreated:*", Function: !GetAtt ThumbDashnailLambdaFunction.Arn,
      Filter: { S3Key: { Rules: [{ Name: prefix, Value: in/ }] } } }]`;
    const [bucket] = await bucketsOf(configured(lambda));
    expect(bucket?.notifications).toEqual([
      { events: ["s3:ObjectCreated:*"], functionKey: "thumb-nail", prefix: "in/" },
    ]);
  });

  it.each([
    "QueueConfigurations: [{ Event: a, Queue: !Ref Nobody }]",
    "TopicConfigurations: [{ Event: a, Topic: b }]",
    "EventBridgeConfiguration: { EventBridgeEnabled: true }",
  ])("that tells other services is told of: %s", async (configuration) => {
    const { buckets, notices } = await readText(configured(configuration));
    expect(buckets[0]?.notifications ?? []).toEqual([]);
    expect(notices).toMatchObject([
      { path: expect.stringContaining(`NotificationConfiguration.${configuration.split(":")[0]}`) as string },
    ]);
  });

  it.each([
    [
      "LambdaConfigurations: [{ Event: s3:ObjectCreated:*, Function: arn:aws:lambda:us-east-1:1:function:x }]",
      "DEFINITION_INVALID",
    ],
  ])("that names others ends the reading: %s", async (configuration, code) => {
    expect(await failureOf(configured(configuration))).toMatchObject({ code });
  });
});

it("rules of age are read", async () => {
  const rules = `, LifecycleConfiguration: { Rules: [
    { Id: a, Status: Enabled, ExpirationInDays: 90 },
    { Status: Disabled, Prefix: tmp/, AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 } }] }`;
  const [bucket] = await bucketsOf(functions("      - httpApi: GET /a") + resources(rules));
  expect(bucket?.lifecycle).toEqual([
    { id: "a", enabled: true, prefix: "", expirationDays: 90 },
    { id: "rule-2", enabled: false, prefix: "tmp/", abortDays: 1 },
  ]);
});

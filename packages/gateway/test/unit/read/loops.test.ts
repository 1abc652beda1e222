// Fn::ForEach: members that stand in a loop, in resources, settings and conditions.
import { describe, expect, it } from "vitest";
import { failureOf, head, readText } from "./read-text.ts";

const functions = "functions: { main: { handler: a.b, events: [{ httpApi: GET /a }] } }";
const table = (name: string): string => `
          Type: AWS::DynamoDB::Table
          Properties:
            TableName: ${name}
            BillingMode: PAY_PER_REQUEST
            AttributeDefinitions: [{ AttributeName: pk, AttributeType: S }]
            KeySchema: [{ AttributeName: pk, KeyType: HASH }]`;

describe("a loop", () => {
  it("gives one resource for each value, its name also in references and text", async () => {
    const { tables } = await readText(`${head}
${functions}
resources:
  Transform: AWS::LanguageExtensions
  Parameters: { Colors: { Type: CommaDelimitedList, Default: "red,deep-blue" } }
  Resources:
    Fn::ForEach::Tables:
      - Color
      - !Ref Colors
      - "Table&{Color}":${table('!Sub "things-${Color}"')}
    Fn::ForEach::Sizes:
      - Size
      - [Small, Large]
      - Fn::ForEach::Shapes:
          - Shape
          - [Round]
          - "\${Size}\${Shape}":${table("!Ref Size").replaceAll("\n", "\n    ")}
`);
    expect(tables.map(({ logicalId, name }) => [logicalId, name])).toEqual([
      ["Tablered", "things-red"],
      ["Tabledeepblue", "things-deep-blue"],
      ["SmallRound", "Small"],
      ["LargeRound", "Large"],
    ]);
  });

  it("may stand among the settings of a resource, and what it makes can be referred to", async () => {
    const service = await readText(`${head}
functions:
  main: { handler: a.b, environment: { TABLE: !Ref Tablea }, events: [{ httpApi: GET /a }] }
resources:
  Transform: [AWS::LanguageExtensions]
  Resources:
    Fn::ForEach::Tables: [Name, [a, b], { "Table\${Name}": { Type: AWS::S3::Bucket, Properties: { BucketName: "shop-\${Name}" } } }]
`);
    expect(service.functions[0]?.environment["TABLE"]).toBe("shop-a");
    expect(service.buckets).toHaveLength(2);
  });

  it.each([
    ["[Name, [A], { A: { Type: AWS::S3::Bucket } }]", "", "AWS::LanguageExtensions"],
    ["[Name, [A]]", "Transform: AWS::LanguageExtensions", "the values, and a map"],
    ["[Name, A, { A: {} }]", "Transform: AWS::LanguageExtensions", "no list"],
    ["[Name, [[A]], { A: {} }]", "Transform: AWS::LanguageExtensions", "no text"],
    ["[Name, !Ref Nobody, { A: {} }]", "Transform: AWS::LanguageExtensions", "declares no Nobody"],
  ])("%s %s says why", async (loop, transform, why) => {
    const failure = await failureOf(`${head}
${functions}
resources:
  ${transform}
  Resources:
    Fn::ForEach::Tables: ${loop}
`);
    expect(failure.code).toBe("REFERENCE_UNRESOLVED");
    expect(failure.facts["why"]).toContain(why);
  });

  it.each(["Macro", "[AWS::LanguageExtensions, Macro]", "{ Name: AWS::Include }"])(
    "does not let another transform by: %s",
    async (transform) => {
      expect(
        await failureOf(`${head}\n${functions}\nresources: { Transform: ${transform}, Resources: {} }`),
      ).toMatchObject({ code: "NOT_SUPPORTED" });
    },
  );
});

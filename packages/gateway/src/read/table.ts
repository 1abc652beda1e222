// A DynamoDB table: CloudFormation's properties to CreateTable's input.
import type { Table } from "../model/resources.ts";
import type { Cursor } from "./cursor.ts";
import type { Definition } from "./definition.ts";

/** Without a number, a provisioned table would be refused on AWS; nothing is metered here. */
const defaultUnits = 5;

/**
 * Reads the properties of an AWS::DynamoDB::Table.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-dynamodb-table.html
 */
export function readTable(logicalId: string, at: Cursor, { names, notice }: Definition): Table {
  const name =
    at.optional("TableName")?.matching(/^[\w.-]{3,255}$/, "3 to 255 letters, digits, - _ and .") ??
    names.generated(logicalId);
  const attributes = at.at("AttributeDefinitions").items().map(readAttribute);
  const known = new Set(attributes.map(({ AttributeName }) => AttributeName));
  const billing = at.optional("BillingMode")?.oneOf(["PAY_PER_REQUEST", "PROVISIONED"]) ?? "PROVISIONED";
  const ttl = at.optional("TimeToLiveSpecification");
  const hasTtl = ttl?.optional("Enabled")?.flag() ?? false;
  const ttlAttribute = ttl?.optional("AttributeName")?.text();
  const globals = at.optional("GlobalSecondaryIndexes")?.items() ?? [];
  const locals = at.optional("LocalSecondaryIndexes")?.items() ?? [];
  const stream = at.optional("StreamSpecification");
  if (stream !== undefined) notice(stream.skip().path, "Streams of a table do not run on this machine.");
  const throughput = (place: Cursor): object => (billing === "PROVISIONED" ? readThroughput(place) : {});
  return {
    logicalId,
    name,
    createTable: {
      TableName: name,
      BillingMode: billing,
      AttributeDefinitions: attributes,
      KeySchema: readKeySchema(at.at("KeySchema"), known),
      ...throughput(at),
      ...(globals.length > 0 && {
        GlobalSecondaryIndexes: globals.map((index) =>
          Object.assign(readIndex(index, known), throughput(index)),
        ),
      }),
      ...(locals.length > 0 && { LocalSecondaryIndexes: locals.map((index) => readIndex(index, known)) }),
    },
    ...(hasTtl && ttlAttribute !== undefined && { ttlAttribute }),
  };
}

function readAttribute(at: Cursor): { readonly AttributeName: string; readonly AttributeType: string } {
  return {
    AttributeName: at.at("AttributeName").text(),
    AttributeType: at.at("AttributeType").oneOf(["S", "N", "B"]),
  };
}

function readKeySchema(at: Cursor, known: ReadonlySet<string>): object[] {
  const keys = at.items().map((item) => {
    const name = item.at("AttributeName");
    const AttributeName = name.text();
    if (!known.has(AttributeName)) name.refuse("an attribute that AttributeDefinitions declares");
    return { AttributeName, KeyType: item.at("KeyType").oneOf(["HASH", "RANGE"]) };
  });
  const isKey = keys[0]?.KeyType === "HASH" && (keys.length === 1 || keys[1]?.KeyType === "RANGE");
  return isKey && keys.length <= 2 ? keys : at.refuse("a HASH key, and perhaps a RANGE key after it");
}

function readIndex(at: Cursor, known: ReadonlySet<string>): object {
  const projection = at.at("Projection");
  const attributes = projection.optional("NonKeyAttributes")?.texts();
  return {
    IndexName: at.at("IndexName").text(),
    KeySchema: readKeySchema(at.at("KeySchema"), known),
    Projection: {
      ProjectionType: projection.at("ProjectionType").oneOf(["ALL", "KEYS_ONLY", "INCLUDE"]),
      ...(attributes !== undefined && { NonKeyAttributes: attributes }),
    },
  };
}

function readThroughput(at: Cursor): object {
  const units = at.optional("ProvisionedThroughput");
  const read = (key: string): number => units?.at(key).number({ min: 1, max: Infinity }) ?? defaultUnits;
  return {
    ProvisionedThroughput: {
      ReadCapacityUnits: read("ReadCapacityUnits"),
      WriteCapacityUnits: read("WriteCapacityUnits"),
    },
  };
}

// The table of connections, as CreateTable and CloudFormation want it.
import type { CreateTableCommandInput } from "@aws-sdk/client-dynamodb";
import { failures } from "../failures.ts";

/** Keys, no index, pay per request: the same for CreateTable and CloudFormation. */
const shape = {
  BillingMode: "PAY_PER_REQUEST",
  AttributeDefinitions: [
    { AttributeName: "pk", AttributeType: "S" },
    { AttributeName: "sk", AttributeType: "S" },
  ],
  KeySchema: [
    { AttributeName: "pk", KeyType: "HASH" },
    { AttributeName: "sk", KeyType: "RANGE" },
  ],
} as const;

/** The table's time to live: seconds since the epoch, a little over two hours after `$connect`. */
export const connectionsTtl: { readonly AttributeName: "ttl"; readonly Enabled: true } = {
  AttributeName: "ttl",
  Enabled: true,
};

/**
 * The input of `CreateTable` for a table of connections: two keys, no index, pay per request.
 *
 * @example
 * await client.send(new CreateTableCommand(connectionsTable("chat-dev-connections")));
 * @throws `BAD_TABLE` for an empty name.
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_CreateTable.html
 */
export function connectionsTable(name: string): CreateTableCommandInput {
  assertTable(name);
  const { AttributeDefinitions, KeySchema } = shape;
  return {
    TableName: name,
    BillingMode: shape.BillingMode,
    AttributeDefinitions: [...AttributeDefinitions],
    KeySchema: [...KeySchema],
  };
}

/** A table as a resource of CloudFormation. */
export interface TableResource {
  readonly Type: "AWS::DynamoDB::Table";
  readonly Properties: typeof shape & {
    /** A name, or an expression such as `{ "Fn::Sub": … }`. */
    readonly TableName: unknown;
    readonly TimeToLiveSpecification: typeof connectionsTtl;
  };
}

/**
 * The same table as a resource of CloudFormation, for `resources:` of a `serverless.yml` or a template made by code.
 *
 * @example
 * // resources.mjs, with `resources: ${file(resources.mjs):resources}` in serverless.yml
 * export const resources = { Resources: { ConnectionsTable: connectionsCloudFormation("chat-dev-connections") } };
 * @throws `BAD_TABLE` for an empty name.
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-dynamodb-table.html
 */
export function connectionsCloudFormation(name: string | object): TableResource {
  if (typeof name === "string") assertTable(name);
  return {
    Type: "AWS::DynamoDB::Table",
    Properties: { TableName: name, ...shape, TimeToLiveSpecification: connectionsTtl },
  };
}

/** Refuses a table without a name, as an unset environment variable gives. */
export function assertTable(name: unknown): asserts name is string {
  if (typeof name !== "string" || name === "") throw failures.create("BAD_TABLE", { problem: "has no name" });
}

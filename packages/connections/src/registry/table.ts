// The table of connections, as CreateTable and CloudFormation want it.
import type { CreateTableCommandInput } from "@aws-sdk/client-dynamodb";
import { failures } from "../failures.ts";

/**
 * The input of `CreateTable` for a table of connections: two keys, no index, pay per request.
 *
 * CloudFormation takes the same properties, with `connectionsTtl` as `TimeToLiveSpecification`.
 *
 * @example
 * await client.send(new CreateTableCommand(connectionsTable("chat-dev-connections")));
 * @throws `BAD_TABLE` for an empty name.
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-dynamodb-table.html
 */
export function connectionsTable(name: string): CreateTableCommandInput {
  assertTable(name);
  return {
    TableName: name,
    BillingMode: "PAY_PER_REQUEST",
    AttributeDefinitions: [
      { AttributeName: "pk", AttributeType: "S" },
      { AttributeName: "sk", AttributeType: "S" },
    ],
    KeySchema: [
      { AttributeName: "pk", KeyType: "HASH" },
      { AttributeName: "sk", KeyType: "RANGE" },
    ],
  };
}

/** The table's time to live: seconds since the epoch, a little over two hours after `$connect`. */
export const connectionsTtl: { readonly AttributeName: "ttl"; readonly Enabled: true } = {
  AttributeName: "ttl",
  Enabled: true,
};

/** Refuses a table without a name, as an unset environment variable gives. */
export function assertTable(name: unknown): asserts name is string {
  if (typeof name !== "string" || name === "") throw failures.create("BAD_TABLE", { problem: "has no name" });
}

// The DynamoDB client alone, and one query with it.
import { DynamoDBClient, QueryCommand } from "@aws-sdk/client-dynamodb";

const client = new DynamoDBClient({});

export const handler = async (): Promise<unknown> =>
  client.send(
    new QueryCommand({
      TableName: "connections",
      KeyConditionExpression: "pk = :pk",
      ExpressionAttributeValues: { ":pk": { S: "room" } },
    }),
  );

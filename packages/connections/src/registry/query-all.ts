// Every row of one partition, read consistently: for partitions that are small.
import type { Loaded } from "./dynamo-client.ts";
import type { Item } from "./item.ts";

/** Reads a whole partition. */
export async function queryAll({ sdk, client }: Loaded, table: string, pk: string): Promise<readonly Item[]> {
  const items: Item[] = [];
  let from: Item | undefined;
  do {
    const page = await client.send(
      new sdk.QueryCommand({
        TableName: table,
        KeyConditionExpression: "pk = :pk",
        ExpressionAttributeValues: { ":pk": { S: pk } },
        ConsistentRead: true,
        ...(from && { ExclusiveStartKey: from }),
      }),
    );
    items.push(...(page.Items ?? []));
    from = page.LastEvaluatedKey;
  } while (from);
  return items;
}

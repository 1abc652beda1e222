// The meter on DynamoDB: one conditional write a message, right across all environments.
import { held, lazyDynamo, type TablePlace } from "../registry/dynamo-client.ts";
import { assertName } from "../registry/entry.ts";
import { toKeyItem } from "../registry/item.ts";
import { assertTable } from "../registry/table.ts";
import { toWindow, type Meter } from "./meter.ts";

/**
 * Counts in the table of connections: one write for each message, refused ones too.
 *
 * @throws `BAD_TABLE` for an empty name.
 */
export function dynamoMeter(options: TablePlace & { readonly now?: () => number }): Meter {
  assertTable(options.table);
  const { table, now = Date.now } = options;
  const load = lazyDynamo(options);
  return {
    async take(name, rate) {
      assertName("name", name);
      const { sdk, client } = await load();
      const { start, end } = toWindow(now(), rate);
      const command = new sdk.UpdateItemCommand({
        TableName: table,
        Key: toKeyItem({ pk: `meter#${name}`, sk: `from#${start}` }),
        UpdateExpression: "ADD #count :one SET #ttl = :ttl",
        ConditionExpression: "attribute_not_exists(pk) OR #count < :most",
        ExpressionAttributeNames: { "#count": "count", "#ttl": "ttl" },
        ExpressionAttributeValues: {
          ":one": { N: "1" },
          ":most": { N: String(rate.messages) },
          ":ttl": { N: String(Math.ceil(end / 1_000) + 60) },
        },
      });
      const allowed = await held(sdk, client.send(command));
      return { allowed, retryAfterMs: allowed ? 0 : end - now() };
    },
  };
}

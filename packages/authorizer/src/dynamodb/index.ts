// The stores on DynamoDB: API keys, connect tickets, and what may be used once.
import type { ApiKeyRecord, ApiKeyStore } from "../api-key/api-key.ts";
import type { OnceStore } from "../once.ts";
import type { TicketRecord, TicketStore } from "../ticket/ticket-store.ts";
import { openTable, type DynamoTableOptions, type Row } from "./table.ts";

export type { DynamoTableOptions } from "./table.ts";

/**
 * API keys in a table: one row a key, under `gwk#<id>`, without the key.
 *
 * @throws Failure `TABLE_MISSING` when it is made.
 */
export function dynamoApiKeys(
  options: DynamoTableOptions,
): ApiKeyStore & { put(record: ApiKeyRecord): Promise<void> } {
  const table = openTable(options);
  return {
    async find(id) {
      const row = await table.find(`gwk#${id}`);
      return row && (readRecord(row) as ApiKeyRecord); // what put wrote
    },
    put: (record) => table.replace(`gwk#${record.id}`, toRow(record, record.expiresAt)),
  };
}

/**
 * Connect tickets in a table: one row a ticket, under the ticket's hash; a conditional delete redeems it.
 *
 * @throws Failure `TABLE_MISSING` when it is made.
 */
export function dynamoTickets(options: DynamoTableOptions): TicketStore {
  const table = openTable(options);
  return {
    async put(record) {
      await table.put(`gwt#${record.hash}`, toRow(record, record.expiresAt));
    },
    async take(hash) {
      const row = await table.take(`gwt#${hash}`);
      return row && (readRecord(row) as TicketRecord); // what put wrote
    },
  };
}

/**
 * What may be used once, in a table: one row a name, until its time is over; a conditional write claims it.
 *
 * @throws Failure `TABLE_MISSING` when it is made.
 */
export function dynamoOnce(options: DynamoTableOptions): OnceStore {
  const { now = Date.now } = options;
  const table = openTable(options);
  return {
    claim: (name, until) => table.put(`gwo#${name}`, toRow({}, until)),
    async redeem(name) {
      const row = await table.take(`gwo#${name}`);
      return row !== undefined && Number(row["ttl"]?.N ?? 0) * 1000 > now();
    },
  };
}

/** One attribute of JSON: nothing in it is ever searched for. */
function toRow(record: object, ttl: number | undefined): Row {
  return {
    record: { S: JSON.stringify(record) },
    ...(ttl === undefined ? {} : { ttl: { N: String(ttl) } }),
  };
}

function readRecord(row: Row): unknown {
  return JSON.parse(row["record"]?.S ?? "null");
}

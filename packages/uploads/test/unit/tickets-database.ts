// A local DynamoDB with a table for tickets, in a folder of its own, for tests.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startDynamodb } from "../../../gateway/src/backends/dynamodb.ts";
import { ticketsTable } from "../../src/tickets/dynamodb.ts";

export interface TicketsDatabase {
  readonly endpoint: string;
  end(): Promise<void>;
}

/** Starts it; its table is `tickets`. */
export async function startTicketsDatabase(): Promise<TicketsDatabase> {
  const folder = await mkdtemp(join(tmpdir(), "gatewright-tickets-"));
  const createTable: Record<string, unknown> = { ...ticketsTable("tickets") };
  const tables = [{ logicalId: "T", name: "tickets", createTable, ttlAttribute: "ttl" }];
  const log = { info() {}, warn() {}, error() {} };
  const database = await startDynamodb({ tables, folder, port: 0, log });
  return {
    endpoint: database.endpoint,
    async end() {
      await database.close();
      await rm(folder, { recursive: true });
    },
  };
}

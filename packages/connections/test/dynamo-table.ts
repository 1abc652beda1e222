// A real DynamoDB protocol server on a free port, with one table of connections.
import { once } from "node:events";
import type { Server } from "node:http";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import { CreateTableCommand, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { connectionsTable } from "../src/dynamodb.ts";

// dynalite has no types of its own
const dynalite = createRequire(import.meta.url)("dynalite") as (options: { createTableMs: number }) => Server;

export interface DynamoTable {
  readonly table: string;
  readonly client: DynamoDBClient;
  readonly endpoint: string;
  close(): Promise<void>;
}

export async function startDynamoTable(): Promise<DynamoTable> {
  const server = dynalite({ createTableMs: 0 });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const credentials = { accessKeyId: "local", secretAccessKey: "local" };
  const client = new DynamoDBClient({ endpoint, region: "us-east-1", credentials });
  const table = "connections";
  await client.send(new CreateTableCommand(connectionsTable(table)));
  return {
    table,
    client,
    endpoint,
    async close() {
      client.destroy();
      server.close();
    },
  };
}

// The front door of connections on DynamoDB: everything that keeps rows in the table.
export { dynamoRegistry } from "./registry/dynamodb.ts";
export type { DynamoRegistryOptions } from "./registry/dynamodb.ts";
export { sharedClient } from "./registry/dynamo-client.ts";
export type { TablePlace } from "./registry/dynamo-client.ts";
export { connectionsCloudFormation, connectionsTable, connectionsTtl } from "./registry/table.ts";
export type { TableResource } from "./registry/table.ts";
export { dynamoLedger } from "./broadcast/dynamo-ledger.ts";
export { dynamoRoomLog } from "./room/dynamo-log.ts";
export { dynamoPresence } from "./room/dynamo-presence.ts";
export { dynamoMeter } from "./session/dynamo-meter.ts";

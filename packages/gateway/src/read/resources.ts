// CloudFormation resources that run on this machine: tables, buckets, user pools with their clients.
import type { Bucket, Table, UserPool } from "../model/resources.ts";
import { withEvents, withFrameworkResources } from "./bucket-notifications.ts";
import { readBucket } from "./bucket.ts";
import type { Declarations } from "./declared.ts";
import type { Definition } from "./definition.ts";
import type { FunctionTable } from "./functions.ts";
import { readTable } from "./table.ts";
import { readUsers, readUserPool, readUserPoolClient, type ClientOfPool } from "./user-pool.ts";

/** What the resources of a definition come to. */
export interface Resources {
  readonly tables: readonly Table[];
  readonly buckets: readonly Bucket[];
  readonly userPools: readonly UserPool[];
}

/**
 * Reads tables, buckets and user pools.
 *
 * @throws `NOT_SUPPORTED`, `DEFINITION_INVALID`
 */
export function readResources(
  definition: Definition,
  table: FunctionTable,
  declared: Declarations,
): Resources {
  const { names } = definition;
  const clients = declared
    .of("AWS::Cognito::UserPoolClient")
    .map(({ logicalId, properties }) => readUserPoolClient(logicalId, properties, names));
  const users = readUsers(definition.root);
  const foundPools = declared.of("AWS::Cognito::UserPool");
  if (users.length > 0 && foundPools.length === 0) {
    definition.notice("custom.gatewright.users", "The definition has no user pool, so nobody can sign in.");
  }
  const pools = foundPools.map(({ logicalId, properties }, index) =>
    readUserPool({ logicalId, at: properties }, { names, clients, users: index === 0 ? users : [] }),
  );
  assertPools(clients, pools);
  const buckets = declared
    .of("AWS::S3::Bucket")
    .map(({ logicalId, properties }) => readBucket(logicalId, properties, { names, table }));
  return {
    tables: declared
      .of("AWS::DynamoDB::Table")
      .map(({ logicalId, properties }) => readTable(logicalId, properties, definition)),
    buckets: withFrameworkResources(withEvents(buckets, table.events), declared.of("Custom::S3"), table),
    userPools: pools,
  };
}

function assertPools(clients: readonly ClientOfPool[], pools: readonly UserPool[]): void {
  for (const client of clients) {
    if (!pools.some((pool) => pool.id === client.poolId)) {
      client.at.refuse("a user pool of this definition, as in !Ref UserPool");
    }
  }
}

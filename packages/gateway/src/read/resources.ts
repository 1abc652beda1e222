// CloudFormation resources that run on this machine: tables, buckets, user pools with their clients.
import type { Bucket, Table, UserPool } from "../model/resources.ts";
import { withEvents } from "./bucket-notifications.ts";
import { readBucket } from "./bucket.ts";
import type { Cursor } from "./cursor.ts";
import type { Definition } from "./definition.ts";
import { isDeployOnlyType } from "./deploy-only.ts";
import type { FunctionTable } from "./functions.ts";
import { readTable } from "./table.ts";
import { readUsers, readUserPool, readUserPoolClient, type ClientOfPool } from "./user-pool.ts";

/** What the resources of a definition come to. */
export interface Resources {
  readonly tables: readonly Table[];
  readonly buckets: readonly Bucket[];
  readonly userPools: readonly UserPool[];
}

interface Found {
  readonly logicalId: string;
  readonly at: Cursor;
  readonly type: string;
}

/** Parts of the APIs that the deployment framework writes; changing them by hand may close or open a door. */
const frameworkApi = /^(?:ApiGateway|HttpApi|Websockets)/;

/** Sections that mean nothing by themselves. */
const quiet = [
  "AWSTemplateFormatVersion",
  "Description",
  "Metadata",
  "Outputs",
  "Parameters",
  "Conditions",
  "Mappings",
];

/**
 * Reads `resources:`, one block or a list of blocks.
 *
 * @throws `NOT_SUPPORTED` for what guards an API and cannot be run, and `DEFINITION_INVALID`
 */
export function readResources(definition: Definition, table: FunctionTable): Resources {
  const found = readBlocks(definition.root.optional("resources")).filter((resource) =>
    isRead(resource, definition),
  );
  const of = (type: string): Found[] => found.filter((resource) => resource.type === type);
  const clients = of("AWS::Cognito::UserPoolClient").map(({ logicalId, at }) =>
    readUserPoolClient(logicalId, at.at("Properties"), definition.names),
  );
  const users = readUsers(definition.root);
  if (users.length > 0 && of("AWS::Cognito::UserPool").length === 0) {
    definition.notice("custom.gatewright.users", "The definition has no user pool, so nobody can sign in.");
  }
  const pools = of("AWS::Cognito::UserPool").map(({ logicalId, at }, index) =>
    readUserPool(
      { logicalId, at: at.at("Properties") },
      { names: definition.names, clients, users: index === 0 ? users : [] },
    ),
  );
  assertPools(clients, pools);
  return {
    tables: of("AWS::DynamoDB::Table").map(({ logicalId, at }) =>
      readTable(logicalId, at.at("Properties"), definition),
    ),
    buckets: withEvents(
      of("AWS::S3::Bucket").map(({ logicalId, at }) =>
        readBucket(logicalId, at.at("Properties"), { names: definition.names, table }),
      ),
      table.events,
    ),
    userPools: pools,
  };
}

const readTypes = new Set([
  "AWS::DynamoDB::Table",
  "AWS::S3::Bucket",
  "AWS::Cognito::UserPool",
  "AWS::Cognito::UserPoolClient",
]);

function readBlocks(at: Cursor | undefined): Found[] {
  const blocks = at === undefined ? [] : at.isList ? at.items() : [at];
  return blocks
    .filter((block) => block.isGiven)
    .flatMap((block) => {
      for (const key of quiet) block.at(key).skip();
      for (const [key, extension] of block.optional("extensions")?.entries() ?? []) {
        if (frameworkApi.test(key)) extension.notSupported(`changing ${key} by hand`);
      }
      return (block.optional("Resources")?.entries() ?? []).map(([logicalId, resource]) => ({
        logicalId,
        at: resource,
        type: resource.optional("Type")?.text() ?? "",
      }));
    });
}

function isRead({ logicalId, at, type }: Found, definition: Definition): boolean {
  const condition = at.optional("Condition")?.text();
  if (!definition.isWanted(condition, at.path)) {
    at.skip();
    return false;
  }
  if (readTypes.has(type)) return true;
  if (type.startsWith("AWS::WAF") && type.endsWith("Association"))
    at.notSupported("a web application firewall");
  if (frameworkApi.test(logicalId) && (type === "" || type.startsWith("AWS::ApiGateway"))) {
    at.notSupported(`changing ${logicalId} by hand`);
  }
  at.skip();
  if (!isDeployOnlyType(type)) {
    definition.notice(
      at.path,
      `${type === "" ? "A resource without a type" : type} does not run on this machine.`,
    );
  }
  return false;
}

function assertPools(clients: readonly ClientOfPool[], pools: readonly UserPool[]): void {
  for (const client of clients) {
    if (!pools.some((pool) => pool.id === client.poolId)) {
      client.at.refuse("a user pool of this definition, as in !Ref UserPool");
    }
  }
}

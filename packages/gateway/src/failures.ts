// What can go wrong with the local gateway, for the developer: every room's codes in one table.
import { defineFailures, type Failures } from "@gatewright/contract";
import { backendsRows } from "./backends/failure-rows.ts";
import { domainsRows } from "./domains/failure-rows.ts";
import { identitiesRows } from "./identities/failure-rows.ts";
import { defineRows } from "./define/failure-rows.ts";
import { invokeRows } from "./invoke/failure-rows.ts";
import { lambdaRows } from "./lambda/failure-rows.ts";
import { policyRows } from "./policy/failure-rows.ts";
import { readRows } from "./read/failure-rows.ts";
import { serverlessRows } from "./serverless/failure-rows.ts";
import { startRows } from "./start-failure-rows.ts";
import { tokensRows } from "./tokens/failure-rows.ts";
import { wafRows } from "./waf/failure-rows.ts";
import { websocketRows } from "./websocket/failure-rows.ts";

type Table = typeof startRows &
  typeof readRows &
  typeof defineRows &
  typeof invokeRows &
  typeof policyRows &
  typeof identitiesRows &
  typeof tokensRows &
  typeof domainsRows &
  typeof wafRows &
  typeof lambdaRows &
  typeof websocketRows &
  typeof backendsRows &
  typeof serverlessRows;

const table: Table = {
  ...startRows,
  ...readRows,
  ...defineRows,
  ...invokeRows,
  ...policyRows,
  ...identitiesRows,
  ...tokensRows,
  ...domainsRows,
  ...wafRows,
  ...lambdaRows,
  ...websocketRows,
  ...backendsRows,
  ...serverlessRows,
};

/** The failures of `@gatewright/gateway`. */
export const failures: Failures<Table> = defineFailures("gateway", table);

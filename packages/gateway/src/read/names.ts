// Names, ids and ARNs as AWS would give them, the same at every start.
import { createHash } from "node:crypto";

/** What the names of a service begin with. */
export interface Identity {
  readonly service: string;
  readonly stage: string;
  readonly region: string;
  readonly accountId: string;
}

/** Names of one service's parts. */
export interface Names extends Identity {
  readonly stack: string;
  /** Lower-case letters and digits, derived from `parts`. */
  id(length: number, ...parts: readonly string[]): string;
  functionName(key: string): string;
  userPoolId(logicalId: string): string;
  /** `stack-LogicalId-XXXXXXXXXXXX`, as CloudFormation names what has no name of its own. */
  generated(logicalId: string): string;
  arn(service: string, resource: string): string;
}

const lower = "abcdefghijklmnopqrstuvwxyz0123456789";
const mixed = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/** The account that everything on this machine belongs to. */
export const localAccountId = "000000000000";

/** Names for one service; equal identities give equal names. */
export function createNames(identity: Identity & { readonly stack?: string }): Names {
  const { service, stage, region, accountId } = identity;
  const { stack = `${service}-${stage}` } = identity;
  const derived = (alphabet: string, length: number, parts: readonly string[]): string =>
    spell(alphabet, length, [service, stage, ...parts].join("\n"));
  return {
    ...identity,
    stack,
    id: (length, ...parts) => derived(lower, length, parts),
    functionName: (key) => `${stack}-${key}`,
    userPoolId: (logicalId) => `${region}_${derived(mixed, 9, ["userPool", logicalId])}`,
    generated: (logicalId) =>
      `${stack}-${logicalId}-${derived(lower, 12, ["name", logicalId]).toUpperCase()}`,
    arn: (of, resource) => {
      const global = of === "iam" || of === "s3";
      return `arn:aws:${of}:${global ? "" : region}:${of === "s3" ? "" : accountId}:${resource}`;
    },
  };
}

function spell(alphabet: string, length: number, seed: string): string {
  const digest = createHash("sha512").update(seed).digest();
  return Array.from({ length }, (_, index) => alphabet[(digest[index] ?? 0) % alphabet.length]).join("");
}

/** The id of a function's URL, which its address on AWS begins with. */
export function functionUrlId(functionName: string, names: Names): string {
  return names.id(32, "functionUrl", functionName);
}

/** A key under `functions:` as the framework spells it inside logical ids. */
export function toLogicalName(key: string): string {
  const name = key.replaceAll("-", "Dash").replaceAll("_", "Underscore");
  return name.charAt(0).toUpperCase() + name.slice(1);
}

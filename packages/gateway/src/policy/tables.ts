// How two policies are weighed against each other: AWS's own tables, as data.
import type { PolicyVerdict } from "./policy.ts";

/** By what the identity's or authorizer's policy says, then by what the resource policy says. */
export type VerdictTable = Readonly<Record<PolicyVerdict, Readonly<Record<PolicyVerdict, PolicyVerdict>>>>;

const denied = {
  allow: "explicit-deny",
  "implicit-deny": "explicit-deny",
  "explicit-deny": "explicit-deny",
} as const;

/**
 * Table A: the caller is of the API's own account, or came through a Lambda authorizer. Either may let in.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-authorization-flow.html
 */
export const tableA: VerdictTable = {
  allow: { allow: "allow", "implicit-deny": "allow", "explicit-deny": "explicit-deny" },
  "implicit-deny": { allow: "allow", "implicit-deny": "implicit-deny", "explicit-deny": "explicit-deny" },
  "explicit-deny": denied,
};

/** Table B: the caller is of another account. Both must let in. */
export const tableB: VerdictTable = {
  allow: { allow: "allow", "implicit-deny": "implicit-deny", "explicit-deny": "explicit-deny" },
  "implicit-deny": {
    allow: "implicit-deny",
    "implicit-deny": "implicit-deny",
    "explicit-deny": "explicit-deny",
  },
  "explicit-deny": denied,
};

// How API Gateway words it that a caller may not make a call.
import type { PolicyVerdict } from "../policy/policy.ts";
import { Rejection } from "./rejection.ts";

/** Who was refused what, and by which kind of policy. */
export interface RefusedAccess {
  /** The caller's ARN, or `anonymous`. */
  readonly user: string;
  /** The ARN of the call. */
  readonly resource: string;
  readonly verdict: Exclude<PolicyVerdict, "allow">;
  readonly policy: "resource-based" | "identity-based";
}

/**
 * The refusal by a policy: who, what, on which resource (the account's id masked), and why.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-authorization-flow.html
 */
export function refuseAccess({ user, resource, verdict, policy }: RefusedAccess): Rejection {
  const why =
    verdict === "explicit-deny"
      ? `with an explicit deny in ${article(policy)} ${policy} policy`
      : `because no ${policy} policy allows the execute-api:Invoke action`;
  const message = `User: ${user} is not authorized to perform: execute-api:Invoke on resource: ${maskAccount(resource)} ${why}`;
  return new Rejection("ACCESS_DENIED", { message });
}

const article = (policy: RefusedAccess["policy"]): string => (policy === "identity-based" ? "an" : "a");

/** Leaves the last four digits of the account's id. */
function maskAccount(arn: string): string {
  return arn.replace(/^((?:[^:]*:){4})(\d*)(\d{4}):/, (_, start: string, hidden: string, shown: string) => {
    return `${start}${"*".repeat(hidden.length)}${shown}:`;
  });
}

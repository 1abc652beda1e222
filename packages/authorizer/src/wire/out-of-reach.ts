// Why an issuer did not answer, in words that help: the VPC case by its name.
import type { HttpAnswer } from "./http-json.ts";

/** What a call came to that brought nothing usable. */
export interface OutOfReach {
  readonly kind: "unavailable";
  readonly code: string;
  readonly detail: string;
}

type Codes = { readonly unreachable: string; readonly refused: string };

/**
 * Explains a call that failed or was answered with another status than 200.
 *
 * A call from Lambda that simply gets no answer has nearly always one reason: the function is in a VPC without a way out.
 */
export function explainUnanswered(answer: HttpAnswer, host: string, codes: Codes): OutOfReach {
  if (answer.kind === "answered")
    return { kind: "unavailable", code: codes.refused, detail: `${host}: status ${answer.status}` };
  const inLambda = process.env["AWS_LAMBDA_FUNCTION_NAME"] !== undefined;
  const vpc =
    answer.reason === "timed-out" && inLambda
      ? "; a function in a VPC reaches it only through a NAT gateway or an endpoint: give it one, or bundle the keys"
      : "";
  return { kind: "unavailable", code: codes.unreachable, detail: `${answer.detail}${vpc}` };
}

// Whether an answer gets through: what Lambda, API Gateway and load balancers take, measured on what is sent.
import { limits } from "@gatewright/contract";
import type { AnyHttpResult, HttpEventKind } from "./dialects/dialect.ts";
import { failures } from "./failures.ts";

const balancerBytes = limits.balancerPayloadBytes;

/** A JSON text of this length cannot exceed any limit, however much of it must be escaped. */
const surelySmall = balancerBytes / 12;

/**
 * Refuses a result that would not get through, with words that say where it would be stopped.
 *
 * @throws `RESULT_TOO_LARGE`, `RESULT_TOO_LARGE_FOR_GATEWAY`, `RESULT_TOO_LARGE_FOR_BALANCER`
 * @see https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
 * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/lambda-functions.html
 */
export function assertFits(result: AnyHttpResult, kind: HttpEventKind): void {
  if ((result.body?.length ?? 0) < surelySmall) return;
  const bytes = Buffer.byteLength(JSON.stringify(result));
  const { lambdaPayloadBytes, payloadBytes } = limits;
  if (kind === "alb" && bytes > balancerBytes) {
    throw failures.create("RESULT_TOO_LARGE_FOR_BALANCER", { bytes, limit: balancerBytes });
  }
  if (kind !== "function-url" && bytes > payloadBytes) {
    throw failures.create("RESULT_TOO_LARGE_FOR_GATEWAY", {
      bytes,
      limit: payloadBytes,
      lambda: lambdaPayloadBytes,
    });
  }
  if (bytes > lambdaPayloadBytes)
    throw failures.create("RESULT_TOO_LARGE", { bytes, limit: lambdaPayloadBytes });
}

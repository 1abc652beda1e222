// Step: is it a health check, which every REST API answers by itself?
import type { Ended } from "../application.ts";
import type { Arrived, Meant } from "../exchange.ts";

/**
 * Answers `/ping` and `/sping`, which every API keeps for health checks of its own.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-known-issues.html
 */
export function answerHealthCheck(arrived: Arrived): Meant | Ended {
  const { path, method } = arrived.http;
  if ((path !== "/ping" && path !== "/sping") || method !== "GET") return arrived as Meant; // proven on this line
  const headers = [["Content-Type", "text/plain"]] as const;
  return { ended: { status: 200, headers, body: Buffer.from("healthy") } };
}

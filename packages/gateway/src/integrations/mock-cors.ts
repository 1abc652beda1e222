// The preflight answer of a REST method with a MOCK integration.
import type { RestIntegration } from "../model/rest-api.ts";

type MockCors = Extract<RestIntegration, { type: "MOCK_CORS" }>;

/**
 * The literal headers of a preflight. Where several origins are allowed and the request's is one of them,
 * it stands in `Access-Control-Allow-Origin`.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/how-to-cors.html
 */
export function toCorsHeaders(integration: MockCors, origin: string): Readonly<Record<string, string>> {
  const matches = integration.origins?.some((allowed) => toPattern(allowed).test(origin)) ?? false;
  return matches ? { ...integration.headers, "Access-Control-Allow-Origin": origin } : integration.headers;
}

function toPattern(allowed: string): RegExp {
  const literal = allowed.split("*").map((part) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${literal.join(".+")}$`);
}

// What can go wrong with a route table or an answer, for the developer.
import { defineFailures, type Failures } from "@gatewright/contract";

const rows = {
  ROUTE_INVALID: {
    says: (at: { readonly route: string; readonly why: string }): string =>
      `"${at.route}" is not a route: ${at.why}.`,
    fix: 'Write a method and a path, as in "GET /rooms/{room}" or "ANY /files/{path+}".',
    blame: "user",
  },
  CORS_ANY_ORIGIN_WITH_CREDENTIALS: {
    says: (_at: object): string => "CORS allows credentials from any origin, which browsers refuse.",
    fix: "List the origins, or leave `credentials` out.",
    blame: "user",
  },
  STATUS_INVALID: {
    says: (at: { readonly status: unknown }): string =>
      `${String(at.status)} is not a status that can be sent.`,
    fix: "Use a whole number from 200 to 599.",
    blame: "user",
  },
  HEADER_INVALID: {
    says: (at: { readonly name: string }): string => `The header ${at.name} cannot be sent as it is.`,
    fix: "Use a token as its name, and no control characters (line ends above all) in its value.",
    blame: "user",
  },
  COOKIE_INVALID: {
    says: (at: { readonly name: string; readonly part: string }): string =>
      `The ${at.part} of the cookie ${at.name} cannot be sent.`,
    fix: "Use a token as its name, and no semicolon or control character in its domain or path.",
    blame: "user",
  },
  RESULT_TOO_LARGE: {
    says: (at: { readonly bytes: number; readonly limit: number }): string =>
      `The encoded answer has ${at.bytes} bytes; Lambda hands back at most ${at.limit}.`,
    fix: "Answer in pages, stream it, or add `.use(largeResponses(…))` of @gatewright/uploads/large-responses.",
    blame: "user",
  },
  RESULT_TOO_LARGE_FOR_GATEWAY: {
    says: (at: { readonly bytes: number; readonly limit: number; readonly lambda: number }): string =>
      `The encoded answer has ${at.bytes} bytes; API Gateway takes at most ${at.limit}, and Lambda ${at.lambda}.`,
    fix: "Answer in pages, stream it from a REST API, or add `.use(largeResponses(…))` of @gatewright/uploads/large-responses.",
    blame: "user",
  },
  RESULT_TOO_LARGE_FOR_BALANCER: {
    says: (at: { readonly bytes: number; readonly limit: number }): string =>
      `The encoded answer has ${at.bytes} bytes; a load balancer takes at most ${at.limit} from a function.`,
    fix: "Answer in pages, or add `.use(largeResponses(…))` of @gatewright/uploads/large-responses.",
    blame: "user",
  },
  REPLY_UNDECLARED: {
    says: (at: { readonly route: string; readonly status: number }): string =>
      `The route "${at.route}" answered ${at.status}, which its replies do not name.`,
    fix: "Name the status there, or throw an HttpError where it is a refusal.",
    blame: "user",
  },
  REPLY_INVALID: {
    says: (at: { readonly route: string; readonly status: number; readonly where: string }): string =>
      `The ${at.status} of the route "${at.route}" is not as its schema wants it: ${at.where}.`,
    fix: "Mend the answer, or the schema.",
    blame: "user",
  },
  ALB_REPEATED_HEADER: {
    says: (at: { readonly name: string }): string =>
      `The header ${at.name} has several values, which this load balancer cannot take.`,
    fix: "Turn on `lambda.multi_value_headers.enabled` for the target group.",
    blame: "user",
  },
} as const;

/** Failures of the HTTP door. */
export const failures: Failures<typeof rows> = defineFailures("events", rows);

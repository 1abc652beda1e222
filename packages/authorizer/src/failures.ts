// What can go wrong in an authorizer, for the programmer: every code with its fix.
import { defineFailures, type Failures } from "@gatewright/contract";

const table = {
  AUTHORIZER_INCOMPLETE: {
    says: (missing: { readonly option: "token" | "verify" }): string =>
      `The authorizer was defined without any ${missing.option === "token" ? "token source" : "verifier"}.`,
    fix: "Name at least one: without it nobody could ever be let in.",
    blame: "user",
  },
  COGNITO_SETTING_UNREADABLE: {
    says: (setting: { readonly name: "userPoolId" | "clientId" }): string =>
      `cognito() was given no usable ${setting.name}.`,
    fix: "Pass the pool's id (as in us-east-1_AbCdEfGhI) and the app client's id; check the function's environment variables.",
    blame: "user",
  },
  OIDC_SETTING_UNREADABLE: {
    says: (setting: { readonly name: string }): string => `oidc() was given no usable ${setting.name}.`,
    fix: "Pass an https issuer, an audience (null to take any), and algorithms of key pairs, such as RS256.",
    blame: "user",
  },
  INTROSPECTION_SETTING_UNREADABLE: {
    says: (setting: { readonly name: string }): string =>
      `introspection() was given no usable ${setting.name}.`,
    fix: "Pass an https endpoint, the client's id, its secret or private key, and a timeoutMs of at most 9000.",
    blame: "user",
  },
  TICKET_GRANT_UNREADABLE: {
    says: (part: { readonly name: string }): string => `issueTicket() was given no usable ${part.name}.`,
    fix: "Name the user in claims.sub, and let the ticket live for at most 300 seconds.",
    blame: "user",
  },
  SESSION_SETTING_UNREADABLE: {
    says: (setting: { readonly name: string }): string =>
      `sessionTokens() was given no usable ${setting.name}.`,
    fix: "Pass a private key as a JWK with alg and kid, and let tokens live for at most 3600 seconds.",
    blame: "user",
  },
  SAML_SETTING_UNREADABLE: {
    says: (setting: { readonly name: string }): string => `saml() was given no usable ${setting.name}.`,
    fix: "Pass the identity provider's entity id and certificates, your audience, and the address that it posts to.",
    blame: "user",
  },
  TABLE_MISSING: {
    says: (): string => "A store on DynamoDB was given no table.",
    fix: "Pass the table's name; check the function's environment variables.",
    blame: "user",
  },
  EVENT_UNKNOWN: {
    says: (): string => "The event is not one that API Gateway sends to a Lambda authorizer.",
    fix: "Attach this function as an authorizer of an API, not as the function of a route.",
    blame: "user",
  },
  HANDLER_EVENT_UNKNOWN: {
    says: (): string =>
      "The event is none of a REST API, an HTTP API, a function URL, or a WebSocket's $connect.",
    fix: "Use authenticate() in handlers of those only; a WebSocket's later messages carry no token.",
    blame: "user",
  },
  AUTHORIZER_UNAVAILABLE: {
    says: (cause: { readonly code: string; readonly detail?: string }): string =>
      `Nobody can be let in or turned away for now: ${cause.code}${cause.detail ? ` (${cause.detail})` : ""}.`,
    fix: "Check that the function reaches the issuer: inside a VPC it needs a NAT gateway, an endpoint, or keys that it brings along.",
    blame: "system",
  },
  DECISION_UNREADABLE: {
    says: (): string => "decide() returned neither allow(…) nor deny(…).",
    fix: "Return one of the two on every path.",
    blame: "user",
  },
  PRINCIPAL_MISSING: {
    says: (): string => "allow() was given no principalId.",
    fix: "Pass a non-empty string that names the caller, such as claims.sub.",
    blame: "user",
  },
  CONTEXT_VALUE_REFUSED: {
    says: (at: { readonly name: string }): string =>
      `The context value "${at.name}" is not a string, a finite number or a boolean.`,
    fix: "Pass scalars only: API Gateway answers 500 to anything else.",
    blame: "user",
  },
  CONTEXT_HOLDS_TOKEN: {
    says: (at: { readonly name: string }): string => `allow() was given the token itself, in "${at.name}".`,
    fix: "Pass what the token says instead: API Gateway logs and keeps what it is given here.",
    blame: "user",
  },
  CONTEXT_NAME_RESERVED: {
    says: (at: { readonly name: string }): string => `The context name "${at.name}" is taken.`,
    fix: "Choose another: API Gateway or the event readers use this one.",
    blame: "user",
  },
  ROUTE_UNREADABLE: {
    says: (at: { readonly route: string }): string => `The route "${at.route}" cannot become a policy.`,
    fix: 'Write "GET /rooms/*", "* /rooms", or "$connect". A * also crosses slashes, so {room} is refused: write * where that is meant.',
    blame: "user",
  },
  ROUTES_NOT_CACHE_SAFE: {
    says: (): string =>
      "decide() allowed some routes only, but a simple answer of an HTTP API holds for every route while it is cached.",
    fix: 'Add $context.routeKey to the authorizer\'s identitySource, or answer with policies (httpResponse: "policy", and no simple responses on the API).',
    blame: "user",
  },
  RESULT_TOO_LARGE: {
    says: (size: { readonly bytes: number; readonly limit: number }): string =>
      `The authorizer's answer is ${size.bytes} bytes; API Gateway takes ${size.limit}.`,
    fix: "Put less into the context (it is written twice), or merge routes with *.",
    blame: "user",
  },
} as const;

/** The failures of `@gatewright/authorizer`. */
export const failures: Failures<typeof table> = defineFailures("authorizer", table);
